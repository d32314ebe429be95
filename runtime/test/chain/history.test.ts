// What came before: state at recent heights, going back to one, pruning, and a disk that is full for a while.

import { createChain } from '@weft/runtime/chain/apply';
import { pruneHeight } from '@weft/runtime/chain/pruning';
import { createQuery } from '@weft/runtime/chain/query';
import { replayChain } from '@weft/runtime/chain/replay';
import { createSeededExecutor } from '@weft/runtime/execute/sequential/seeded-executor';
import { createMempool } from '@weft/runtime/mempool/pool';
import type { Store } from '@weft/runtime/ports/store';
import { StoreError } from '@weft/runtime/store/errors';
import { createMemoryStore } from '@weft/runtime/store/memory/memory-store';
import type { BlockRecord } from '@weft/runtime/types/block';
import { listOf } from '@weft/runtime/types/record-codec';
import { balanceKey } from '@weft/runtime/types/system';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { decodeCell } from '@weft/runtime/types/value';
import { afterAll, describe, expect, it } from 'vitest';
import { countingExecutor, startChain } from '../support/test-chain.js';
import { addressOf, testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
const executor = countingExecutor();
const seeded = createSeededExecutor({ workers: 2 });
afterAll(() => Promise.all([executor.close(), seeded.close()]));
const receiver = balanceKey(addressOf(1));
const BLOCKS = 5;

async function chainOf(blocks: number) {
  const test = await startChain(genesis, executor);
  for (let sequence = 0n; sequence < blocks; sequence++) await test.block([transfer(genesis, { sequence })]);
  return test;
}
const balanceAt = async (test: Awaited<ReturnType<typeof chainOf>>, height: number): Promise<bigint> =>
  decodeCell(2, (await test.chain.readAt(height))(receiver));

describe('history', () => {
  it('reads the state after every recent block', async () => {
    const test = await chainOf(BLOCKS);
    const first = await balanceAt(test, 0);
    const step = (await balanceAt(test, 1)) - first;
    expect(step).toBeGreaterThan(0n);
    for (let height = 0; height <= BLOCKS; height++)
      expect(await balanceAt(test, height)).toBe(first + step * BigInt(height));
    const { value: stored } = await test.chain.query({ path: 'state', data: receiver, height: 2 });
    expect(decodeCell(2, stored)).toBe(first + 2n * step);
    for (const height of [-1, BLOCKS + 1, 1.5])
      await expect(test.chain.readAt(height)).rejects.toMatchObject({ code: 'QUERY_HEIGHT' });
  });

  it('goes back to a height and makes other blocks from there', async () => {
    const test = await chainOf(BLOCKS);
    const mempool = createMempool();
    const query = createQuery({ chain: test.chain, store: test.store, mempool });
    const second = await query.block(2);
    const gone = await query.block(3);
    await test.chain.revert(2);
    expect(test.chain.info()).toMatchObject({ height: 2, hash: second.hash });
    expect(await query.transaction(decodeTransaction(gone.transactions[0]!).id)).toBeUndefined();
    const other = await test.block([transfer(genesis, { sequence: 2n, amount: 9n })]);
    expect(other.header.height).toBe(3);
    expect((await query.block(3)).hash).toEqual(other.hash);
    expect(other.hash).not.toEqual(gone.hash);
    await expect(test.chain.revert(4)).rejects.toMatchObject({ code: 'STORE_RANGE' });
    expect((await replayChain(test.store, executor)).hash).toEqual(other.hash);
    await test.chain.close();
    await test.store.close();
    const store = createMemoryStore(test.disk);
    expect((await createChain({ store, executor })).info().hash).toEqual(other.hash);
  });
});

describe('replay of a part', () => {
  it('begins at any height, from values read backward or forward, seeded or not', async () => {
    const test = await chainOf(BLOCKS);
    await test.store.flush(3);
    for (const from of [1, 2, 4, 5]) {
      for (const by of [executor, seeded]) {
        const report = await replayChain(test.store, by, { from, to: 5 });
        expect(report).toMatchObject({ from, height: 5, hash: test.chain.info().hash });
      }
    }
    const range = { code: 'REPLAY_RANGE' };
    await expect(replayChain(test.store, executor, { to: 6 })).rejects.toMatchObject(range);
    await expect(replayChain(test.store, executor, { from: 0 })).rejects.toMatchObject(range);
  });

  it('begins after what is pruned', async () => {
    const test = await chainOf(BLOCKS);
    await test.store.flush(BLOCKS);
    await test.store.prune(3);
    expect(await replayChain(test.store, executor)).toMatchObject({ from: 4, height: 5 });
    await expect(replayChain(test.store, executor, { from: 3 })).rejects.toMatchObject({
      code: 'STORE_PRUNED',
    });
  });

  it('names a recorded value that execution does not give', async () => {
    const test = await chainOf(2);
    const tampered = new Proxy(test.store, {
      get(target, name) {
        if (name === 'records')
          return async function* (from: number, to: number): AsyncIterable<BlockRecord> {
            for await (const record of target.records(from, to)) {
              const changes = record.changes.map((own) =>
                listOf(own).map((one) => ({ ...one, before: undefined })),
              );
              yield { ...record, changes };
            }
          };
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await expect(replayChain(tampered, executor)).rejects.toMatchObject({
      code: 'REPLAY_RECORD_MISMATCH',
      context: { place: 'changes of transaction 0 at height 1' },
    });
  });
});

describe('a full disk', () => {
  /** A store whose appends fail with a full disk so many times. */
  function fullFor(times: { left: number }): (store: Store) => Store {
    return (store) =>
      new Proxy(store, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (name === 'append' && times.left-- > 0)
            return () => Promise.reject(new StoreError('STORE_DISK_FULL'));
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
  }

  it('pauses a commit until there is room, and says so once', async () => {
    const { store } = await chainOf(0);
    const wakers: (() => void)[] = [];
    const clock = {
      after(_: number, run: () => void) {
        wakers.push(run);
        return () => undefined;
      },
    };
    const paused: unknown[] = [];
    const onDiskFull = (error: unknown): void => void paused.push(error);
    const chain = await createChain({ store: fullFor({ left: 2 })(store), executor, clock, onDiskFull });
    await chain.finalize({ height: 1, time: genesis.time + 1, proposer: new Uint8Array(32) }, [
      transfer(genesis),
    ]);
    const committed = chain.commit(new Uint8Array(0));
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect.poll(() => wakers.length).toBe(attempt + 1);
      expect(chain.info().height).toBe(0);
      wakers[attempt]?.();
    }
    await committed;
    expect(chain.info().height).toBe(1);
    expect(paused.length).toBe(1);
  });

  it('lets go of a commit that waits when the chain is told to stop', async () => {
    const { store } = await chainOf(0);
    const clock = { after: () => () => undefined };
    const chain = await createChain({ store: fullFor({ left: 9 })(store), executor, clock });
    await chain.finalize({ height: 1, time: genesis.time + 1, proposer: new Uint8Array(32) }, [
      transfer(genesis),
    ]);
    const committed = chain.commit(new Uint8Array(0));
    await new Promise((resolve) => setImmediate(resolve));
    chain.interrupt();
    await expect(committed).rejects.toMatchObject({ code: 'STORE_DISK_FULL' });
    expect(await store.head()).toBe(0);
  });
});

describe('pruning', () => {
  const all = { head: 1000, keep: 100, flushed: 1000 };
  it.each([
    ['an archive keeps all', { ...all, keep: undefined }, 1],
    ['so many', all, 901],
    ['the newest record at least', { ...all, keep: 0 }, 1000],
    ['not above what is flushed', { ...all, flushed: 700 }, 700],
    ['not above the checkpoint', { ...all, checkpoint: 650 }, 650],
    ['not above the oldest snapshot', { ...all, oldestSnapshot: 600 }, 600],
    ['a short chain keeps all', { ...all, head: 50, flushed: 50 }, 1],
  ])('%s', (_, bounds, expected) => {
    expect(pruneHeight(bounds)).toBe(expected);
  });
});
