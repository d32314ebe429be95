// `#hash-batch` where nothing of Node's runs (browsers): one message after the other. Must agree with native-batch.ts.
import type { HashBatch } from './batch.js';
import { sha256 } from './portable-hash.js';

/** A batch with so many bytes for its user. */
export function createHashBatch(size: number): HashBatch {
  const bytes = new Uint8Array(size);
  let placed: { readonly at: number; readonly length: number; readonly to: number }[] = [];
  return {
    bytes,
    words: new Int32Array(bytes.buffer, 0, size >>> 2),
    add: (message, to) => bytes.set(sha256(message), to),
    addFrom: (memory, from, length, to) =>
      bytes.set(sha256(new Uint8Array(memory.buffer, memory.byteOffset + from, length)), to),
    addPlaced: (at, length, to) => placed.push({ at, length, to }),
    run() {
      for (const { at, length, to } of placed) bytes.set(sha256(bytes.subarray(at, at + length)), to);
      placed = [];
    },
  };
}
