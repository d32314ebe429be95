// bytes, codec, bech32, assert, errors: the edges of each, by code.
import { assert } from '@weft/runtime/base/assert';
import { fromBech32, toBech32 } from '@weft/runtime/base/bech32';
import * as bytes from '@weft/runtime/base/bytes';
import { decodeExact, Reader, Writer } from '@weft/runtime/base/codec';
import { explainError, listErrorCodes, WeftError } from '@weft/runtime/base/errors';
import { describe, expect, it } from 'vitest';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof WeftError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('bytes', () => {
  it('hex is lower case, two digits a byte, nothing else', () => {
    expect(bytes.toHex(Uint8Array.of(0, 10, 255))).toBe('000aff');
    expect(bytes.fromHex('000aff')).toEqual(Uint8Array.of(0, 10, 255));
    for (const text of ['0', '0A', '0x00', 'zz', '0 '])
      expect(codeOf(() => bytes.fromHex(text))).toBe('CODEC_HEX');
  });

  it('order is by bytes, a prefix first', () => {
    const sorted = ['', '00', '0000', '01', '7f', '80', 'ff'].map(bytes.fromHex);
    for (const [i, a] of sorted.entries()) {
      for (const [j, b] of sorted.entries()) {
        expect(bytes.compareBytes(a, b)).toBe(Math.sign(i - j));
        expect(bytes.bytesEqual(a, b)).toBe(i === j);
      }
    }
  });

  it('equality looks at every byte, of short strings and long ones', () => {
    for (const length of [1, 47, 48, 49, 300]) {
      const a = new Uint8Array(length + 1).fill(7).subarray(1);
      expect(bytes.bytesEqual(a, a.slice())).toBe(true);
      expect(bytes.bytesEqual(a, a.subarray(1))).toBe(false);
      for (let at = 0; at < length; at++) {
        const other = a.slice();
        other[at] = 8;
        expect(bytes.bytesEqual(a, other)).toBe(false);
      }
    }
  });

  it('UTF-8 is strict and keeps a byte order mark', () => {
    expect(bytes.fromUtf8(bytes.utf8('\ufeffé漢🔒'))).toBe('\ufeffé漢🔒');
    expect(codeOf(() => bytes.utf8('a\ud800'))).toBe('CODEC_UTF8');
    for (const hex of ['ff', 'c080', 'eda080', 'f4908080', 'e282']) {
      expect(codeOf(() => bytes.fromUtf8(bytes.fromHex(hex)))).toBe('CODEC_UTF8');
    }
  });

  it('the text of bytes has one character a byte', () => {
    const long = Uint8Array.from({ length: 10_000 }, (_, index) => (index * 7) & 255);
    expect(bytes.bytesText(long)).toHaveLength(10_000);
    expect(bytes.textBytes(bytes.bytesText(long))).toEqual(long);
    expect(codeOf(() => bytes.textBytes('\u0100'))).toBe('CODEC_RANGE');
  });

  it('concatBytes joins', () => {
    expect(bytes.concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3))).toEqual(
      Uint8Array.of(1, 2, 3),
    );
  });
});

