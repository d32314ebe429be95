// Small numbers for byte strings: keys and addresses get one each, so that hot loops index arrays instead of looking
// texts up. Open addressing over typed arrays, which can be copied into shared memory as they stand and read there.
import { assert } from './assert.js';

/** Longest string, bytes. */
const BYTES_MAX = 1024;
/**
 * Bytes before a string in its first word: state keys are a kind byte, then parts of whole words, which so begin at words
 * and are copied a word at a time.
 */
export const IMAGE_LEAD = 3;
const WORDS_MAX = Math.ceil((IMAGE_LEAD + BYTES_MAX) / 4);
/** Bits one hash sum is good for: it takes 16 bits of input at a time into 32. */
const SUM_BITS = 17;
const FIRST_BUCKETS = 1024;
/** Memory that copies share: who keeps one of them keeps no more than this. At least the longest string. */
const COPY_CHUNK_BYTES = 4096;
/** Of a table that is cleared: two for each string, of tens of thousands a block. */
const KEPT_BUCKETS_MAX = 1 << 18;

/**
 * A byte string where a table looks for it: zeros before and behind it fill whole words. One a thread is enough; whoever
 * fills it uses it at once.
 */
export class ByteImage {
  /** The words, string and zeros: byte `at` of the string is byte IMAGE_LEAD + `at` of them. */
  readonly words: Int32Array = new Int32Array(WORDS_MAX);
  /** The string. */
  readonly bytes: Uint8Array = new Uint8Array(this.words.buffer, IMAGE_LEAD, BYTES_MAX);
  #length = 0;

  /** Bytes. */
  get length(): number {
    return this.#length;
  }

  /** Bytes the caller writes itself, at most 1,024: pads the last word. */
  set length(length: number) {
    assert(length <= BYTES_MAX, 'a string fits its image');
    this.#length = length;
    for (let at = length; at < BYTES_MAX && ((IMAGE_LEAD + at) & 3) !== 0; at++) this.bytes[at] = 0;
  }

  /** Makes it a copy of these bytes. Returns itself. */
  of(bytes: Uint8Array): this {
    const { bytes: image } = this;
    for (let at = 0; at < bytes.length; at++) image[at] = bytes[at]!;
    this.length = bytes.length;
    return this;
  }
}

/** What a table is made of; `size` numbers are in use. */
export interface TableParts {
  /** Number + 1 of the string that hashes there, 0: free; a power of two of them. */
  readonly buckets: Int32Array;
  /** By number: where its string stands in `heap`, word index. */
  readonly places: Int32Array;
  /** Each string as its length in bytes, then the words of its image. */
  readonly heap: Int32Array;
  /** Secret of the hash: who does not know it cannot make strings collide. */
  readonly seed: number;
}

/** Numbers 0, 1, 2, … for byte strings in order of first appearance. A look-up costs about 1 ns a byte. */
export class ByteTable {
  #buckets: Int32Array;
  #places: Int32Array;
  #heap: Int32Array;
  #size: number;
  #end: number;
  /** Memory of the copies made last, and how much of it is theirs. */
  #copies = new Uint8Array(0);
  #copied = 0;
  readonly #seed: number;
  readonly #multipliers: Int32Array;

  /** An empty table; with `parts` one over them, for finding only. `seed`: 32 bits nobody outside knows. */
  constructor(seed: number, parts?: TableParts) {
    this.#seed = seed;
    this.#multipliers = multipliersOf(seed);
    this.#buckets = parts?.buckets ?? new Int32Array(FIRST_BUCKETS);
    this.#places = parts?.places ?? new Int32Array(FIRST_BUCKETS / 2);
    this.#heap = parts?.heap ?? new Int32Array(16 * FIRST_BUCKETS);
    this.#size = parts?.places.length ?? 0;
    this.#end = parts?.heap.length ?? 0;
  }

  /** Strings it has numbers for. */
  get size(): number {
    return this.#size;
  }

  /** The arrays, cut to what is used. */
  get parts(): TableParts {
    return {
      buckets: this.#buckets,
      places: this.#places.subarray(0, this.#size),
      heap: this.#heap.subarray(0, this.#end),
      seed: this.#seed,
    };
  }

  /** The number of a string, or -1. */
  find(image: ByteImage): number {
    return this.#buckets[this.#bucketOf(image)]! - 1;
  }

  /** The number of a string; a new one for a new string. */
  intern(image: ByteImage): number {
    const bucket = this.#bucketOf(image);
    const known = this.#buckets[bucket]! - 1;
    return known >= 0 ? known : this.#add(image, bucket);
  }

  /** A copy of the string with a number. A few share their memory: to make some for each costs more than all the rest. */
  copy(number: number): Uint8Array {
    const place = this.#places[number]!;
    const heap = this.#heap;
    const length = heap[place]!;
    const string = new Uint8Array(heap.buffer, heap.byteOffset + 4 * (place + 1) + IMAGE_LEAD, length);
    if (this.#copied + length > this.#copies.length) {
      this.#copies = new Uint8Array(COPY_CHUNK_BYTES);
      this.#copied = 0;
    }
    const at = this.#copied;
    this.#copies.set(string, at);
    this.#copied += length;
    return this.#copies.subarray(at, at + length);
  }

