// Events by name and fields, where an ABI knows them.
import type { Abi } from '@weft/runtime/types/abi';
import { decodeEvent } from '@weft/sdk/client/contract-codec';
import { type EventJson, fromNodeHex } from '@weft/sdk/client/node-client';
import { valueToJson } from '@weft/sdk/client/values';

/** As JSON and as a line; `abi`: of the event's own contract. */
export function eventText(
  event: Pick<EventJson, 'contract' | 'event' | 'topics' | 'data'>,
  abi: Abi | undefined,
): {
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly name: string | undefined;
} {
  const decoded =
    abi &&
    decodeEvent(abi, {
      event: fromNodeHex(event.event),
      topics: event.topics.map(fromNodeHex),
      data: fromNodeHex(event.data),
    });
  if (abi === undefined || decoded === undefined)
    return {
      json: { contract: event.contract, event: event.event, topics: event.topics, data: event.data },
      text: `event ${event.event} of ${event.contract}`,
      name: undefined,
    };
  const fields = valueToJson(decoded.fields);
  return {
    json: { contract: event.contract, name: decoded.name, fields },
    text: `event ${abi.name}.${decoded.name} ${JSON.stringify(fields)}`,
    name: decoded.name,
  };
}
