// A cursor over a module's bytes: LEB128 integers and names of the core specification §5.2, every bit checked.
// Nothing here allocates by a count it read; callers bound counts by the bytes that are left.
import { WasmError } from './errors.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads forward from `offset` to `end`; offsets are positions in the module, so errors name them. */
export class ByteReader {
  constructor(
    readonly bytes: Uint8Array,
    public offset: number,
    readonly end: number,
  ) {}

  /** A reader of part of the same bytes. */
  within(start: number, end: number): ByteReader {
    return new ByteReader(this.bytes, start, end);
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  /** @throws WASM_MALFORMED at the end */
  u8(): number {
    if (this.offset >= this.end) throw malformed(this.offset, 'a byte', 'the end');
    return this.bytes[this.offset++]!;
  }

  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const byte = this.u8();
    if (byte > 0x0f) throw malformed(this.offset - 1, 'a u32 in LEB128', byte);
    return (value | (byte << 28)) >>> 0;
  }

  s32(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    const byte = this.u8();
    if (byte > 0x07 && (byte < 0x78 || byte > 0x7f))
      throw malformed(this.offset - 1, 'an s32 in LEB128', byte);
    return value | (byte << 28);
  }

  /** A non-negative s33, as block types use for type indices. */
  typeIndex33(): number {
    const start = this.offset;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte >= 0x80) continue;
      if ((byte & 0x40) !== 0 || value >= 2 ** 32) throw malformed(start, 'a block type', byte);
      return value;
    }
    throw malformed(start, 'a block type', 'a longer number');
  }

  /** Checks and passes over an s64; the passes copy its bytes. */
  skipS64(): void {
    for (let count = 0; count < 9; count++) if (this.u8() < 0x80) return;
    const byte = this.u8();
    if (byte !== 0x00 && byte !== 0x7f) throw malformed(this.offset - 1, 'an s64 in LEB128', byte);
  }

  /** Passes over `length` bytes and returns where they start. */
  skip(length: number): number {
    if (length > this.remaining) throw malformed(this.offset, `${length} bytes`, `${this.remaining} bytes`);
    const start = this.offset;
    this.offset += length;
    return start;
  }

  /** A vector's length; each item takes at least one byte, so it can never exceed what is left. */
  count(): number {
    const start = this.offset;
    const count = this.u32();
    if (count > this.remaining) throw malformed(start, `at most ${this.remaining} items`, count);
    return count;
  }

  name(): string {
    const length = this.u32();
    const start = this.skip(length);
    try {
      return decoder.decode(this.bytes.subarray(start, start + length));
    } catch {
      throw malformed(start, 'UTF-8', `${length} other bytes`);
    }
  }

  /** Nothing may be left. */
  done(what: string): void {
    if (this.offset !== this.end)
      throw malformed(this.offset, `the end of ${what}`, `${this.remaining} more bytes`);
  }
}

/** The error for bytes that break the binary format at `offset`. */
export function malformed(offset: number, expected: string, got: string | number): WasmError {
  return new WasmError('WASM_MALFORMED', { expected, got, place: `offset ${offset}` });
}
