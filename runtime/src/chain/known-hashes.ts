// A bounded memory of transactions by wire hash: what was found out about their bytes once and need not be again.
import { bytesText } from '../base/bytes.js';
import { sha256 } from '../base/hash.js';

/** Of transactions' bytes. The oldest is forgotten first, which only costs finding out again. */
export interface KnownHashes {
  has(bytes: Uint8Array): boolean;
  add(bytes: Uint8Array): void;
  remove(bytes: Uint8Array): void;
}

/** Everybody who holds the same bytes shares it. */
interface Entry {
  readonly text: string;
  known: boolean;
}

export function createKnownHashes(countMax: number): KnownHashes {
  /** Known ones, oldest first. */
  const entries = new Map<string, Entry>();
  /** By byte string: a transaction is asked about several times on its way into a block. */
  const met = new WeakMap<Uint8Array, Entry>();
  const entryOf = (bytes: Uint8Array): Entry => {
    let entry = met.get(bytes);
    if (entry === undefined) {
      const text = bytesText(sha256(bytes));
      entry = entries.get(text) ?? { text, known: false };
      met.set(bytes, entry);
    }
    // Another object of the same bytes may have made it known.
    return entry.known ? entry : (entries.get(entry.text) ?? entry);
  };
  const forget = (entry: Entry): void => {
    entry.known = false;
    entries.delete(entry.text);
  };
  return {
    has: (bytes) => entryOf(bytes).known,
    add(bytes) {
      const entry = entryOf(bytes);
      if (entry.known) return;
      if (entries.size >= countMax) {
        const [oldest] = entries.values();
        if (oldest !== undefined) forget(oldest);
      }
      entry.known = true;
      entries.set(entry.text, entry);
    },
    remove: (bytes) => forget(entryOf(bytes)),
  };
}
