// Prefixes of names in EPCIS documents, and the namespaces they stand for.
import { isJsonList, isJsonObject, type Json } from './json.js';

/** Prefix to namespace. */
export type Namespaces = ReadonlyMap<string, string>;

export const CBV = 'https://ref.gs1.org/cbv/';
export const VOC = 'https://ref.gs1.org/voc/';
const MASTER_DATA = 'urn:epcglobal:cbv:mda:';

/** Those of the standard's own context. */
const STANDARD: readonly (readonly [string, string])[] = [
  ['gs1', VOC],
  ['cbv', CBV],
  ['epcis', 'https://ref.gs1.org/epcis/'],
  ['cbvmda', MASTER_DATA],
];

/** The prefixes a document's `@context` gives, with those of the standard's own context. */
export function namespacesOf(context: Json | undefined): Namespaces {
  const found = new Map(STANDARD);
  for (const part of isJsonList(context) ? context : [context]) {
    if (!isJsonObject(part)) continue;
    for (const [prefix, uri] of Object.entries(part)) if (typeof uri === 'string') found.set(prefix, uri);
  }
  // Documents write it with and without its last colon; the standard's context has it.
  for (const [prefix, uri] of found) if (`${uri}:` === MASTER_DATA) found.set(prefix, MASTER_DATA);
  return found;
}
