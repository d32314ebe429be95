// Whether more of everything costs more than its share: transactions in a block, accounts, keys of a transaction, and long
// alternating runs of readers, adders and locks on one key.
import { AccessBuilder } from '@weft/runtime/access/access-builder';
import type { ParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { planTable } from '@weft/runtime/schedule/plan';
import { tableOfSets } from '@weft/runtime/schedule/plan-sets';
import type { AccessSet } from '@weft/runtime/types/access';
import type { Address } from '@weft/runtime/types/address';
import { encodeStateKey, fieldId } from '@weft/runtime/types/key';
import { processorMs, rounded, spreadOf } from '../../support/measure.js';
import type { TaskReport } from '../../support/tasks.js';
import { createWorkload } from './workload.js';

type Row = TaskReport['rows'][number];
const CONTRACT = new Uint8Array(32).fill(5) as Address;
const FIELD = fieldId('cells');
const GAS = 1_000_000;

/** Processor time a transfer of whole blocks; `ratio`: over the first row's. */
export async function measureBlocks(
  executor: ParallelExecutor,
  sizes: readonly (readonly [transactions: number, accounts: number])[],
  runs: number,
  seed: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  let first: number | undefined;
  for (const [transactions, accounts] of sizes) {
    const workload = await createWorkload(accounts);
    const block = workload.block('uniform', transactions, seed);
    const times: number[] = [];
    for (let run = -1; run < runs; run++) {
      const before = processorMs();
      await executor.execute(block, workload.read);
      if (run >= 0) times.push((1000 * (processorMs() - before)) / transactions);
    }
    const { median, minimum, maximum } = spreadOf(times);
    first ??= median;
    rows.push({
      pattern: 'growth',
      form: `${transactions} transfers, ${accounts} accounts: us each`,
      median: rounded(median),
      minimum: rounded(minimum),
      maximum: rounded(maximum),
      runs,
      ratio: rounded(median / first),
    });
  }
  return rows;
}

/** Planning alone, us a declared key: 2 to 50 keys a transaction, then runs of 1, 10 and 5,000 on one key. */
export function measurePlans(transactions: number, runs: number): Row[] {
  const wide = [2, 10, 50].map((keys) => ({
    name: `${keys} keys a transaction: us a key`,
    keys: transactions * keys,
    sets: Array.from({ length: transactions }, (_, t) => spreadSet(t, keys, transactions)),
  }));
  const alternating = [1, 10, 5000].map((length) => ({
    name: `runs of ${length} readers, adders and locks on one key: us a transaction`,
    keys: transactions,
    sets: Array.from({ length: transactions }, (_, t) => turnSet(Math.floor(t / length) % 3)),
  }));
  return [wide, alternating].flatMap((cases) => {
    let first: number | undefined;
    return cases.map(({ name, keys, sets }): Row => {
      const times: number[] = [];
      for (let run = -2; run < runs; run++) {
        const { table } = tableOfSets(sets);
        const gasLimits = new Float64Array(sets.length).fill(GAS);
        const senders = Int32Array.from(sets, (_, t) => t % 2000);
        const started = processorMs();
        planTable(table, { senders, gasLimits }, (_key, to, at) => to.fill(1, at, at + 2));
        if (run >= 0) times.push((1000 * (processorMs() - started)) / keys);
      }
      const { median, minimum, maximum } = spreadOf(times);
      first ??= median;
      return {
        pattern: 'growth of plans',
        form: name,
        median: rounded(median),
        minimum: rounded(minimum),
        maximum: rounded(maximum),
        runs,
        ratio: rounded(median / first),
      };
    });
  });
}

function keyOf(component: number) {
  return encodeStateKey(1, CONTRACT, FIELD, [new Uint8Array(new Uint32Array([component]).buffer)]);
}

/** Adds and writes to keys spread over as many as there are transactions. */
function spreadSet(t: number, keys: number, transactions: number): AccessSet {
  const builder = new AccessBuilder();
  for (let index = 0; index < keys; index++) {
    const key = keyOf((t * 7919 + index * 104_729) % transactions);
    if (index % 2 === 0) builder.add(key, { direction: 'up', amount: 1n });
    else builder.key(key, 'write');
  }
  return builder.finish();
}

function turnSet(turn: number): AccessSet {
  const builder = new AccessBuilder();
  if (turn === 0) builder.key(keyOf(0), 'read');
  else if (turn === 1) builder.add(keyOf(0), { direction: 'up', amount: 1n });
  else builder.lock(CONTRACT, FIELD, 'read');
  return builder.finish();
}
