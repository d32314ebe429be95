// The canonical codec all formats are written in: Borsh's layout, integers little-endian, one encoding of
// everything. A Writer refuses what has no encoding, a Reader what is not exactly one; both throw CodecError.
import { fromUtf8, utf8 } from './bytes.js';
import { CodecError } from './codec-error.js';
import { LIMITS } from './limits.js';
import type { RecentBytes } from './recent-bytes.js';

const START = 256;
/** Up to here a loop over bytes is faster than the engine's copy: of an array; of a part, of which that wants a view. */
const LOOP_BYTES = 16;
const LOOP_BYTES_OF_PART = 160;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Appends values to a growing buffer. Every method returns the writer. */
export class Writer {
  #bytes = new Uint8Array(START);
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** What was written, without a copy: good until the next value. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what was written and keeps the room, unless it is more than `bytesMax`. */
  clear(bytesMax: number = Number.POSITIVE_INFINITY): this {
    if (this.#bytes.length > bytesMax) this.#bytes = new Uint8Array(START);
    this.#length = 0;
    return this;
  }

  /** Writes over bytes that were written before. */
  patch(at: number, bytes: Uint8Array): this {
    assertRange(at >= 0 && at + bytes.length <= this.#length, at, 'an offset within what was written');
    this.#bytes.set(bytes, at);
    return this;
  }

  /** @throws CODEC_RANGE outside 0..2^8-1 */
  u8(value: number): this {
    const at = this.#unsigned(value, 1);
    this.#bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.#unsigned(value, 2);
    this.#bytes[at] = value;
    this.#bytes[at + 1] = value >>> 8;
    return this;
  }

  u32(value: number): this {
    this.#word(this.#unsigned(value, 4), value);
    return this;
  }

  /** A u64 held as a number. @throws CODEC_RANGE outside 0..2^53-1 */
  number64(value: number): this {
    assertRange(Number.isSafeInteger(value) && value >= 0, value, 'an integer of 0..2^53-1');
    this.#number(this.#grow(8), value);
    return this;
  }

  u64(value: bigint): this {
    return this.#unsignedBig(value, 64);
  }

  u128(value: bigint): this {
    return this.#unsignedBig(value, 128);
  }

  u256(value: bigint): this {
    return this.#unsignedBig(value, 256);
  }

  i8(value: number): this {
    return this.u8(signedToUnsigned(value, 8));
  }

  i16(value: number): this {
    return this.u16(signedToUnsigned(value, 16));
  }

  i32(value: number): this {
    return this.u32(signedToUnsigned(value, 32));
  }

  i64(value: bigint): this {
    return this.#signedBig(value, 64);
  }

  i128(value: bigint): this {
    return this.#signedBig(value, 128);
  }

  bool(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  /** Bytes without a length: the format knows it. `length` checks it. @throws CODEC_LENGTH */
  fixed(bytes: Uint8Array, length: number = bytes.length): this {
    if (bytes.length !== length)
      throw new CodecError('CODEC_LENGTH', { expected: length, got: bytes.length, unit: 'bytes' });
    const at = this.#grow(length);
    const to = this.#bytes;
    if (length > LOOP_BYTES) to.set(bytes, at);
    else for (let index = 0; index < length; index++) to[at + index] = bytes[index]!;
    return this;
  }

  /** As `fixed`, of some of `bytes`. */
  part(bytes: Uint8Array, start: number, length: number): this {
    const at = this.#grow(length);
    const to = this.#bytes;
    if (length > LOOP_BYTES_OF_PART) to.set(bytes.subarray(start, start + length), at);
    else for (let index = 0; index < length; index++) to[at + index] = bytes[start + index]!;
    return this;
  }

  /** u32 length, then the bytes. */
  bytes(bytes: Uint8Array): this {
    return this.u32(bytes.length).fixed(bytes);
  }

  /** u32 length, then UTF-8. @throws CODEC_UTF8 for a lone surrogate */
  string(text: string): this {
    return this.bytes(utf8(text));
  }

  /** 0, or 1 and the value. */
  option<T>(value: T | undefined, write: (value: T) => unknown): this {
    if (value === undefined) return this.u8(0);
    this.u8(1);
    write(value);
    return this;
  }

  /** u32 count, then the items. */
  list<T>(items: readonly T[], write: (item: T, index: number) => unknown): this {
    this.u32(items.length);
    items.forEach((item, index) => {
      write(item, index);
    });
    return this;
  }

  #unsigned(value: number, width: 1 | 2 | 4): number {
    // Asked first: the text for the error costs more than the number.
    if (!(Number.isInteger(value) && value >= 0 && value < 2 ** (8 * width)))
      assertRange(false, value, `a u${8 * width}`);
    return this.#grow(width);
  }

  #unsignedBig(value: bigint, bits: number): this {
    if (value < 0n || (value > MAX_SAFE && value >> BigInt(bits) !== 0n))
      assertRange(false, value, `a u${bits}`);
    return this.#words(value, bits);
  }

  #signedBig(value: bigint, bits: number): this {
    assertRange(BigInt.asIntN(bits, value) === value, value, `an i${bits}`);
    return this.#words(BigInt.asUintN(bits, value), bits);
  }

