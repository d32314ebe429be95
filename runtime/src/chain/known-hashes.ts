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
  return {
    has: (bytes) => hashes.has(bytesText(sha256(bytes))),
    add(wireHash) {
      if (hashes.size >= countMax) {
        const [oldest] = hashes;
        if (oldest !== undefined) hashes.delete(oldest);
      }
      hashes.add(bytesText(wireHash));
    },
    remove: (bytes) => void hashes.delete(bytesText(sha256(bytes))),
  };
}
