// Numbers of byte strings, against a Map of texts.

import { ByteImage, ByteTable } from '@weft/runtime/base/byte-table';
import { bytesText, compareBytes } from '@weft/runtime/base/bytes';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertySeed } from '../support/seed.js';

const strings = fc.array(
  fc.oneof(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ minLength: 60, maxLength: 90 })),
  { minLength: 1, maxLength: 300 },
);

test('byte table: numbers strings in order of first appearance, like a Map of texts', () => {
  fc.assert(
    fc.property(strings, fc.integer(), (list, seed) => {
      const image = new ByteImage();
      const table = new ByteTable(seed);
      const known = new Map<string, number>();
      for (const bytes of list) {
        const expected = known.get(bytesText(bytes)) ?? -1;
        expect(table.find(image.of(bytes))).toBe(expected);
        if (expected < 0) known.set(bytesText(bytes), known.size);
        expect(table.intern(image.of(bytes))).toBe(known.get(bytesText(bytes)));
      }
      expect(table.size).toBe(known.size);
      const reader = new ByteTable(seed, table.parts);
      for (const bytes of list) {
        const number = reader.find(image.of(bytes));
        expect(number).toBe(known.get(bytesText(bytes)));
        expect(reader.copy(number)).toEqual(bytes);
        if (bytes.length > 0) expect(reader.byteAt(number, bytes.length - 1)).toBe(bytes.at(-1));
      }
    }),
    { seed: propertySeed('byte-table'), numRuns: 60 },
  );
});

test('byte table: compares strings by number as their bytes compare', () => {
  const like = fc.array(
    fc.tuple(fc.nat({ max: 9 }), fc.array(fc.constantFrom(0, 1, 127, 128, 255), { maxLength: 7 })),
    { minLength: 2, maxLength: 30 },
  );
  fc.assert(
    fc.property(like, (list) => {
      const image = new ByteImage();
      const table = new ByteTable(3);
      const strings = list.map(([zeros, rest]) => Uint8Array.of(...new Uint8Array(zeros), ...rest));
      const numbers = strings.map((bytes) => table.intern(image.of(bytes)));
      strings.forEach((a, i) => {
        strings.forEach((b, j) => {
          expect(Math.sign(table.compare(numbers[i]!, numbers[j]!))).toBe(Math.sign(compareBytes(a, b)));
        });
      });
    }),
    { seed: propertySeed('byte-table order') },
  );
});

test('byte table: strings that differ in zeros at their end are different', () => {
  const image = new ByteImage();
  const table = new ByteTable(7);
  const numbers = [0, 1, 2, 3, 4, 5].map((length) => table.intern(image.of(new Uint8Array(length))));
  expect(numbers).toEqual([0, 1, 2, 3, 4, 5]);
});

test('byte table: 200,000 strings that differ in one bit of each half stay quick to find', () => {
  const image = new ByteImage();
  const table = new ByteTable(1);
  const bytes = new Uint8Array(36);
  const view = new DataView(bytes.buffer);
  const put = (index: number): ByteImage => {
    // Multiples of 2^15 in every piece: what plain multiplication would fold together.
    for (let bit = 0; bit < 18; bit++) view.setUint16(2 * bit, ((index >> bit) & 1) << 15, true);
    return image.of(bytes);
  };
  for (let index = 0; index < 200_000; index++) expect(table.intern(put(index)) === index).toBe(true);
  for (let index = 0; index < 200_000; index += 997) expect(table.find(put(index))).toBe(index);
});
