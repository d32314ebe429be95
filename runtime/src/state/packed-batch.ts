// A batch in memory that threads share: keys and values one behind the other, and the hashes, which the threads
// make together before each takes the changes of its own part.
import { toHex } from '../base/bytes.js';
import { KEY_WORDS } from './bits.js';
import { StateError } from './errors.js';
import { hashChanges } from './hash-changes.js';
import { orderChanges, type SortedBatch, type TreeChange } from './sorted-batch.js';

/** Words of a change: where its key begins in `bytes`, the key's length, the value's (which follows) or DELETED. */
const TABLE = 3;
const DELETED = -1;

/** The memory of a batch; larger than it where an earlier one was. */
export interface PackedBatch {
  readonly count: number;
  readonly table: Int32Array;
  readonly bytes: Uint8Array;
  /** Hashes of keys and of leaves, eight words a change each, in the order of the batch; filled by `hashPacked`. */
  readonly keys: Int32Array;
  readonly hashes: Int32Array;
}

/** Packs a batch, into the memory of an earlier one if it fits. About 0.2 us a change. @throws STATE_EMPTY_VALUE */
export function packBatch(changes: readonly TreeChange[], memory: PackedBatch | undefined): PackedBatch {
  let length = 0;
  for (const { key, value } of changes) {
    if (value?.length === 0) throw new StateError('STATE_EMPTY_VALUE', { place: toHex(key) });
    length += key.length + (value?.length ?? 0);
  }
  const count = changes.length;
  const packed =
    memory && memory.table.length >= TABLE * count && memory.bytes.length >= length
      ? { ...memory, count }
      : createMemory(count, length);
  const { table, bytes } = packed;
  let at = 0;
  for (let index = 0; index < count; index++) {
    const { key, value } = changes[index]!;
    table[TABLE * index] = at;
    table[TABLE * index + 1] = key.length;
    table[TABLE * index + 2] = value?.length ?? DELETED;
    bytes.set(key, at);
    at += key.length;
    if (value === undefined) continue;
    bytes.set(value, at);
    at += value.length;
  }
  return packed;
}

function createMemory(count: number, length: number): PackedBatch {
  const room = Math.ceil(1.25 * count) + 64;
  return {
    count,
    table: new Int32Array(new SharedArrayBuffer(4 * TABLE * room)),
    bytes: new Uint8Array(new SharedArrayBuffer(Math.ceil(1.25 * length) + 4096)),
    keys: new Int32Array(new SharedArrayBuffer(4 * KEY_WORDS * room)),
    hashes: new Int32Array(new SharedArrayBuffer(4 * KEY_WORDS * room)),
  };
}

/** Hashes changes [from, to). */
export function hashPacked(packed: PackedBatch, from: number, to: number): void {
  const keyAt = (index: number): Uint8Array => packedKey(packed, index);
  const valueAt = (index: number): Uint8Array | undefined => packedValue(packed, index);
  hashChanges(from, to, keyAt, valueAt, packed.keys, packed.hashes);
}

/** The sorted changes whose hashed keys begin with the bits of `part`. @throws STATE_DUPLICATE_KEY */
export function batchOfPart(packed: PackedBatch, part: number, partBits: number): SortedBatch {
  const { count, keys, hashes } = packed;
  const members = new Int32Array(count);
  let size = 0;
  for (let index = 0; index < count; index++)
    if (keys[KEY_WORDS * index]! >>> (32 - partBits) === part) members[size++] = index;
  const ownKeys = new Int32Array(KEY_WORDS * size);
  const ownHashes = new Int32Array(KEY_WORDS * size);
  for (let at = 0; at < size; at++) {
    const from = KEY_WORDS * members[at]!;
    for (let word = 0; word < KEY_WORDS; word++) {
      ownKeys[KEY_WORDS * at + word] = keys[from + word]!;
      ownHashes[KEY_WORDS * at + word] = hashes[from + word]!;
    }
  }
  const values = Array.from({ length: size }, (_, at) => packedValue(packed, members[at]!));
  return orderChanges(size, ownKeys, values, ownHashes, (at) => packedKey(packed, members[at]!));
}

function packedKey({ table, bytes }: PackedBatch, index: number): Uint8Array {
  const at = table[TABLE * index]!;
  return bytes.subarray(at, at + table[TABLE * index + 1]!);
}

function packedValue({ table, bytes }: PackedBatch, index: number): Uint8Array | undefined {
  const length = table[TABLE * index + 2]!;
  const from = table[TABLE * index]! + table[TABLE * index + 1]!;
  return length === DELETED ? undefined : bytes.subarray(from, from + length);
}
