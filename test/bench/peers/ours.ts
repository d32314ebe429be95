// The same transfers on Weft: on two workers (what ratios are of), one, and the sequential executor; in memory as the peers.
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import { createTokenWorld, SHARE } from '../../support/token-world.js';
import type { PeerRow } from './rows.js';
import type { PeerWorkload } from './workload.js';

/**
 * Every row: a block from its bytes to receipts and a state diff, decoding, nonces, fees, access and plan included. Every
 * transfer must have succeeded, and the balances must be what they add up to.
 */
export async function measureOurs(workload: PeerWorkload): Promise<PeerRow[]> {
  const rows: PeerRow[] = [];
  for (const [row, create, asItComes] of [
    ['2 workers', () => createParallelExecutor({ workers: 2 }), true],
    ['1 worker', () => createParallelExecutor({ workers: 1 }), false],
    ['sequential', () => createSequentialExecutor(), false],
  ] as const) {
    for (const signed of [false, true]) {
      const { us, orderedUs } = await measure(create(), workload, signed);
      rows.push({ row, signed, asItComes, us });
      // Of what peers decode and look up before their clock starts, we do much inside ours: the ordered part leaves it out.
      if (!signed && row !== 'sequential')
        rows.push({ row: `${row}, ordered part alone`, signed, asItComes: false, us: orderedUs });
    }
  }
  return rows;
}

async function measure(
  executor: BlockExecutor,
  { accounts, batches }: PeerWorkload,
  signed: boolean,
): Promise<{ readonly us: number[]; readonly orderedUs: number[] }> {
  const world = await createTokenWorld(accounts);
  const blocks = batches.map((batch) => world.block(batch, !signed));
  const us: number[] = [];
  const orderedUs: number[] = [];
  try {
    for (const block of blocks) {
      const started = performance.now();
      const outcome = await executor.execute(block, world.read);
      us.push(((performance.now() - started) * 1000) / block.transactions.length);
      orderedUs.push((outcome.stats.orderedMs * 1000) / block.transactions.length);
      world.apply(outcome);
    }
  } finally {
    await executor.close();
  }
  const expected = Array.from({ length: accounts }, () => SHARE);
  for (const [from, to, amount] of batches.flat()) {
    expected[from] = (expected[from] ?? 0n) - BigInt(amount);
    expected[to] = (expected[to] ?? 0n) + BigInt(amount);
  }
  expected.forEach((balance, account) => {
    const held = world.balanceOf(account);
    if (held !== balance) throw new RangeError(`account ${account} holds ${held}, not ${balance}`);
  });
  return { us, orderedUs };
}
