// The order of a batch, against a plain sort: keys that share their first words, every part, the same memory used again.
import { KEY_WORDS } from '@weft/runtime/state/bits';
import { BatchPacker, type PackedBatch } from '@weft/runtime/state/packed-batch';
import { BatchSorter } from '@weft/runtime/state/sorted-batch';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { propertySeed } from '../support/seed.js';

/** Few words: most keys share their beginnings with others. */
const word = fc.constantFrom(0, 1, -1, 0x100, -0x8000_0000, 0x7fff_ffff, 0x2000_0000, -0x4000_0000);
const hashedKey = fc.tuple(word, word, fc.constantFrom(0, -1), fc.nat(5));
type HashedKey = readonly [number, number, number, number];

const numbers = (key: HashedKey): readonly number[] => key.map((part) => part >>> 0);
function compare(a: HashedKey, b: HashedKey): number {
  const other = numbers(b);
  return numbers(a).reduce((sum, part, index) => sum || part - other[index]!, 0);
}

/** A batch whose keys hash to what the test wants; the value of change i is i + 1. */
function packedOf(packer: BatchPacker, hashedKeys: readonly HashedKey[]): PackedBatch {
  const changes = hashedKeys.map((_, index) => ({
    key: Uint8Array.of(index),
    value: Uint8Array.of(index + 1),
  }));
  const packed = packer.begin(changes);
  packer.pack(0, changes.length);
  packed.keys.fill(0);
  for (const [index, key] of hashedKeys.entries()) packed.keys.set(key, KEY_WORDS * index);
  return packed;
}

it('batches: sorted as a plain sort does, each part its own keys', () => {
  const packer = new BatchPacker();
  const sorter = new BatchSorter();
  const keys = fc.uniqueArray(hashedKey, { maxLength: 120, selector: (key) => key.join() });
  fc.assert(
    fc.property(keys, fc.nat(3), (hashedKeys, partBits) => {
      const packed = packedOf(packer, hashedKeys);
      for (let part = 0; part < 2 ** partBits; part++) {
        const expected = hashedKeys
          .filter(([first]) => Math.floor((first >>> 0) / 2 ** (32 - partBits)) === part)
          .toSorted(compare);
        const { count, keys: sorted, order, members, values } = sorter.sort(packed, part, partBits);
        expect(count).toBe(expected.length);
        expect(Array.from({ length: count }, (_, at) => [...sorted.subarray(8 * at, 8 * at + 4)])).toEqual(
          expected,
        );
        const changes = [...order!.subarray(0, count)];
        expect(changes.map((change) => hashedKeys[change])).toEqual(expected);
        expect(changes.toSorted((a, b) => a - b)).toEqual([...members!.subarray(0, count)]);
        for (const change of changes) expect(values.bytes.getUint8(values.places[change]!)).toBe(change + 1);
      }
    }),
    { seed: propertySeed('sorted batches'), numRuns: 200 },
  );
});

it('batches: a key that comes twice is refused, wherever its two changes are', () => {
  const sorter = new BatchSorter();
  const packer = new BatchPacker();
  for (const at of [0, 1, 50, 99]) {
    const keys: HashedKey[] = Array.from({ length: 100 }, (_, index) => [7, index % 2, 0, index]);
    keys.splice(at, 0, [7, 1, 0, 51]);
    expect(() => sorter.sort(packedOf(packer, keys), 0, 0)).toThrow(
      expect.objectContaining({ code: 'STATE_DUPLICATE_KEY' }),
    );
  }
});
