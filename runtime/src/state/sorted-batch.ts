// A batch of changes as the tree takes it: keys hashed, in ascending order, in one flat array.
import { toHex } from '../base/bytes.js';
import { sha256 } from '../base/hash.js';
import { StateError } from './errors.js';

/** One key's new value; undefined deletes it. */
export interface TreeChange {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

export interface SortedBatch {
  readonly count: number;
  /** 32 bytes a change, ascending. */
  readonly hashedKeys: Uint8Array;
  /** Same order. */
  readonly values: readonly (Uint8Array | undefined)[];
}

/** Hashes and sorts; about 2 us a change. @throws STATE_DUPLICATE_KEY, STATE_EMPTY_VALUE */
export function sortBatch(changes: readonly TreeChange[]): SortedBatch {
  const count = changes.length;
  const unsorted = new Uint8Array(32 * count);
  const leading = new Float64Array(count);
  const order = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    const { key, value } = changes[index]!;
    if (value !== undefined && value.length === 0)
      throw new StateError('STATE_EMPTY_VALUE', { place: toHex(key) });
    const hashed = sha256(key);
    unsorted.set(hashed, 32 * index);
    leading[index] = leadingBits(hashed);
    order[index] = index;
  }
  order.sort((a, b) => leading[a]! - leading[b]! || compareAt(unsorted, 32 * a, 32 * b));
  const hashedKeys = new Uint8Array(32 * count);
  const values: (Uint8Array | undefined)[] = [];
  for (let index = 0; index < count; index++) {
    const from = order[index]!;
    hashedKeys.set(unsorted.subarray(32 * from, 32 * from + 32), 32 * index);
    values.push(changes[from]!.value);
    if (index > 0 && compareAt(hashedKeys, 32 * index - 32, 32 * index) === 0) {
      throw new StateError('STATE_DUPLICATE_KEY', { place: toHex(changes[from]!.key) });
    }
  }
  return { count, hashedKeys, values };
}

/** The first 48 bits as a number, which orders almost every pair. */
function leadingBits(bytes: Uint8Array): number {
  const high = (bytes[0]! * 256 + bytes[1]!) * 256 + bytes[2]!;
  return high * 0x100_0000 + ((bytes[3]! * 256 + bytes[4]!) * 256 + bytes[5]!);
}

function compareAt(bytes: Uint8Array, a: number, b: number): number {
  for (let index = 0; index < 32; index++) {
    const difference = bytes[a + index]! - bytes[b + index]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