describe('codec', () => {
  it('integers keep their edges', () => {
    const max = (bits: bigint) => (1n << bits) - 1n;
    const writer = new Writer().u8(255).u16(65_535).u32(4_294_967_295).number64(Number.MAX_SAFE_INTEGER);
    writer.u64(max(64n)).u128(max(128n)).u256(max(256n)).i8(-128).i16(-32_768).i32(-2_147_483_648);
    writer
      .i64(-(1n << 63n))
      .i128(-(1n << 127n))
      .i128(max(127n));
    const reader = new Reader(writer.finish());
    expect([reader.u8(), reader.u16(), reader.u32(), reader.number64()]).toEqual([
      255,
      65_535,
      4_294_967_295,
      2 ** 53 - 1,
    ]);
    expect([reader.u64(), reader.u128(), reader.u256()]).toEqual([max(64n), max(128n), max(256n)]);
    expect([reader.i8(), reader.i16(), reader.i32()]).toEqual([-128, -32_768, -2_147_483_648]);
    expect([reader.i64(), reader.i128(), reader.i128()]).toEqual([-(1n << 63n), -(1n << 127n), max(127n)]);
    reader.done();
  });

  it.each<[string, (writer: Writer) => unknown]>([
    ['u8 256', (writer) => writer.u8(256)],
    ['u8 -1', (writer) => writer.u8(-1)],
    ['u8 0.5', (writer) => writer.u8(0.5)],
    ['u16 NaN', (writer) => writer.u16(Number.NaN)],
    ['u32 2^32', (writer) => writer.u32(2 ** 32)],
    ['number64 2^53', (writer) => writer.number64(2 ** 53)],
    ['u64 2^64', (writer) => writer.u64(1n << 64n)],
    ['u64 -1', (writer) => writer.u64(-1n)],
    ['u256 2^256', (writer) => writer.u256(1n << 256n)],
    ['i8 128', (writer) => writer.i8(128)],
    ['i64 2^63', (writer) => writer.i64(1n << 63n)],
    ['i128 -2^127-1', (writer) => writer.i128(-(1n << 127n) - 1n)],
  ])('writing %s is refused', (_, write) => {
    expect(codeOf(() => write(new Writer()))).toBe('CODEC_RANGE');
  });

  it.each<[string, string, (reader: Reader) => unknown, string]>([
    ['a bool of 2', '02', (reader) => reader.bool(), 'CODEC_TAG'],
    ['an option tag of 2', '02', (reader) => reader.option(() => 0), 'CODEC_TAG'],
    ['number64 of 2^53', '0000000000002000', (reader) => reader.number64(), 'CODEC_RANGE'],
    ['bytes past their limit', '0500000000', (reader) => reader.bytes(4), 'CODEC_LIMIT'],
    ['bytes past the end', 'ffffffff00', (reader) => reader.bytes(), 'CODEC_LIMIT'],
    [
      'a list count past the end',
      '00ffff0001',
      (reader) => reader.list(() => reader.u8(), 2 ** 32),
      'CODEC_TRUNCATED',
    ],
    ['a string of a lone byte', '01000000ff', (reader) => reader.string(), 'CODEC_UTF8'],
    ['bytes behind the end', '0001', (reader) => reader.u8(), 'CODEC_TRAILING'],
    ['nothing', '', (reader) => reader.u8(), 'CODEC_TRUNCATED'],
  ])('reading %s is refused', (_, hex, read, code) => {
    expect(codeOf(() => decodeExact(bytes.fromHex(hex), 'test', read))).toBe(code);
  });

  it('reads from a view with an offset, and gives copies', () => {
    const backing = bytes.fromHex('ffff0a00000002000000aabbff');
    const view = backing.subarray(2, 12);
    const reader = new Reader(view, 'view');
    expect(reader.u32()).toBe(10);
    const copy = reader.bytes();
    backing.fill(0);
    expect(copy).toEqual(Uint8Array.of(0xaa, 0xbb));
    expect(reader.place).toBe('view, byte 10');
  });

  it('grows past its first buffer', () => {
    const writer = new Writer();
    for (let index = 0; index < 5_000; index++) writer.u32(index);
    expect(writer.length).toBe(20_000);
    const reader = new Reader(writer.finish());
    for (let index = 0; index < 5_000; index++) expect(reader.u32()).toBe(index);
  });
});

describe('bech32m', () => {
  it('round-trips, and refuses another prefix, a typo, mixed case, bech32 of the first kind', () => {
    const payload = new Uint8Array(32).fill(7);
    const text = toBech32('weft', payload);
    expect(fromBech32('weft', text)).toEqual(payload);
    const wrong = [
      toBech32('warp', payload),
      `${text.slice(0, -1)}${text.endsWith('q') ? 'p' : 'q'}`,
      `W${text.slice(1)}`,
      'a12uel5l',
      '',
      'x'.repeat(5_000),
    ];
    for (const bad of wrong)
      expect(
        codeOf(() => fromBech32('weft', bad)),
        bad,
      ).toBe('CODEC_BECH32');
  });
});

describe('errors', () => {
  it('carry code, context and fix, as data too', () => {
    expect(codeOf(() => assert(false, 'here'))).toBe('BASE_INVARIANT');
    expect(listErrorCodes()).toContain('CODEC_TRUNCATED');
    expect(explainError('CODEC_TRUNCATED')?.what).toBeDefined();
    expect(explainError('NO_SUCH_CODE')).toBeUndefined();
    try {
      new Writer().u64(-5n);
    } catch (error) {
      expect((error as WeftError).toJSON()).toMatchObject({
        code: 'CODEC_RANGE',
        context: { got: '-5', expected: 'a u64' },
      });
    }
  });
});
