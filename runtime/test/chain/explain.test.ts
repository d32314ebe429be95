// Explaining recorded blocks: over the state they ran on, while the chain goes on, and only while that state is known.

import { createQuery } from '@weft/runtime/chain/query';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { createMempool } from '@weft/runtime/mempool/pool';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import { explainTransaction } from '@weft/runtime/types/explain-transaction';
import { afterAll, describe, expect, it } from 'vitest';
import { startChain } from '../support/test-chain.js';
import { testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
const executor = createSequentialExecutor();
afterAll(() => executor.close());

/** Three payments that nobody's balance depends on. */
const block = (sequence: bigint) => [
  transfer(genesis, { from: 0, to: 1, sequence }),
  transfer(genesis, { from: 2, to: 3, sequence }),
  transfer(genesis, { from: 1, to: 0, sequence }),
];

async function chainOf(blocks: number, used: BlockExecutor = executor) {
  const test = await startChain(genesis, used);
  for (let sequence = 0n; sequence < blocks; sequence++) await test.block(block(sequence));
  const query = createQuery({
    chain: test.chain,
    store: test.store,
    mempool: createMempool(),
  });
  return { ...test, query };
}

describe('explain', () => {
  it('payments among funded accounts wait for nobody', async () => {
    const { query } = await chainOf(2);
    const record = await query.explain(2);
    expect(record).toMatchObject({
      version: 1,
      height: 2,
      criticalPathGas: 300_000,
      tailGas: 0,
      parallelism: 3,
    });
    expect(record.transactions.map(({ waits, phase }) => [waits.length, phase])).toEqual(
      new Array(3).fill([0, 'ordered']),
    );
    const { hash } = await query.block(2);
    expect(record.hash).toBe(`0x${Buffer.from(hash).toString('hex')}`);
  });

  it('a payer who may not have enough waits, and the record says for whom and what was known', async () => {
    const { block: make, query } = await chainOf(0);
    const rich = transfer(genesis, { from: 0, to: 4, amount: 10_000_000n });
    await make([rich]);
    const spend = (sequence: bigint, to: number) =>
      transfer(genesis, { from: 4, to, amount: 4_600_000n, sequence, payerIndex: 1 });
    await make([spend(0n, 2), spend(1n, 3), spend(2n, 2)]);
    const record = await query.explain(2);
    const third = record.transactions[2];
    expect(third?.waits[0]).toMatchObject({ reason: 'WAIT_ADD_BOUNDS', after: 1, behind: 2 });
    const use = third?.uses.find(({ mode }) => mode === 'unfit');
    expect(use?.unfit).toMatchObject({
      initial: '10000000',
      earlierDown: '9200000',
      down: '4600000',
      floor: '0',
      unknown: false,
    });
    expect(explainTransaction(record, 2)).toMatchObject({
      index: 2,
      chainLength: 1,
      chain: [{ index: 1 }],
      resources: expect.arrayContaining([record.resources[use?.resource ?? -1]]),
    });
  });

  it('blocks made meanwhile do not change what is explained', async () => {
    let made: (() => Promise<unknown>) | undefined;
    const busy: BlockExecutor = {
      ...executor,
      explain: async (input, read) => {
        await made?.();
        return executor.explain(input, read);
      },
    };
    const before = await (await chainOf(3)).query.explain(3);
    const again = await chainOf(3, busy);
    made = () => again.block(block(3n));
    const meanwhile = await again.query.explain(3);
    const still = ({ transactions, ...rest }: typeof before) => ({
      ...rest,
      transactions: transactions.map(({ us: _, ...one }) => one),
    });
    expect(still(meanwhile)).toEqual(still(before));
    expect(again.chain.info().height).toBe(4);
  });

  it('questions past those that may wait are turned away, and one answer serves many', async () => {
    const { query } = await chainOf(14);
    const asked = Array.from({ length: 14 }, (_, index) => query.explain(index + 1));
    const answers = await Promise.allSettled(asked);
    const refused = answers
      .filter((answer) => answer.status === 'rejected')
      .map(({ reason }) => reason as unknown);
    expect(refused.length).toBeGreaterThan(0);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'QUERY_BUSY' });
    expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(8);
    const [first, second] = await Promise.all([query.explain(14), query.explain(14)]);
    expect(second).toBe(first);
  });

  it('heights that are not there are refused', async () => {
    const { query } = await chainOf(1);
    await expect(query.explain(0)).rejects.toMatchObject({ code: 'QUERY_HEIGHT' });
    await expect(query.explain(2)).rejects.toMatchObject({ code: 'QUERY_UNKNOWN_HEIGHT' });
  });
});
