// A few seeds of the network simulation, its repeatability, and that it notices nodes that are broken on purpose. The gate
// runs a thousand: `npm run simulate:network -- --seeds 1000`.
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { afterAll, expect, it } from 'vitest';
import { simulate } from './simulate.js';

const runner = createSequentialExecutor();
afterAll(() => runner.close());
const first = Number(process.env['WEFT_SEED'] ?? Math.floor(Math.random() * 1e9));

it('network simulation: invariants hold under faults', async () => {
  console.log(`network simulation: WEFT_SEED=${first}`);
  for (let seed = first; seed < first + 10; seed++) {
    const { heights, transactions } = await simulate(seed, runner);
    expect(heights).toBeGreaterThan(3);
    expect(transactions).toBeGreaterThan(0);
  }
});

it('network simulation: a seed repeats its run exactly', async () => {
  expect(await simulate(first, runner)).toEqual(await simulate(first, runner));
});

it.each([
  ['forgets decisions', /no progress|two header hashes/],
  ['loses blocks', /two header hashes|AUTHORITY_FORK/],
] as const)('network simulation: notices a node that %s', async (mutation, breach) => {
  for (let seed = 1; seed <= 60; seed++) {
    const failure = await simulate(seed, runner, mutation).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (failure === undefined) continue;
    expect(failure).toMatch(breach);
    expect(failure).toContain(`seed ${seed}:`);
    return;
  }
  expect.fail(`60 seeds did not notice a node that ${mutation}`);
});
