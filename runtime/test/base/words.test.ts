// Arithmetic of words, against bigints.
import {
  addWords,
  bigintOf,
  compareWords,
  copyBytes,
  copyToWords,
  isZeroWords,
  setWords,
  subtractWords,
  wordsFromBytes,
  wordsToBytes,
} from '@weft/runtime/base/words';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertySeed } from '../support/seed.js';

const cases = fc.constantFrom(2, 4, 8).chain((count) => {
  const max = (1n << BigInt(32 * count)) - 1n;
  const number = fc.oneof(
    fc.bigInt({ min: 0n, max }),
    fc.constantFrom(0n, 1n, max, max - 1n, 1n << 32n, (1n << 32n) - 1n),
  );
  return fc.record({
    count: fc.constant(count),
    a: number,
    b: number,
    offset: fc.integer({ min: 0, max: 3 }),
  });
});

test('words: add, subtract and compare as bigints do, carry and borrow told', () => {
  fc.assert(
    fc.property(cases, ({ count, a, b, offset }) => {
      const modulus = 1n << BigInt(32 * count);
      const words = new Uint32Array(16);
      const other = new Uint32Array(16);
      setWords(words, offset, count, a);
      setWords(other, 1, count, b);
      expect(bigintOf(words, offset, count)).toBe(a);
      expect(Math.sign(compareWords(words, offset, other, 1, count))).toBe(a < b ? -1 : a > b ? 1 : 0);
      expect(isZeroWords(words, offset, count)).toBe(a === 0n);
      expect(addWords(words, offset, other, 1, count)).toBe(a + b >= modulus);
      expect(bigintOf(words, offset, count)).toBe((a + b) % modulus);
      setWords(words, offset, count, a);
      expect(subtractWords(words, offset, other, 1, count)).toBe(a < b);
      expect(bigintOf(words, offset, count)).toBe((a - b + modulus) % modulus);
      const bytes = new Uint8Array(40);
      wordsToBytes(bytes, offset, other, 1, count);
      wordsFromBytes(words, 0, bytes, offset, count);
      expect(bigintOf(words, 0, count)).toBe(b);
    }),
    { seed: propertySeed('words'), numRuns: 2000 },
  );
});

test('copyBytes: any length from anywhere to anywhere, and nothing beside it', () => {
  const places = fc.integer({ min: 0, max: 7 });
  const lengths = fc.oneof(fc.integer({ min: 0, max: 120 }), fc.constantFrom(511, 512, 513, 900));
  fc.assert(
    fc.property(places, places, lengths, (at, start, length) => {
      const from = Uint8Array.from({ length: 1024 }, (_, index) => index * 11 + 3);
      const to = new Uint8Array(1024);
      copyBytes(to, new Uint32Array(to.buffer), at, from, new Uint32Array(from.buffer), start, length);
      const expected = new Uint8Array(1024);
      expected.set(from.subarray(start, start + length), at);
      expect(to).toEqual(expected);
    }),
    { seed: propertySeed('copyBytes'), numRuns: 500 },
  );
});

test('words: bytes of any length and alignment are copied, and what is left of the last word is 0', () => {
  const bytes = Uint8Array.from({ length: 64 }, (_, index) => 255 - index);
  for (let start = 0; start < 8; start++)
    for (let length = 0; start + length <= bytes.length; length++) {
      const words = new Int32Array(20).fill(-1);
      copyToWords(words, 2, new DataView(bytes.buffer), start, length);
      const count = Math.ceil(length / 4);
      const expected = new Uint8Array(4 * count);
      expected.set(bytes.subarray(start, start + length));
      expect(new Uint8Array(words.buffer, 8, 4 * count)).toEqual(expected);
      expect(words.filter((word) => word === -1)).toHaveLength(20 - count);
    }
});
