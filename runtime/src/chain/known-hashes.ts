// A bounded memory of transactions by wire hash: what was found out about their bytes once and need not be again.
import { bytesText } from '../base/bytes.js';
import { sha256 } from '../base/hash.js';

/** The oldest is forgotten first, which only costs finding out again. */
export interface KnownHashes {
  /** Of a transaction's bytes. */
  has(bytes: Uint8Array): boolean;
  add(wireHash: Uint8Array): void;
  /** Of a transaction's bytes. */
  remove(bytes: Uint8Array): void;
}

export function createKnownHashes(countMax: number): KnownHashes {
  const hashes = new Set<string>();
  /** Of byte strings met before: one is asked about several times on its way into a block. */
  const texts = new WeakMap<Uint8Array, string>();
  const textOf = (bytes: Uint8Array): string => {
    let text = texts.get(bytes);
    if (text === undefined) {
      text = bytesText(sha256(bytes));
      texts.set(bytes, text);
    }
    return text;
  };
  return {
    has: (bytes) => hashes.has(textOf(bytes)),
    add(wireHash) {
      if (hashes.size >= countMax) {
        const [oldest] = hashes;
        if (oldest !== undefined) hashes.delete(oldest);
      }
      hashes.add(bytesText(wireHash));
    },
    remove: (bytes) => void hashes.delete(textOf(bytes)),
  };
}
