// The small twin of `npm run fuzz -- instances`: random contracts run the same in pooled and in fresh instances.
import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { runModule } from '../fuzz/instances/compare.js';

const SEED = Number(process.env['WEFT_SEED'] ?? randomInt(2 ** 31));
const MODULES = 100;

it(`instances: a pooled one gives the receipts of a fresh one (WEFT_SEED=${SEED})`, () => {
  let reused = 0;
  for (let seed = SEED; seed < SEED + MODULES; seed++) {
    const [pooled, fresh] = runModule(seed, ['pooled', 'fresh']);
    expect(pooled?.outcomes, `module of seed ${seed}`).toEqual(fresh?.outcomes);
    reused += pooled?.pooled ?? 0;
  }
  expect(reused).toBeGreaterThan(MODULES / 2);
});
