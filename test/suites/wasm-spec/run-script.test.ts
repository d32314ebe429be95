// A script of a suite nobody here has seen may use what neither engine knows: then its commands fail, one by one.
import { expect, test } from 'vitest';
import { BARE } from './engines.js';
import { runScript } from './run-script.js';

test('wasm suite: commands after a module that does not compile fail and the script goes on', () => {
  const answer = new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 7, 5, 1, 1, 0x61, 0, 0, 10, 6, 1,
    4, 0, 0x41, 42, 0x0b,
  ]);
  const files: Record<string, Uint8Array<ArrayBuffer>> = { broken: new Uint8Array([0]), answer };
  const action = { type: 'invoke', field: 'a' } as const;
  const tally = runScript(
    {
      commands: [
        { line: 1, type: 'module', filename: 'broken' },
        { line: 2, type: 'register', as: 'M' },
        { line: 3, type: 'assert_return', action, expected: [] },
        { line: 4, type: 'module', filename: 'answer' },
        { line: 5, type: 'register', as: 'M' },
        { line: 6, type: 'assert_return', action, expected: [{ type: 'i32', value: '42' }] },
      ],
    },
    BARE,
    (file) => files[file]!,
  );
  expect(tally).toMatchObject({ pass: 3, fail: 3, skip: 0 });
  expect(tally.fails.map((line) => line.split(':')[0])).toEqual([
    '1 module',
    '2 register',
    '3 assert_return',
  ]);
});
