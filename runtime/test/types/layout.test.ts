// Layouts: texts and selectors, checking values, slicing by path, zeros; values as data agree with all of them.
import { fromHex, toHex, utf8 } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { WeftError } from '@weft/runtime/base/errors';
import {
  assertLayout,
  encodeLayout,
  eventId,
  type Layout,
  layoutText,
  selectorOf,
  sliceByPath,
  sliceList,
  zeroValue,
} from '@weft/runtime/types/layout';
import { decodeValues, encodeValues, type LayoutValue } from '@weft/runtime/types/layout-value';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertySeed } from '../support/seed.js';
import { layout as anyLayout } from './arbitraries.js';

const plain = (kind: 'u8' | 'u64' | 'u128' | 'address' | 'string' | 'bytes' | 'bool'): Layout => ({ kind });
const struct = (...layouts: Layout[]): Layout => ({
  kind: 'struct',
  fields: layouts.map((layout, index) => ({ name: `f${index}`, layout })),
});
const list = (item: Layout): Layout => ({ kind: 'list', item });
const option = (item: Layout): Layout => ({ kind: 'option', item });

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof WeftError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('layout', () => {
  it('texts, selectors and event ids', () => {
    const complex = list(option(struct(plain('u64'), { kind: 'fixed', length: 32 }, list(plain('string')))));
    expect(layoutText(complex)).toBe('(u64,fixed32,string[])?[]');
    // First 4 and 8 bytes of SHA-256 of the signatures, worked out elsewhere; selectors are read little-endian.
    expect(selectorOf('transfer', [plain('address'), plain('u128')])).toBe(0x24d419cc);
    expect(toHex(eventId('Transfer', [plain('address'), plain('address'), plain('u128')]))).toBe(
      'a19c53403799f40d',
    );
  });

  it('refuses layouts past depth, nodes, empty structs and fixed 0', () => {
    let deep: Layout = plain('u8');
    for (let index = 0; index < 16; index++) deep = list(deep);
    const wide = struct(...Array.from({ length: 64 }, () => struct(plain('u8'), plain('u8'), plain('u8'))));
    for (const bad of [
      deep,
      wide,
      struct(),
      { kind: 'fixed', length: 0 } as const,
      { kind: 'fixed', length: 1025 } as const,
    ]) {
      expect(codeOf(() => encodeLayout(new Writer(), bad))).toBe('CODEC_LIMIT');
    }
  });

  it.each<[string, string, Layout[], string]>([
    ['a bool of 2', '02', [plain('bool')], 'CODEC_TAG'],
    ['an option of 2', '0200', [option(plain('u8'))], 'CODEC_TAG'],
    ['a string that is not UTF-8', '01000000ff', [plain('string')], 'CODEC_UTF8'],
    ['a list longer than the bytes', '03000000 0101', [list(plain('u8'))], 'CODEC_TRUNCATED'],
    ['a list past its limit', '01000100', [list(plain('u8'))], 'CODEC_LIMIT'],
    ['a byte too many', '0101', [plain('u8')], 'CODEC_TRAILING'],
    ['a byte too few', '01', [plain('u8'), plain('u8')], 'CODEC_TRUNCATED'],
  ])('%s does not fit', (_, hex, layouts, code) => {
    expect(codeOf(() => assertLayout(fromHex(hex.replaceAll(' ', '')), layouts))).toBe(code);
  });

  it('slices arguments and struct fields by path', () => {
    const layouts = [
      plain('string'),
      struct(plain('u8'), struct(plain('bytes'), plain('u64'))),
      list(plain('u8')),
    ];
    const bytes = encodeValues(layouts, ['hi', { f0: 7, f1: { f0: utf8('xyz'), f1: 5n } }, [1, 2]]);
    const slice = (...path: number[]) => toHex(sliceByPath(layouts, bytes, path).bytes);
    expect(slice(0)).toBe('020000006869');
    expect(slice(1, 0)).toBe('07');
    expect(slice(1, 1, 0)).toBe('0300000078797a');
    expect(slice(1, 1, 1)).toBe('0500000000000000');
    expect(sliceList(sliceByPath(layouts, bytes, [2])).map((item) => item.bytes[0])).toEqual([1, 2]);
    for (const path of [[], [3], [0, 0], [1, 2], [1, 1, 0, 0]])
      expect(codeOf(() => slice(...path))).toBe('CODEC_RANGE');
    expect(codeOf(() => sliceList(sliceByPath(layouts, bytes, [0])))).toBe('CODEC_RANGE');
  });

  it('random values: data to bytes and back, bytes fit, zero fits and is the shortest', () => {
    const property = fc.property(
      anyLayout.chain((layout) => fc.tuple(fc.constant(layout), valueFor(layout))),
      ([layout, value]) => {
        const bytes = encodeValues([layout], [value]);
        assertLayout(bytes, [layout]);
        expect(decodeValues([layout], bytes)).toEqual([value]);
        expect(codeOf(() => assertLayout(bytes.slice(0, -1), [layout]))).not.toBe('accepted');
        const zero = zeroValue(layout);
        assertLayout(zero, [layout]);
        expect(zero.length).toBeLessThanOrEqual(bytes.length);
      },
    );
    fc.assert(property, { seed: propertySeed('layout values'), numRuns: 300 });
  });

  it('values of another type name their place', () => {
    const layouts = [struct(plain('u8'), list(plain('u64')))];
    for (const bad of [
      5,
      { f0: 'x', f1: [] },
      { f0: 1, f1: 2 },
      { f0: 1, f1: [true] },
      { f1: [] },
    ] as LayoutValue[]) {
      expect(codeOf(() => encodeValues(layouts, [bad]))).toBe('CODEC_TYPE');
    }
    expect(codeOf(() => encodeValues(layouts, []))).toBe('CODEC_LENGTH');
  });
});

function valueFor(layout: Layout): fc.Arbitrary<LayoutValue> {
  const fixed = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const unsigned = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
  const signed = (bits: number) =>
    fc.bigInt({ min: -(1n << BigInt(bits - 1)), max: (1n << BigInt(bits - 1)) - 1n });
  const bits = Number(layout.kind.slice(1));
  switch (layout.kind) {
    case 'bool':
      return fc.boolean();
    case 'string':
      return fc.string({ unit: 'grapheme', maxLength: 6 });
    case 'bytes':
      return fc.uint8Array({ maxLength: 6 });
    case 'address':
    case 'hash':
      return fixed(32);
    case 'fixed':
      return fixed(layout.length);
    case 'list':
      return fc.array(valueFor(layout.item), { maxLength: 3 });
    case 'option':
      // An option of an option that is none has no value of its own in JavaScript.
      return layout.item.kind === 'option'
        ? fc.constant(undefined)
        : fc.option(valueFor(layout.item), { nil: undefined });
    case 'struct':
      return fc.record(
        Object.fromEntries(layout.fields.map((field) => [field.name, valueFor(field.layout)])),
      );
    default: {
      const values = layout.kind.startsWith('u') ? unsigned(bits) : signed(bits);
      return bits <= 32 ? values.map(Number) : values;
    }
  }
}