  #words(value: bigint, bits: number): this {
    const at = this.#grow(bits / 8);
    const end = at + bits / 8;
    // Most numbers are small.
    if (value <= MAX_SAFE) {
      this.#number(at, Number(value));
      for (let next = at + 8; next < end; next += 4) this.#word(next, 0);
      return this;
    }
    for (let next = at, rest = value; next < end; next += 4, rest >>= 32n) {
      this.#word(next, Number(rest & 0xffff_ffffn));
    }
    return this;
  }

  #number(at: number, value: number): void {
    this.#word(at, value % 0x1_0000_0000);
    this.#word(at + 4, Math.floor(value / 0x1_0000_0000));
  }

  #word(at: number, value: number): void {
    const bytes = this.#bytes;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
  }

  /** Makes room and returns where it begins. */
  #grow(size: number): number {
    const at = this.#length;
    const needed = at + size;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#length = needed;
    return at;
  }
}

/**
 * Reads values off a byte string, in order. Byte strings it returns are copies, but for `view`. Errors carry `place`: the
 * name given at construction and the offset.
 */
export class Reader {
  #bytes: Uint8Array;
  readonly #place: string;
  #at: number;

  /** Begins at byte `at`. */
  constructor(bytes: Uint8Array, place = 'bytes', at = 0) {
    this.#bytes = bytes;
    this.#place = place;
    this.#at = at;
  }

