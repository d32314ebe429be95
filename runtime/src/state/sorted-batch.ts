// A batch of changes as the tree takes it: keys hashed, in ascending order, in flat arrays.
import { toHex } from '../base/bytes.js';
import { sha256Into } from '../base/hash.js';
import { KEY_WORDS, wordAt } from './bits.js';
import { StateError } from './errors.js';

/** One key's new value; undefined deletes it. */
export interface TreeChange {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

export interface SortedBatch {
  readonly count: number;
  /** Hashed keys, eight words each, ascending. */
  readonly keys: Int32Array;
  /** Same order. */
  readonly values: readonly (Uint8Array | undefined)[];
  /** The machine's words over the 32 bytes of each leaf's hash, where they are known. */
  readonly hashes?: Int32Array;
}

const DIGEST = new Uint8Array(32);

/** Hashes and sorts; about 0.6 us a change. @throws STATE_DUPLICATE_KEY, STATE_EMPTY_VALUE */
export function sortBatch(changes: readonly TreeChange[]): SortedBatch {
  const count = changes.length;
  const unsorted = new Int32Array(KEY_WORDS * count);
  for (let index = 0; index < count; index++) {
    const { key, value } = changes[index]!;
    if (value?.length === 0) throw new StateError('STATE_EMPTY_VALUE', { place: toHex(key) });
    sha256Into(DIGEST, key);
    for (let word = 0; word < KEY_WORDS; word++)
      unsorted[KEY_WORDS * index + word] = wordAt(DIGEST, 4 * word);
  }
  return orderKeys(
    unsorted,
    count,
    (index) => changes[index]!.value,
    (index) => changes[index]!.key,
  );
}

/** Sorts hashed keys and their values; `keyAt` is for the refusal. @throws STATE_DUPLICATE_KEY */
export function orderKeys(
  unsorted: Int32Array,
  count: number,
  valueAt: (index: number) => Uint8Array | undefined,
  keyAt: (index: number) => Uint8Array,
): SortedBatch {
  const order = sortedOrder(unsorted, count);
  const keys = new Int32Array(KEY_WORDS * count);
  const values = new Array<Uint8Array | undefined>(count);
  for (let index = 0; index < count; index++) {
    const from = order[index]!;
    for (let word = 0; word < KEY_WORDS; word++)
      keys[KEY_WORDS * index + word] = unsorted[KEY_WORDS * from + word]!;
    values[index] = valueAt(from);
    if (index > 0 && compareAt(keys, KEY_WORDS * (index - 1), KEY_WORDS * index) === 0)
      throw new StateError('STATE_DUPLICATE_KEY', { place: toHex(keyAt(from)) });
  }
  return { count, keys, values };
}

/**
 * Ascending order of keys. Sorts numbers of 53 bits, the key's first bits above its index, without a comparator: many
 * times faster than with one. Keys that share those bits are put in order afterwards.
 */
function sortedOrder(keys: Int32Array, count: number): Uint32Array {
  const indexRange = 2 ** Math.ceil(Math.log2(Math.max(count, 2)));
  const ranks = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const high = keys[KEY_WORDS * index]! >>> 0;
    const low = keys[KEY_WORDS * index + 1]! >>> 0;
    ranks[index] = Math.floor((high * 2 ** 21 + (low >>> 11)) / indexRange) * indexRange + index;
  }
  ranks.sort();
  const order = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    const own = ranks[index]! % indexRange;
    let at = index;
    for (; at > 0 && compareAt(keys, KEY_WORDS * order[at - 1]!, KEY_WORDS * own) > 0; at--)
      order[at] = order[at - 1]!;
    order[at] = own;
  }
  return order;
}

function compareAt(words: Int32Array, a: number, b: number): number {
  for (let index = 0; index < KEY_WORDS; index++) {
    const difference = (words[a + index]! >>> 0) - (words[b + index]! >>> 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
