// Which events are asked for, and each of them as a line: by name and fields where the contract's ABI is known.
import { fromHex } from '@weft/runtime/base/bytes';
import type { Abi } from '@weft/runtime/types/abi';
import { encodeArguments } from '@weft/sdk/client/contract-codec';
import { allPages, type EventFilterAsk, type PastEvent } from '@weft/sdk/client/node-queries';
import { findContract } from '../contract-target.js';
import { CliError } from '../errors.js';
import { eventText } from '../event-text.js';
import { createKnownContracts, type KnownContracts } from '../known-contracts.js';
import { parseArguments } from '../method-arguments.js';
import type { Output } from '../output.js';
import type { Connection } from '../session.js';

export interface EventsAsk {
  /** Name or address; default: all. */
  readonly contract: string | undefined;
  /** Name of an event class. */
  readonly event?: string;
  /** `field=value` of indexed fields. */
  readonly where: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
}

export interface EventReader {
  /** What the node looks for. */
  readonly filter: EventFilterAsk;
  /** Shows past events, oldest first. @throws CLIENT_* */
  list(): Promise<void>;
  /** Shows events in the order given. @throws CLIENT_* */
  show(events: readonly ShownEvent[]): Promise<void>;
}
export type ShownEvent = Pick<
  PastEvent,
  'height' | 'transactionId' | 'contract' | 'event' | 'topics' | 'data'
>;

/** @throws CLI_UNKNOWN_CONTRACT, CLI_UNKNOWN_EVENT, CLI_USAGE, CLI_ARGUMENT, CLIENT_* */
export async function createEventReader(
  { node, status }: Connection,
  ask: EventsAsk,
  output: Output,
): Promise<EventReader> {
  const found = ask.contract === undefined ? undefined : await findContract(node, status, ask.contract);
  if (found === undefined && ask.where.length > 0)
    throw new CliError('CLI_USAGE', { expected: 'a contract and --event', got: '--where alone' });
  const known = createKnownContracts(node);
  const filter =
    found === undefined ? {} : { contract: found.address, ...(await eventFilter(found.abi, ask)) };
  const show = (events: readonly ShownEvent[]) => showEvents(events, ask, known, output);
  return {
    filter,
    show,
    async list() {
      const { from, to, limit } = ask;
      const range = to === undefined ? {} : { to };
      if (from === undefined) {
        const newest = await node.events(filter, {
          ...range,
          limit: Math.min(limit, PAGE_MAX),
          order: 'newest',
        });
        if (newest.next !== undefined) output.note(`the newest ${newest.items.length}; --from 1 shows all`);
        return show([...newest.items].reverse());
      }
      const page = (cursor?: string) =>
        node.events(filter, { ...range, from, limit: PAGE_MAX, ...(cursor === undefined ? {} : { cursor }) });
      for await (const event of allPages(page)) await show([event]);
    },
  };
}

/** What a node answers at once. */
const PAGE_MAX = 1_000;

/** Which events of a contract. @throws CLI_UNKNOWN_EVENT, CLI_USAGE, CLI_ARGUMENT */
function eventFilter(abi: Abi, { event: name, where }: EventsAsk): Omit<EventFilterAsk, 'contract'> {
  if (name === undefined) {
    if (where.length > 0) throw new CliError('CLI_USAGE', { expected: '--event', got: '--where alone' });
    return {};
  }
  const event = abi.events.find((one) => one.name === name);
  if (event === undefined)
    throw new CliError('CLI_UNKNOWN_EVENT', {
      expected: abi.events.map((one) => one.name),
      got: name,
      place: abi.name,
    });
  const fields = event.fields.filter(({ indexed }) => indexed);
  const asked = where.map((text) => `--${text}`);
  const topics = fields.map((field) => {
    const words = asked.filter((word) => word.startsWith(`--${field.name}=`));
    return words.map((word) => encodeArguments(abi, [field], parseArguments(abi, [field], [word])));
  });
  const stranger = where.find((text) => !fields.some((field) => text.startsWith(`${field.name}=`)));
  if (stranger !== undefined)
    throw new CliError('CLI_ARGUMENT', {
      expected: fields.map((field) => `${field.name}=value`),
      got: stranger,
      place: `indexed fields of ${name}`,
    });
  return { event: fromHex(event.id), ...(where.length === 0 ? {} : { topics }) };
}

async function showEvents(
  events: readonly ShownEvent[],
  ask: EventsAsk,
  known: KnownContracts,
  output: Output,
): Promise<void> {
  await known.learn(events.map((event) => event.contract));
  for (const event of events) {
    const { height, transactionId: transaction } = event;
    const { json, text, name } = eventText(event, known.abiOf(event.contract));
    // Of all contracts, a name is not one event that a node could look for.
    if (ask.event !== undefined && name !== ask.event) continue;
    output.result({ height, transaction, ...json }, `block ${height}: ${text}`);
  }
}
