// Made-up EPCIS events about goods with short names.
import { type LedgerEvent, readLedgerEvents } from '@weft/contracts/trace-ledger/client/ledger-event';

export type Json = Record<string, unknown>;
export const epc = (name: string): string => `urn:epc:id:sgtin:9521141.000400.${name}`;
export const pallet = (name: string): string => `urn:epc:id:sscc:9521141.${name}`;
export const nesting = (parent: string, child: string): Json => ({
  type: 'AggregationEvent',
  action: 'ADD',
  parentID: epc(parent),
  childEPCs: [epc(child)],
});
/** How the ledger writes a good of `epc`. */
export const kept = (name: string): string => `https://id.gs1.org/01/09521141004005/21/${name}`;
export const handover = (from: string, to: string, ...names: string[]): Json => ({
  ...object('OBSERVE', ...names),
  sourceList: [{ type: 'possessing_party', source: from }],
  destinationList: [{ type: 'possessing_party', destination: to }],
});

/** Events of one made-up document, an hour apart unless a time is given. */
export function events(...list: readonly Json[]): LedgerEvent[] {
  const eventList = list.map((event, index) => ({
    eventTime: new Date(Date.UTC(2025, 0, 1, index)).toISOString(),
    eventTimeZoneOffset: '+00:00',
    ...event,
  }));
  const document = {
    '@context': 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld',
    type: 'EPCISDocument',
    schemaVersion: '2.0',
    creationDate: '2025-01-01T00:00:00Z',
    epcisBody: { eventList },
  };
  return readLedgerEvents([{ name: 'made', text: JSON.stringify(document) }]);
}
export const object = (action: string, ...names: string[]): Json => ({
  type: 'ObjectEvent',
  action,
  epcList: names.map(epc),
});
export const packing = (action: string, parent: string, ...names: string[]): Json => ({
  type: 'AggregationEvent',
  action,
  parentID: pallet(parent),
  childEPCs: names.map(epc),
});
export const transformation = (inputs: string[], outputs: string[]): Json => ({
  type: 'TransformationEvent',
  inputEPCList: inputs.map(epc),
  outputEPCList: outputs.map(epc),
});
