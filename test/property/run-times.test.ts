// A timed run of random blocks: every transaction of the ordered part on one worker, never two on one at once, nobody before
// whom it waits for; and the outcome is that of a run nobody timed.
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildScriptContracts } from '../fixtures/script-contract.js';
import { blockOf } from '../fixtures/world.js';
import { buildBlock } from './build-block.js';
import { randomBlock } from './random-block.js';

const RUNS = Number(process.env['WEFT_PROPERTY_RUNS'] ?? 60);
const SEED = Number(process.env['WEFT_PROPERTY_SEED'] ?? Date.now() % 2 ** 31);
const WORKERS = 3;

const oracle = createSequentialExecutor();
const parallel = createParallelExecutor({ workers: WORKERS });
let codes: readonly Uint8Array[];

beforeAll(async () => {
  codes = await buildScriptContracts();
});
afterAll(() => Promise.all([oracle.close(), parallel.close()]));

test('timed runs are placed on workers in the order the plan gives, and change nothing', async () => {
  console.log(`seed ${SEED}, ${RUNS} blocks (WEFT_PROPERTY_SEED, WEFT_PROPERTY_RUNS)`);
  let placedRuns = 0;
  const property = fc.asyncProperty(randomBlock, async (random) => {
    const { world, transactions } = buildBlock(random, codes);
    const input = blockOf(transactions);
    const { stats: _, ...expected } = await parallel.execute(input, world.read);
    const { stats, ...outcome } = await parallel.execute({ ...input, timed: true }, world.read);
    expect(outcome).toEqual(expected);
    expect(_.placed).toBeUndefined();
    // Every stage has its mark, and together they are most of the block.
    const stages = Object.values(stats.stages ?? {});
    expect(stages.every((ms) => ms >= 0)).toBe(true);
    expect(stages.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(stats.wallMs / 2);
    const { explained } = await oracle.explain(input, world.read);
    const placed = stats.placed ?? [];
    const taking = explained?.transactions.flatMap((one, t) => (one === undefined ? [] : [t])) ?? [];
    expect(placed.map(({ transaction }) => transaction)).toEqual(taking);
    placedRuns += placed.length;
    const of = new Map(placed.map((run) => [run.transaction, run]));
    for (let worker = 0; worker < WORKERS; worker++) {
      const own = placed.filter((run) => run.worker === worker).sort((a, b) => a.startUs - b.startUs);
      own.slice(1).forEach((run, at) => {
        expect(run.startUs).toBeGreaterThanOrEqual(own[at]?.endUs ?? 0);
      });
    }
    explained?.transactions.forEach((one, t) => {
      for (const { after } of one?.waits ?? [])
        expect(of.get(t)?.startUs).toBeGreaterThanOrEqual(of.get(after)?.endUs ?? 0);
    });
  });
  await fc.assert(property, { seed: SEED, numRuns: RUNS });
  expect(placedRuns).toBeGreaterThan(RUNS);
}, 120_000);

test('blocks whose gas is not worth a second worker run on one', async () => {
  const thrifty = createParallelExecutor({ workers: WORKERS, gasPerThread: Number.MAX_SAFE_INTEGER });
  const workers = new Set<number>();
  try {
    for (const random of fc.sample(randomBlock, { seed: SEED, numRuns: RUNS })) {
      const { world, transactions } = buildBlock(random, codes);
      const { stats } = await thrifty.execute({ ...blockOf(transactions), timed: true }, world.read);
      for (const { worker } of stats.placed ?? []) workers.add(worker);
    }
  } finally {
    await thrifty.close();
  }
  expect([...workers]).toEqual([0]);
});
