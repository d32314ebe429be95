import { createFlatState } from '@weft/runtime/state/flat-state';
import { asAddress } from '@weft/runtime/types/address';
import { balanceKey } from '@weft/runtime/types/system';
import { expect, test } from 'vitest';

const KEY = balanceKey(asAddress(new Uint8Array(32).fill(1)));
const OTHER = balanceKey(asAddress(new Uint8Array(32).fill(2)));
const VALUE = new Uint8Array([7]);

/** One key has a value; `asked` counts the questions to the tree. */
function flatState() {
  const asked = { times: 0 };
  const flat = createFlatState((key) => {
    asked.times++;
    return key[key.length - 1] === 1 ? VALUE : undefined;
  });
  return { flat, asked };
}

test('flat state: a key that was read is in use, whether it has a value or none', () => {
  const { flat, asked } = flatState();
  for (let time = 0; time < 2; time++) {
    expect(flat.read(KEY)).toEqual(VALUE);
    expect(flat.read(OTHER)).toBeUndefined();
  }
  expect(asked.times).toBe(2);
  expect(flat.peek(KEY)).toEqual(VALUE);
  expect(flat.peek(OTHER)).toBeUndefined();
  expect(asked.times).toBe(2);
});

test('flat state: what is peeked at is not remembered', () => {
  const { flat, asked } = flatState();
  for (let time = 0; time < 2; time++) {
    expect(flat.peek(KEY)).toEqual(VALUE);
    expect(flat.peek(OTHER)).toBeUndefined();
  }
  expect(asked.times).toBe(4);
});

test('flat state: a diff that is applied shows in both, a removed value too', () => {
  const { flat, asked } = flatState();
  flat.apply([
    { key: KEY, before: VALUE, after: undefined },
    { key: OTHER, before: undefined, after: VALUE },
  ]);
  expect([flat.read(KEY), flat.peek(KEY)]).toEqual([undefined, undefined]);
  expect([flat.read(OTHER), flat.peek(OTHER)]).toEqual([VALUE, VALUE]);
  expect(asked.times).toBe(0);
});
