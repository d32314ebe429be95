// A bounded memory of transactions by wire hash: what was found out about their bytes once and need not be again.
import { bytesText } from '../base/bytes.js';
import { sha256 } from '../base/hash.js';

/** Of transactions' bytes. The oldest is forgotten first, which only costs finding out again. */
export interface KnownHashes<Found> {
  get(bytes: Uint8Array): Found | undefined;
  set(bytes: Uint8Array, found: Found): void;
  remove(bytes: Uint8Array): void;
}

/** Everybody who holds the same bytes shares it. */
interface Entry<Found> {
  readonly text: string;
  /** Undefined: nothing is known. */
  found: Found | undefined;
}

export function createKnownHashes<Found>(countMax: number): KnownHashes<Found> {
  /** Known ones, oldest first. */
  const entries = new Map<string, Entry<Found>>();
  /** By byte string: a transaction is asked about several times on its way into a block. */
  const met = new WeakMap<Uint8Array, Entry<Found>>();
  const entryOf = (bytes: Uint8Array): Entry<Found> => {
    let entry = met.get(bytes);
    if (entry === undefined) {
      const text = bytesText(sha256(bytes));
      entry = entries.get(text) ?? { text, found: undefined };
      met.set(bytes, entry);
    }
    // Another object of the same bytes may have made it known.
    return entry.found === undefined ? (entries.get(entry.text) ?? entry) : entry;
  };
  const forget = (entry: Entry<Found>): void => {
    entry.found = undefined;
    entries.delete(entry.text);
  };
  return {
    // Of nothing known there is nothing to hash.
    get: (bytes) => (entries.size === 0 ? undefined : entryOf(bytes).found),
    set(bytes, found) {
      const entry = entryOf(bytes);
      if (entry.found === undefined) {
        if (entries.size >= countMax) {
          const [oldest] = entries.values();
          if (oldest !== undefined) forget(oldest);
        }
        entries.set(entry.text, entry);
      }
      entry.found = found;
    },
    remove(bytes) {
      if (entries.size > 0) forget(entryOf(bytes));
    },
  };
}
