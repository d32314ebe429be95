// Output side of the instrumenter: a growing byte buffer with LEB128 and the few instruction forms the passes emit.
import { OP } from './opcodes.js';

/** Appends bytes; `length` is the number written so far. */
export class ByteWriter {
  #bytes: Uint8Array;
  length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  u8(byte: number): void {
    if (this.length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.length++] = byte;
  }

  /** Shortest unsigned LEB128 of 0 to 2^32-1. */
  u32(value: number): void {
    if (value >= 0 && value < 0x80) {
      this.u8(value);
      return;
    }
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.u8(rest);
  }

  /** Shortest signed LEB128 of an integer of magnitude at most 2^53; also right for i32 and i64 constants. */
  signed(value: number): void {
    if (value >= -64 && value < 64) {
      this.u8(value & 0x7f);
      return;
    }
    let rest = value;
    for (;;) {
      const low = rest - Math.floor(rest / 128) * 128;
      rest = Math.floor(rest / 128);
      if ((rest === 0 && low < 64) || (rest === -1 && low >= 64)) {
        this.u8(low);
        return;
      }
      this.u8(low | 0x80);
    }
  }

  raw(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Bytes [start, end) of another array: instructions are short, and a loop is faster than a view for each. */
  copy(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > 32) {
      this.raw(bytes.subarray(start, end));
      return;
    }
    if (this.length + end - start > this.#bytes.length) this.#grow(end - start);
    const to = this.#bytes;
    let { length } = this;
    for (let at = start; at < end; at++) to[length++] = bytes[at]!;
    this.length = length;
  }

  /** A name: length, then UTF-8. */
  name(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u32(bytes.length);
    this.raw(bytes);
  }

  /** An opcode and one unsigned immediate. */
  op(opcode: number, immediate: number): void {
    this.u8(opcode);
    this.u32(immediate);
  }

  i32Const(value: number): void {
    this.u8(OP.i32Const);
    this.signed(value);
  }

  i64Const(value: number): void {
    this.u8(OP.i64Const);
    this.signed(value);
  }

  /** What was written, as a view valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** What was written, in an array of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  #grow(more: number): void {
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + more));
    bytes.set(this.view());
    this.#bytes = bytes;
  }
}
