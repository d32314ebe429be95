import { RecentBytes } from '@weft/runtime/base/recent-bytes';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertySeed } from '../support/seed.js';

test('recent bytes: whoever reads the same gets the same object, of bytes nobody else has', () => {
  const recent = new RecentBytes(4);
  const bytes = new Uint8Array([9, 1, 2, 3, 4, 1, 2, 3, 4]);
  const first = recent.at(bytes, 1);
  expect(recent.at(bytes, 5)).toBe(first);
  bytes.fill(0);
  expect(first).toEqual(new Uint8Array([1, 2, 3, 4]));
});

test('recent bytes: strings that share a place are told apart', () => {
  const seed = propertySeed('recent bytes');
  const recent = new RecentBytes(4);
  // Four places, so that nearly every string finds another one in its own.
  const strings = fc.array(fc.tuple(fc.nat(3), fc.constant(0), fc.nat(255), fc.nat(255)), { maxLength: 40 });
  const property = fc.property(strings, (all) => {
    for (const string of all) {
      expect([...recent.at(new Uint8Array(string), 0)]).toEqual(string);
    }
  });
  fc.assert(property, { seed, numRuns: 200 });
});
