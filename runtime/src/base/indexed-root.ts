// The root of a list of encoded values, each under its index: transactions, receipts and events of a block. The same tree
// as merkle.ts, hashed level by level in batches.
import { HASH_OF_NOTHING } from './hash.js';
import { createHashBatch, type HashBatch, paddedBytes } from './hash-batch.js';
import { rootOf } from './merkle.js';

/** Leaves hashed together; a power of two, so that they are a subtree. */
const CHUNK = 256;
const LEAF_BYTES = 39;
/** Where a leaf has the hash of its value: behind 0x00, the key's length, the key and 0x20. */
const VALUE_HASH = 7;
const INNER_BYTES = 65;
const LEAF_ROOM = paddedBytes(LEAF_BYTES);
const INNER_ROOM = paddedBytes(INNER_BYTES);
/** Behind the leaves, the inner nodes of one level after the other, then the root. */
const INNER = LEAF_ROOM * CHUNK;
const ROOT = INNER + INNER_ROOM * (CHUNK - 1);

let batch: HashBatch | undefined;

/** The root, 32 bytes: `merkleRoot(indexedItems(values))`. No value is empty. 0.6 us a value of 100 bytes. */
export function indexedRoot(values: readonly Uint8Array[]): Uint8Array {
  return rootOver(values.length, (hashes, index, to) => hashes.add(values[index]!, to));
}

/** The same of values that stand one behind the other; `ends`: where each ends. */
export function indexedRootOfParts(bytes: Uint8Array, ends: Int32Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return rootOver(ends.length, (hashes, index, to) => {
    const start = index === 0 ? 0 : ends[index - 1]!;
    hashes.addFrom(view, start, ends[index]! - start, to);
  });
}

/** Has the value of an index hashed: the digest goes to `to`. */
type AddValue = (hashes: HashBatch, index: number, to: number) => void;

function rootOver(count: number, add: AddValue): Uint8Array {
  if (count === 0) return HASH_OF_NOTHING;
  batch ??= createHashBatch(ROOT + 32);
  const subtrees: Uint8Array[] = [];
  for (let from = 0; from < count; from += CHUNK)
    subtrees.push(subtreeRoot(batch, add, from, Math.min(CHUNK, count - from)));
  return rootOf(subtrees, 0, subtrees.length);
}

function subtreeRoot(hashes: HashBatch, add: AddValue, from: number, count: number): Uint8Array {
  const { bytes } = hashes;
  for (let index = 0; index < count; index++) add(hashes, from + index, LEAF_ROOM * index + VALUE_HASH);
  hashes.run();
  let level = INNER;
  for (let index = 0; index < count; index++) {
    const at = LEAF_ROOM * index;
    const key = from + index;
    bytes[at] = 0;
    bytes[at + 1] = 4;
    bytes[at + 2] = key >>> 24;
    bytes[at + 3] = key >>> 16;
    bytes[at + 4] = key >>> 8;
    bytes[at + 5] = key;
    bytes[at + 6] = 32;
    hashes.addPlaced(at, LEAF_BYTES, count === 1 ? ROOT : halfOf(level, index));
  }
  hashes.run();
  for (let width = count; width > 1; ) {
    const parents = (width + 1) >> 1;
    const above = level + INNER_ROOM * parents;
    for (let index = 0; index < parents; index++) {
      const at = level + INNER_ROOM * index;
      const to = parents === 1 ? ROOT : halfOf(above, index);
      bytes[at] = 1;
      if (2 * index + 1 < width) hashes.addPlaced(at, INNER_BYTES, to);
      // The last of an odd number has no sibling at this height: it moves up as it is.
      else bytes.copyWithin(to, at + 1, at + 33);
    }
    hashes.run();
    level = above;
    width = parents;
  }
  return bytes.slice(ROOT, ROOT + 32);
}

/** Where the inner nodes from `level` on hold the hash of their level's child of that index. */
function halfOf(level: number, index: number): number {
  return level + INNER_ROOM * (index >> 1) + 1 + 32 * (index & 1);
}
