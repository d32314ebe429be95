// Arithmetic of words, against bigints.
import {
  addWords,
  bigintOf,
  compareWords,
  copyBytes,
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