  /** One byte of the string with a number. */
  byteAt(number: number, index: number): number {
    const at = IMAGE_LEAD + index;
    return (this.#heap[this.#places[number]! + 1 + (at >> 2)]! >>> (8 * (at & 3))) & 0xff;
  }

  /** Negative, 0 or positive as the first string is before, equal to or behind the second in byte order. */
  compare(a: number, b: number): number {
    const heap = this.#heap;
    const left = this.#places[a]!;
    const right = this.#places[b]!;
    const shorter = Math.min(heap[left]!, heap[right]!);
    for (let at = 1; at <= wordsOf(shorter); at++) {
      const difference = heap[left + at]! ^ heap[right + at]!;
      if (difference === 0) continue;
      // The first byte that differs is the lowest: words are little-endian. Zeros fill the last one.
      const shift = (31 - Math.clz32(difference & -difference)) & 24;
      return ((heap[left + at]! >>> shift) & 0xff) - ((heap[right + at]! >>> shift) & 0xff);
    }
    return heap[left]! - heap[right]!;
  }

  /** The string with a number is the image's. */
  holds(number: number, { words, length }: ByteImage): boolean {
    return this.#equals(number, words, wordsOf(length), length);
  }

  /** Forgets all strings; the room stays, unless it is large. */
  clear(): void {
    if (this.#buckets.length > KEPT_BUCKETS_MAX) {
      this.#buckets = new Int32Array(FIRST_BUCKETS);
      this.#places = new Int32Array(FIRST_BUCKETS / 2);
      this.#heap = new Int32Array(16 * FIRST_BUCKETS);
    } else this.#buckets.fill(0);
    this.#size = 0;
    this.#end = 0;
  }

  /** The bucket that holds the string, or the free one where it belongs. */
  #bucketOf(image: ByteImage): number {
    const buckets = this.#buckets;
    const mask = buckets.length - 1;
    const { words, length } = image;
    const count = wordsOf(length);
    for (let bucket = this.#hash(words, 0, count) & mask; ; bucket = (bucket + 1) & mask) {
      const number = buckets[bucket]! - 1;
      if (number < 0 || this.#equals(number, words, count, length)) return bucket;
    }
  }

  #equals(number: number, words: Int32Array, count: number, length: number): boolean {
    const heap = this.#heap;
    const place = this.#places[number]!;
    if (heap[place] !== length) return false;
    // From the end: keys differ in their last component more often than in their contract.
    for (let at = count; at > 0; at--) if (heap[place + at] !== words[at - 1]) return false;
    return true;
  }

  /**
   * Multilinear hashing over 16-bit pieces: the top 17 bits of each 32-bit sum are strongly universal (Lemire and Kaser,
   * "Strongly universal string hashing is fast", 2014, §2), so chains stay short whatever strings somebody chooses.
   */
  #hash(words: Int32Array, from: number, count: number): number {
    const multipliers = this.#multipliers;
    let sum = multipliers[4 * WORDS_MAX]!;
    for (let at = 0, next = 0; at < count; at++, next += 4) {
      const word = words[from + at]!;
      sum += Math.imul(multipliers[next]!, word & 0xffff) + Math.imul(multipliers[next + 1]!, word >>> 16);
      sum |= 0;
    }
    const low = sum >>> (32 - SUM_BITS);
    if (this.#buckets.length <= 1 << SUM_BITS) return low;
    let other = multipliers[4 * WORDS_MAX + 1]!;
    for (let at = 0, next = 2; at < count; at++, next += 4) {
      const word = words[from + at]!;
      other += Math.imul(multipliers[next]!, word & 0xffff) + Math.imul(multipliers[next + 1]!, word >>> 16);
      other |= 0;
    }
    return low | ((other >>> (32 - SUM_BITS)) << SUM_BITS);
  }

  #add(image: ByteImage, bucket: number): number {
    const { words, length } = image;
    const count = wordsOf(length);
    const number = this.#size;
    if (number === this.#places.length) this.#places = doubled(this.#places);
    while (this.#end + 1 + count > this.#heap.length) this.#heap = doubled(this.#heap);
    this.#places[number] = this.#end;
    this.#heap[this.#end] = length;
    for (let at = 0; at < count; at++) this.#heap[this.#end + 1 + at] = words[at]!;
    this.#end += 1 + count;
    this.#size = number + 1;
    this.#buckets[bucket] = number + 1;
    // At most half full.
    if (2 * this.#size > this.#buckets.length) this.#rehash();
    return number;
  }

  #rehash(): void {
    const buckets = new Int32Array(2 * this.#buckets.length);
    const mask = buckets.length - 1;
    this.#buckets = buckets;
    for (let number = 0; number < this.#size; number++) {
      const place = this.#places[number]!;
      let bucket = this.#hash(this.#heap, place + 1, wordsOf(this.#heap[place]!)) & mask;
      while (buckets[bucket] !== 0) bucket = (bucket + 1) & mask;
      buckets[bucket] = number + 1;
    }
  }
}

/** Words of the image of a string. */
function wordsOf(length: number): number {
  return (IMAGE_LEAD + length + 3) >> 2;
}

function doubled(array: Int32Array): Int32Array {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

let lastMultipliers: { readonly seed: number; readonly values: Int32Array } | undefined;

/** Four a word and two to begin with, from 32 bits (a mixed counter: splitmix32). */
function multipliersOf(seed: number): Int32Array {
  if (lastMultipliers?.seed === seed) return lastMultipliers.values;
  const values = new Int32Array(4 * WORDS_MAX + 2);
  for (let index = 0, state = seed | 0; index < values.length; index++) {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    values[index] = mixed ^ (mixed >>> 15);
  }
  lastMultipliers = { seed, values };
  return values;
}
