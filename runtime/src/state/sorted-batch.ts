// The changes of one part as it takes them: keys in ascending order, in flat arrays.
import { toHex } from '../base/bytes.js';
import { KEY_WORDS } from './bits.js';
import { StateError } from './errors.js';
import { type PackedBatch, type PackedValues, packedKey } from './packed-batch.js';
import { WordList } from './word-list.js';

export interface SortedBatch {
  readonly count: number;
  /** Hashed keys, eight words each, ascending. */
  readonly keys: Int32Array;
  /** Which value and leaf hash belong to each key; absent: those at the same place. */
  readonly order?: Int32Array;
  /** The same changes as they came: in that order their values are near each other in memory. Absent: all of them. */
  readonly members?: Int32Array;
  readonly values: PackedValues;
  /** The machine's eight words over the 32 bytes of the hash of each leaf with such a value; of a deletion anything. */
  readonly hashes: Int32Array;
}

/** Ranks are sorted by so many bits at a time. */
const DIGIT_BITS = 8;
const DIGITS = 1 << DIGIT_BITS;

/** Sorts batch after batch in the same memory: what it returns is good until the next. About 0.1 us a change. */
export class BatchSorter {
  readonly #keys = new WordList();
  readonly #members = new WordList();
  /** Changes, and of each the first word of its key: sorted from one pair of lists into the other and back. */
  readonly #order = [new WordList(), new WordList()] as const;
  readonly #ranks = [new WordList(), new WordList()] as const;
  readonly #places = new Int32Array(DIGITS);

  /** The changes whose hashed keys begin with the `partBits` bits of `part`. @throws STATE_DUPLICATE_KEY */
  sort(packed: PackedBatch, part: number, partBits: number): SortedBatch {
    const { keys: hashed, values, hashes } = packed;
    const members = this.#members.renew(packed.count);
    const ranks = this.#ranks[0].renew(packed.count);
    let count = 0;
    for (let index = 0; index < packed.count; index++) {
      const rank = hashed[KEY_WORDS * index]!;
      // In two steps: a shift by 32 bits is none.
      if ((rank >>> 1) >>> (31 - partBits) !== part) continue;
      members[count] = index;
      ranks[count++] = rank;
    }
    const order = this.#sortedOrder(members, count);
    settleTies(order, ranks, hashed, count);
    const keys = this.#keys.renew(KEY_WORDS * count);
    for (let index = 0; index < count; index++) {
      const from = KEY_WORDS * order[index]!;
      for (let word = 0; word < KEY_WORDS; word++) keys[KEY_WORDS * index + word] = hashed[from + word]!;
      if (index > 0 && compareAt(keys, KEY_WORDS * (index - 1), KEY_WORDS * index) === 0)
        throw new StateError('STATE_DUPLICATE_KEY', { place: toHex(packedKey(packed, order[index]!)) });
    }
    return { count, keys, order, members, values, hashes };
  }

  /** The members in the order of their ranks, which are sorted with them: a radix sort from the lowest digit up. */
  #sortedOrder(members: Int32Array, count: number): Int32Array {
    const order = this.#order[0].renew(count);
    const ranks = this.#ranks[0].words;
    const otherOrder = this.#order[1].renew(count);
    const otherRanks = this.#ranks[1].renew(count);
    this.#sortDigit(0, count, ranks, members, otherRanks, otherOrder);
    this.#sortDigit(DIGIT_BITS, count, otherRanks, otherOrder, ranks, order);
    this.#sortDigit(2 * DIGIT_BITS, count, ranks, order, otherRanks, otherOrder);
    this.#sortDigit(3 * DIGIT_BITS, count, otherRanks, otherOrder, ranks, order);
    return order;
  }

  #sortDigit(
    shift: number,
    count: number,
    ranks: Int32Array,
    order: Int32Array,
    toRanks: Int32Array,
    toOrder: Int32Array,
  ): void {
    const places = this.#places.fill(0);
    for (let index = 0; index < count; index++) places[(ranks[index]! >>> shift) & (DIGITS - 1)]!++;
    for (let digit = 0, place = 0; digit < DIGITS; digit++) {
      const next = place + places[digit]!;
      places[digit] = place;
      place = next;
    }
    for (let index = 0; index < count; index++) {
      const place = places[(ranks[index]! >>> shift) & (DIGITS - 1)]!++;
      toRanks[place] = ranks[index]!;
      toOrder[place] = order[index]!;
    }
  }
}

/** Keys of one rank come in the order of the rest of them. */
function settleTies(order: Int32Array, ranks: Int32Array, keys: Int32Array, count: number): void {
  for (let index = 1; index < count; index++) {
    const own = order[index]!;
    let at = index;
    while (
      at > 0 &&
      ranks[at - 1] === ranks[index] &&
      compareAt(keys, KEY_WORDS * order[at - 1]!, KEY_WORDS * own) > 0
    ) {
      order[at] = order[at - 1]!;
      at--;
    }
    order[at] = own;
  }
}

function compareAt(words: Int32Array, a: number, b: number): number {
  for (let index = 0; index < KEY_WORDS; index++) {
    const difference = (words[a + index]! >>> 0) - (words[b + index]! >>> 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