  /** Goes on from a byte of another string. */
  moveTo(bytes: Uint8Array, at: number): this {
    this.#bytes = bytes;
    this.#at = at;
    return this;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** For errors: where the reader stands. Builds text: ask only once something is wrong. */
  get place(): string {
    return this.placeAt(this.#at);
  }

  /** For errors: an offset read earlier. */
  placeAt(offset: number): string {
    return `${this.#place}, byte ${offset}`;
  }

  /** The end must be here. @throws CODEC_TRAILING */
  done(): void {
    if (this.remaining > 0)
      throw new CodecError('CODEC_TRAILING', { got: this.remaining, unit: 'bytes', place: this.place });
  }

  u8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  u16(): number {
    const at = this.#take(2);
    return this.#bytes[at]! | (this.#bytes[at + 1]! << 8);
  }

  u32(): number {
    return this.#wordAt(this.#take(4));
  }

  /** A u64 as a number. @throws CODEC_RANGE past 2^53-1 */
  number64(): number {
    const at = this.#take(8);
    const high = this.#wordAt(at + 4);
    if (high > 0x1f_ffff) {
      throw new CodecError('CODEC_RANGE', {
        expected: 'at most 2^53-1',
        place: this.placeAt(at),
      });
    }
    return high * 0x1_0000_0000 + this.#wordAt(at);
  }

  u64(): bigint {
    return this.#doubleAt(this.#take(8));
  }

  u128(): bigint {
    return this.#words(2);
  }

  u256(): bigint {
    return this.#words(4);
  }

  i8(): number {
    return (this.#bytes[this.#take(1)]! << 24) >> 24;
  }

  i16(): number {
    return (this.u16() << 16) >> 16;
  }

  i32(): number {
    return this.u32() | 0;
  }

  i64(): bigint {
    return BigInt.asIntN(64, this.u64());
  }

  i128(): bigint {
    return BigInt.asIntN(128, this.#words(2));
  }

  /** @throws CODEC_TAG for a byte above 1 */
  bool(): boolean {
    return this.tag(2, 'a bool') === 1;
  }

  /** One byte below `count`. @throws CODEC_TAG */
  tag(count: number, what: string): number {
    const at = this.#take(1);
    const value = this.#bytes[at]!;
    if (value >= count) {
      const expected = `0..${count - 1} (${what})`;
      throw new CodecError('CODEC_TAG', { expected, got: value, place: this.placeAt(at) });
    }
    return value;
  }

  fixed(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  /** As `fixed` of the length that `recent` is of: an object that others have who read the same. */
  recent(recent: RecentBytes): Uint8Array {
    return recent.at(this.#bytes, this.#take(recent.length));
  }

  /** As `fixed`, without a copy: good as long as nobody changes the bytes that are read. */
  view(length: number): Uint8Array {
    const at = this.#take(length);
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + at, length);
  }

  /** u32 length, then bytes. @throws CODEC_LIMIT past `maximum` */
  bytes(maximum: number = LIMITS.recordBytes): Uint8Array {
    return this.fixed(this.#length(maximum));
  }

  /** @throws CODEC_UTF8 */
  string(maximum: number = LIMITS.recordBytes): string {
    return fromUtf8(this.bytes(maximum));
  }

  option<T>(read: () => T): T | undefined {
    return this.tag(2, 'an option') === 1 ? read() : undefined;
  }

  /** As `bytes`, without a copy: see `view`. */
  bytesView(maximum: number = LIMITS.recordBytes): Uint8Array {
    return this.view(this.#length(maximum));
  }

  /** As `bytes`, keeping nothing; how many there are. */
  skipBytes(maximum: number): number {
    const length = this.#length(maximum);
    this.#take(length);
    return length;
  }

  /** u32 count, then items of at least one byte each. @throws CODEC_LIMIT past `maximum` items */
  list<T>(read: (reader: this, index: number) => T, maximum: number): T[] {
    const count = this.#count(maximum);
    const items = new Array<T>(count);
    for (let index = 0; index < count; index++) items[index] = read(this, index);
    return items;
  }

  /** As `list`, keeping nothing; how many there are. */
  repeat(read: (reader: this, index: number) => unknown, maximum: number): number {
    const count = this.#count(maximum);
    for (let index = 0; index < count; index++) read(this, index);
    return count;
  }

  /** The length of a list; one past `remaining` is refused before any work. */
  #count(maximum: number): number {
    const count = this.#length(maximum);
    if (count > this.remaining) {
      throw new CodecError('CODEC_TRUNCATED', {
        expected: count,
        got: this.remaining,
        unit: 'bytes',
        place: this.place,
      });
    }
    return count;
  }

  /** Moves on without copying. */
  skip(length: number): void {
    this.#take(length);
  }

  /** A copy of the bytes from an offset read earlier up to here. */
  since(offset: number): Uint8Array {
    return this.#bytes.slice(offset, this.#at);
  }

  #length(maximum: number): number {
    const at = this.#take(4);
    const length = this.#wordAt(at);
    if (length > maximum) {
      const place = this.placeAt(at);
      throw new CodecError('CODEC_LIMIT', { expected: `at most ${maximum}`, got: length, place });
    }
    return length;
  }

  #words(count: number): bigint {
    const at = this.#take(8 * count);
    let value = 0n;
    for (let word = count - 1; word >= 0; word--) {
      const part = this.#doubleAt(at + 8 * word);
      value = value === 0n ? part : (value << 64n) | part;
    }
    return value;
  }

  #wordAt(at: number): number {
    const bytes = this.#bytes;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  #doubleAt(at: number): bigint {
    const low = this.#wordAt(at);
    const high = this.#wordAt(at + 4);
    if ((low | high) === 0) return 0n;
    // Most numbers are small, and one BigInt is cheaper than three.
    if (high <= 0x1f_ffff) return BigInt(high * 0x1_0000_0000 + low);
    return (BigInt(high) << 32n) | BigInt(low);
  }

  #take(size: number): number {
    const at = this.#at;
    if (size > this.#bytes.length - at) {
      throw new CodecError('CODEC_TRUNCATED', {
        expected: size,
        got: this.remaining,
        unit: 'bytes',
        place: this.place,
      });
    }
    this.#at = at + size;
    return at;
  }
}

/** Decodes exactly one value from all of `bytes`. @throws CODEC_TRAILING and what `read` throws */
export function decodeExact<T>(bytes: Uint8Array, place: string, read: (reader: Reader) => T): T {
  const reader = new Reader(bytes, place);
  const value = read(reader);
  reader.done();
  return value;
}

/** Bytes of a fixed length, or a refusal that names the field. @throws CODEC_LENGTH */
export function assertLength(bytes: Uint8Array, length: number, place: string): Uint8Array {
  if (bytes.length !== length) {
    throw new CodecError('CODEC_LENGTH', { expected: length, got: bytes.length, unit: 'bytes', place });
  }
  return bytes;
}

function signedToUnsigned(value: number, bits: 8 | 16 | 32): number {
  const half = 2 ** (bits - 1);
  assertRange(Number.isInteger(value) && value >= -half && value < half, value, `an i${bits}`);
  return value < 0 ? value + 2 * half : value;
}

function assertRange(holds: boolean, got: number | bigint, expected: string): void {
  if (!holds) throw new CodecError('CODEC_RANGE', { expected, got });
}
