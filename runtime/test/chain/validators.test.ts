// How a block's effect on state changes the validators.
import { validatorUpdates } from '@weft/runtime/chain/validators';
import { encodeValidators } from '@weft/runtime/types/parameters';
import { validatorsKey } from '@weft/runtime/types/system';
import { expect, it } from 'vitest';

const key = (byte: number) => new Uint8Array(32).fill(byte);
const change = (before: readonly [number, bigint][], after: readonly [number, bigint][]) => ({
  key: validatorsKey(),
  before: encodeValidators(before.map(([byte, power]) => ({ publicKey: key(byte), power }))),
  after: encodeValidators(after.map(([byte, power]) => ({ publicKey: key(byte), power }))),
});

it('validator updates: new, gone and changed ones by key, unchanged ones not', () => {
  const diff = [
    change(
      [
        [1, 5n],
        [2, 5n],
        [3, 5n],
      ],
      [
        [1, 5n],
        [3, 7n],
        [4, 1n],
      ],
    ),
  ];
  expect(validatorUpdates(diff)).toEqual([
    { publicKey: key(2), power: 0n },
    { publicKey: key(3), power: 7n },
    { publicKey: key(4), power: 1n },
  ]);
});

it('validator updates: none of a block that leaves them alone', () => {
  expect(validatorUpdates([])).toEqual([]);
  expect(validatorUpdates([{ key: key(9), before: undefined, after: key(1) }])).toEqual([]);
});
