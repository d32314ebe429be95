// The claim everything else rests on: for random blocks through real WebAssembly, the parallel executor gives what
// the oracle gives, byte for byte, for any number of workers.
import { createParallelExecutor, type ParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { keyText, type StateKey } from '@weft/runtime/types/key';
import type { BlockInput, BlockOutcome } from '@weft/runtime/types/outcome';
import { accountKey, balanceKey, codeKey, upgradesKey } from '@weft/runtime/types/system';
import { decodeCell } from '@weft/runtime/types/value';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectSameOutcome } from '../fixtures/outcome.js';
import { buildScriptContracts } from '../fixtures/script-contract.js';
import { blockOf, PROPOSER, type World } from '../fixtures/world.js';
import { buildBlock } from './build-block.js';
import { randomBlock } from './random-block.js';

const RUNS = Number(process.env['WEFT_PROPERTY_RUNS'] ?? 600);
const SEED = Number(process.env['WEFT_PROPERTY_SEED'] ?? Date.now() % 2 ** 31);

const oracle = createSequentialExecutor();
const parallels: ParallelExecutor[] = [];
let codes: readonly Uint8Array[];
const seen = new Map<string, number>();

beforeAll(async () => {
  codes = await buildScriptContracts();
  for (const workers of [1, 2, 3, 4]) parallels.push(createParallelExecutor({ workers }));
  // As nodes have it: as many threads as a block is worth.
  parallels.push(createParallelExecutor({ workers: 4, gasPerThread: 100_000 }));
});

afterAll(async () => {
  await Promise.all([oracle, ...parallels].map((executor) => executor.close()));
});

test('execute: every executor and worker count agrees on random blocks', async () => {
  console.log(`seed ${SEED}, ${RUNS} blocks (WEFT_PROPERTY_SEED, WEFT_PROPERTY_RUNS)`);
  const property = fc.asyncProperty(randomBlock, async (random) => {
    const { world, transactions } = buildBlock(random, codes);
    const expected = await agree(world, blockOf(transactions));
    assertSupply(world, expected);
    count(expected);
    // What it uploaded and upgraded takes effect in the next one.
    const lasts = expected.stateDiff.some(({ key }) =>
      LASTING.has(keyText(key as StateKey).slice(0, FIELD_END)),
    );
    if (!lasts) return;
    world.apply(expected);
    const next = await agree(world, blockOf(transactions, { height: 6 }));
    for (const hook of next.hooks) if (hook.at === 'upgrade') see(`next upgrade ${hook.status}`);
  });
  await fc.assert(property, { seed: SEED, numRuns: RUNS });
  console.log(Object.fromEntries([...seen].sort()));
  if (RUNS < 300) return;
  for (const name of ['OK/ordered', 'OK/tail', 'REVERT/ordered', 'TRAP/ordered', 'OUT_OF_GAS/ordered']) {
    expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
  }
  for (const name of [
    'ACCESS_TAIL_FULL/tail',
    'INVALID_NONCE/none',
    'INVALID_FUNDS/none',
    'hook OK',
    'hook SKIPPED',
    'upgrade OK',
    'upgrade REVERT',
    'upgrade OUT_OF_GAS',
    'next upgrade OK',
  ]) {
    expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
  }
}, 600_000);

/** Head of a key: kind, contract, field. */
const FIELD_END = 41;
/** Fields whose changes show in the block after. */
const LASTING = new Set(
  [upgradesKey(), codeKey(PROPOSER), accountKey(PROPOSER)].map((key) => keyText(key).slice(0, FIELD_END)),
);

/** The oracle's outcome, which everybody else gives too. */
async function agree(world: World, block: BlockInput): Promise<BlockOutcome> {
  const expected = await oracle.execute(block, world.read);
  for (const parallel of parallels) expectSameOutcome(await parallel.execute(block, world.read), expected);
  return expected;
}

/** Native units neither appear nor vanish. */
function assertSupply(world: World, outcome: BlockOutcome): void {
  const head = keyText(balanceKey(PROPOSER)).slice(0, 41);
  const isBalance = (text: string) => text.startsWith(head);
  let change = 0n;
  for (const { key, before, after } of outcome.stateDiff) {
    const text = keyText(key);
    if (!isBalance(text)) continue;
    expect(world.state.get(text)).toEqual(before);
    change += decodeCell(2, after) - decodeCell(2, before);
  }
  expect(change).toBe(0n);
}

function count(outcome: BlockOutcome): void {
  const names = outcome.receipts.map((receipt) => `${receipt.status}/${receipt.phase}`);
  for (const hook of outcome.hooks)
    names.push(`${hook.at === 'upgrade' ? 'upgrade' : 'hook'} ${hook.status}`);
  if (outcome.receipts.some((receipt) => receipt.phase === 'tail' && receipt.attemptGas > 200_000))
    names.push('late violation');
  for (const name of names) see(name);
}

function see(name: string): void {
  seen.set(name, (seen.get(name) ?? 0) + 1);
}
