// Unsigned numbers as 32-bit words, least significant first, in place and without a BigInt: the arithmetic of cells on
// the hot path. A number is (array, index of its first word); `count` is 2, 4 or 8 words: u64, u128, u256.

/** a += b modulo 2^(32 count). True when a carry is left over. */
export function addWords(a: Uint32Array, at: number, b: Uint32Array, bAt: number, count: number): boolean {
  let carry = 0;
  for (let index = 0; index < count; index++) {
    const sum = a[at + index]! + b[bAt + index]! + carry;
    a[at + index] = sum;
    carry = sum > 0xffff_ffff ? 1 : 0;
  }
  return carry !== 0;
}

/** a -= b modulo 2^(32 count). True when it would have been below 0. */
export function subtractWords(
  a: Uint32Array,
  at: number,
  b: Uint32Array,
  bAt: number,
  count: number,
): boolean {
  let borrow = 0;
  for (let index = 0; index < count; index++) {
    const difference = a[at + index]! - b[bAt + index]! - borrow;
    a[at + index] = difference;
    borrow = difference < 0 ? 1 : 0;
  }
  return borrow !== 0;
}

/** Negative, 0 or positive as a is below, equal to or above b. */
export function compareWords(a: Uint32Array, at: number, b: Uint32Array, bAt: number, count: number): number {
  for (let index = count - 1; index >= 0; index--) {
    const difference = a[at + index]! - b[bAt + index]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

export function isZeroWords(a: Uint32Array, at: number, count: number): boolean {
  for (let index = 0; index < count; index++) if (a[at + index] !== 0) return false;
  return true;
}

export function copyWords(
  to: Uint32Array,
  toAt: number,
  from: Uint32Array,
  fromAt: number,
  count: number,
): void {
  for (let index = 0; index < count; index++) to[toAt + index] = from[fromAt + index]!;
}

/** Little-endian bytes, at any alignment, to words. */
export function wordsFromBytes(
  to: Uint32Array,
  at: number,
  bytes: Uint8Array,
  start: number,
  count: number,
): void {
  for (let index = 0, from = start; index < count; index++, from += 4) {
    to[at + index] =
      bytes[from]! | (bytes[from + 1]! << 8) | (bytes[from + 2]! << 16) | (bytes[from + 3]! << 24);
  }
}

/** Times an array comes again before a view of it is made. */
const VIEWED_AFTER = 16;

/**
 * Copies little-endian bytes to words as `wordsFromBytes` does, for places where the same array comes again and again: then a
 * view of its words is made and kept. A copy of words costs a fourth of one of bytes, making a view as much as many copies.
 */
export class RepeatedWords {
  #bytes: Uint8Array | undefined;
  #times = 0;
  #words: Uint32Array | undefined;

  /** Copies the first `count` words of the array. */
  copy(to: Uint32Array, at: number, bytes: Uint8Array, count: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#times = 0;
      this.#words = undefined;
    } else if (this.#words === undefined && ++this.#times === VIEWED_AFTER && (bytes.byteOffset & 3) === 0) {
      this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    }
    if (this.#words !== undefined) copyWords(to, at, this.#words, 0, count);
    else wordsFromBytes(to, at, bytes, 0, count);
  }
}

/** Inverse of `wordsFromBytes`. */
export function wordsToBytes(
  bytes: Uint8Array,
  start: number,
  from: Uint32Array,
  at: number,
  count: number,
): void {
  for (let index = 0, to = start; index < count; index++, to += 4) {
    const word = from[at + index]!;
    bytes[to] = word;
    bytes[to + 1] = word >>> 8;
    bytes[to + 2] = word >>> 16;
    bytes[to + 3] = word >>> 24;
  }
}

/** Up to here a loop is faster than the engine's copy, word by word and byte by byte. */
const LOOP_WORDS = 128;
const LOOP_BYTES = 96;

/**
 * Copies bytes between two memories, each given as bytes and as words over the same buffer (a loop over words costs about
 * a seventh of one over bytes, where both ends are aligned).
 */
export function copyBytes(
  to: Uint8Array,
  toWords: Uint32Array,
  at: number,
  from: Uint8Array,
  fromWords: Uint32Array,
  start: number,
  length: number,
): void {
  let done = 0;
  if (((at | start) & 3) === 0 && length <= 4 * LOOP_WORDS) {
    const count = length >>> 2;
    copyWords(toWords, at >>> 2, fromWords, start >>> 2, count);
    done = 4 * count;
  } else if (length > LOOP_BYTES) {
    to.set(from.subarray(start, start + length), at);
    return;
  }
  for (; done < length; done++) to[at + done] = from[start + done]!;
}

/**
 * Copies bytes [start, start + length) of any alignment into the machine's words from `at` on; what is left of the last word
 * becomes 0. 25 ns for 100 bytes, 75 by way of a view of them.
 */
export function copyToWords(to: Int32Array, at: number, from: DataView, start: number, length: number): void {
  const count = length >>> 2;
  for (let index = 0; index < count; index++) to[at + index] = from.getInt32(start + 4 * index, true);
  let last = 0;
  for (let done = 4 * count; done < length; done++) last |= from.getUint8(start + done) << (8 * (done & 3));
  if ((length & 3) !== 0) to[at + count] = last;
}

/** The number as a bigint. */
export function bigintOf(from: Uint32Array, at: number, count: number): bigint {
  let index = count - 1;
  while (index > 0 && from[at + index] === 0) index--;
  let value = BigInt(from[at + index]!);
  for (index--; index >= 0; index--) value = (value << 32n) | BigInt(from[at + index]!);
  return value;
}

/** Writes a bigint of at most 32 count bits. */
export function setWords(to: Uint32Array, at: number, count: number, value: bigint): void {
  let index = 0;
  // Most numbers are small: what is left of them is asked about once.
  for (let rest = value; rest !== 0n && index < count; index++, rest >>= 32n) {
    to[at + index] = Number(rest & 0xffff_ffffn);
  }
  for (; index < count; index++) to[at + index] = 0;
}
