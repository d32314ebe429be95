// Explaining a block changes nothing about it, and says of every transaction in the tail why it is there: random blocks
// through real WebAssembly.
import { explainBlock } from '@weft/runtime/chain/explain';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { Block, Header } from '@weft/runtime/types/block';
import type { ExplainRecord } from '@weft/runtime/types/explain-record';
import type { BlockInput, BlockOutcome } from '@weft/runtime/types/outcome';
import { chainBlock, groupChains } from '@weft/sdk/client/profile/chains';
import { orderGraph, placeOnWorkers } from '@weft/sdk/client/profile/model';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildScriptContracts } from '../fixtures/script-contract.js';
import { blockOf } from '../fixtures/world.js';
import { buildBlock } from './build-block.js';
import { randomBlock } from './random-block.js';

const RUNS = Number(process.env['WEFT_PROPERTY_RUNS'] ?? 200);
const SEED = Number(process.env['WEFT_PROPERTY_SEED'] ?? Date.now() % 2 ** 31);

const oracle = createSequentialExecutor();
let codes: readonly Uint8Array[];
const seen = new Map<string, number>();

beforeAll(async () => {
  codes = await buildScriptContracts();
});
afterAll(() => oracle.close());

test('explain: every tail transaction has its reason, and the outcome is that of the block', async () => {
  console.log(`seed ${SEED}, ${RUNS} blocks (WEFT_PROPERTY_SEED, WEFT_PROPERTY_RUNS)`);
  const property = fc.asyncProperty(randomBlock, async (random) => {
    const { world, transactions } = buildBlock(random, codes);
    const input = blockOf(transactions);
    const { stats: _, ...expected } = await oracle.execute(input, world.read);
    const { notes, explained, stats: __, ...outcome } = await oracle.explain(input, world.read);
    expect(outcome).toEqual(expected);
    const record = explainBlock(asBlock(input, outcome as BlockOutcome), {
      ...(outcome as BlockOutcome),
      ...(notes && { notes }),
      ...(explained && { explained }),
    });
    check(record);
    checkModel(record);
  });
  await fc.assert(property, { seed: SEED, numRuns: RUNS });
  console.log(Object.fromEntries([...seen].sort()));
  if (RUNS < 150) return;
  for (const name of ['TAIL_NO_ACCESS', 'TAIL_VIOLATION', 'TAIL_SAME_SENDER', 'not in the tail'])
    expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
}, 300_000);

function check({
  transactions,
  parallelism,
  gas,
  criticalPathGas,
  tailGas,
  criticalPath,
}: ExplainRecord): void {
  expect(parallelism * Math.max(1, criticalPathGas + tailGas)).toBeCloseTo(Math.max(1, gas), 0);
  expect(criticalPath.reduce((sum, at) => sum + (transactions[at]?.gasLimit ?? 0), 0)).toBe(criticalPathGas);
  transactions.forEach(({ phase, status, tail, sender, us }, index) => {
    expect(tail === undefined).toBe(phase !== 'tail');
    expect(us === undefined).toBe(phase === 'none');
    seen.set(tail?.reason ?? 'not in the tail', (seen.get(tail?.reason ?? 'not in the tail') ?? 0) + 1);
    if (tail === undefined) return;
    expect(tail.ran).toBe(status !== 'ACCESS_TAIL_FULL');
    expect(tail.touched !== undefined).toBe(tail.reason === 'TAIL_VIOLATION');
    expect(tail.refusal !== undefined).toBe(tail.reason === 'TAIL_NO_ACCESS');
    if (tail.reason !== 'TAIL_SAME_SENDER') return;
    expect(tail.after).toBeLessThan(index);
    expect(transactions[tail.after ?? -1]).toMatchObject({ phase: 'tail', sender });
  });
}

/** The model of workers keeps the order of conflicts, and with enough of them takes as long as the longest chain. */
function checkModel(record: ExplainRecord): void {
  const block = chainBlock(record);
  const chain = groupChains(block, () => 'all').get('all')?.chain ?? 0;
  expect(Math.max(chain, ...block.gasLimits)).toBe(record.criticalPathGas);
  const graph = orderGraph(record);
  const gas = (t: number) => block.gasLimits[t] ?? 0;
  const ends = new Map<number, number>();
  for (const workers of [1, 2, 64]) {
    const placements = placeOnWorkers(graph, workers, gas);
    expect(placements.map(({ transaction }) => transaction).sort((a, b) => a - b)).toEqual([
      ...record.transactions.keys(),
    ]);
    const end = Math.max(0, ...placements.map((one) => one.end));
    ends.set(workers, end);
    const of = new Map(placements.map((one) => [one.transaction, one]));
    record.transactions.forEach(({ waits }, t) => {
      for (const { after } of waits) expect(of.get(t)?.start).toBeGreaterThanOrEqual(of.get(after)?.end ?? 0);
    });
    expect(end).toBeGreaterThanOrEqual(record.criticalPathGas);
    if (workers === 1) expect(end).toBe(block.gasLimits.reduce((sum, one) => sum + one, 0));
  }
  const locks = record.resources.some(({ kind }) => kind !== 'key');
  // Around locks runs order pairs that do not conflict.
  if (!locks) expect(ends.get(64)).toBe(record.criticalPathGas);
}

/** What a record keeps of a block, as far as an explanation reads it. */
function asBlock({ height, transactions }: BlockInput, outcome: BlockOutcome): Block {
  const { criticalPathGas, tailGas, receipts, events, hooks } = outcome;
  const header = { height, criticalPathGas, tailGas } as Header;
  return { header, hash: new Uint8Array(32) as Block['hash'], transactions, receipts, events, hooks };
}
