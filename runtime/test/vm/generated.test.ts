// What is generated from the host table is what is committed, and the table, prices and implementation agree.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { explainError } from '@weft/runtime/base/errors';
import { GAS_SCHEDULE, intrinsicGas } from '@weft/runtime/types/gas-schedule';
import { FAILURE_CODE, failureName } from '@weft/runtime/vm/failure';
import { HOST_FUNCTIONS } from '@weft/runtime/vm/host-functions';
import { HOST_TABLE } from '@weft/runtime/vm/host-table';
import { expect, test } from 'vitest';

test('npm run generate would change nothing', () => {
  const script = fileURLToPath(new URL('../../scripts/generate.js', import.meta.url));
  execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' });
});

test('every host function has a row, a price and an implementation', () => {
  const names = HOST_TABLE.map((row) => row.name).sort();
  expect(Object.keys(HOST_FUNCTIONS).sort()).toEqual(names);
  expect(Object.keys(GAS_SCHEDULE.host).sort()).toEqual(names);
  for (const { base, byte } of Object.values(GAS_SCHEDULE.host)) {
    expect(Number.isSafeInteger(base) && base > 0 && Number.isSafeInteger(byte) && byte >= 0).toBe(true);
  }
});

test('failure codes are distinct, fit a u16 and have names', () => {
  const codes = Object.values(FAILURE_CODE);
  expect(new Set(codes).size).toBe(codes.length);
  for (const [name, code] of Object.entries(FAILURE_CODE)) {
    expect(code).toBeLessThan(65_536);
    expect(failureName(code)).toBe(name);
  }
  expect(failureName(65_535)).toBeUndefined();
  expect(explainError('VM_NODE_FAULT')?.fix).toBeDefined();
});

test('intrinsicGas: base, bytes, signatures, calls', () => {
  const { base, byte, authorisation, call } = GAS_SCHEDULE.transaction;
  expect(intrinsicGas(300, 2, 3)).toBe(base + 300 * byte + 2 * authorisation + 3 * call);
});
