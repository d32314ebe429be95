// The small twin of `npm run fuzz -- wasm`: the same cases, few of them, over the token.
import { fileURLToPath } from 'node:url';
import { compileContract } from '@weft/sdk/compiler/compile';
import { expect, test } from 'vitest';
import type { Bytes } from './generator.js';
import { fuzzWasm } from './run.js';

const SEED = Number(process.env['WEFT_SEED'] ?? 20261125);
const MODULES = Number(process.env['WEFT_RUNS'] ?? 60);

test(`wasm fuzz: random modules keep results and exact gas, broken bytes are refused (seed ${SEED})`, async () => {
  const entry = fileURLToPath(new URL('../../../contracts/token', import.meta.url));
  const { wasm } = await compileContract({ entry });
  const contracts = [wasm as Bytes];
  const report = await fuzzWasm({ count: MODULES, seed: SEED, contracts, mutations: 5 });
  expect(report.compared.calls).toBeGreaterThan(2 * MODULES);
  expect(report.compared.gas).toBeGreaterThan(20 * MODULES);
  expect(report.compared.traps).toBeLessThan(report.compared.calls);
  expect(report.truncated.refused).toBeGreaterThan(wasm.length / 2);
  expect(report.brokenContracts.refused).toBeGreaterThan(report.brokenContracts.accepted);
  expect(report.brokenModules.accepted).toBeGreaterThan(0);
});
