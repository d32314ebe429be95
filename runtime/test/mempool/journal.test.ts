import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createPoolJournal } from '@weft/runtime/mempool/journal';
import { createMempool } from '@weft/runtime/mempool/pool';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
const wires = [0n, 1n, 2n].map((sequence) => transfer(genesis, { sequence }));
const refuse = (error: unknown) => {
  throw error;
};

describe('mempool journal', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'weft-pool-'));
    file = path.join(folder, 'new', 'mempool.journal');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (): Promise<void> => {
    const pool = createMempool();
    pool.add(decodeTransaction(wires[0]!));
    const journal = createPoolJournal(file);
    await journal.follow(pool, refuse);
    pool.add(decodeTransaction(wires[1]!));
    pool.add(decodeTransaction(wires[2]!));
    await journal.close();
  };

  it('gives back what the pool held and what it took since', async () => {
    expect(await createPoolJournal(file).read()).toEqual({ transactions: [] });
    await write();
    expect(await createPoolJournal(file).read()).toEqual({ transactions: wires });
  });

  it('writes at once what comes alone, and together what comes soon after', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    try {
      const pool = createMempool();
      const journal = createPoolJournal(file);
      await journal.follow(pool, refuse);
      const written = async (count: number) => {
        for (let looks = 0; looks < 5000; looks++) {
          if ((await createPoolJournal(file).read()).transactions.length === count) return;
        }
        expect.unreachable(`${count} are not written`);
      };
      pool.add(decodeTransaction(wires[0]!));
      vi.advanceTimersByTime(1);
      await written(1);
      pool.add(decodeTransaction(wires[1]!));
      pool.add(decodeTransaction(wires[2]!));
      vi.advanceTimersByTime(5);
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(5);
      expect(vi.getTimerCount()).toBe(0);
      await written(3);
      await journal.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('is written anew without what has left the pool', async () => {
    const pool = createMempool();
    const journal = createPoolJournal(file);
    await journal.follow(pool, refuse);
    for (const wire of wires) pool.add(decodeTransaction(wire));
    pool.settle([decodeTransaction(wires[0]!).id], () => false);
    await journal.close();
    expect((await createPoolJournal(file).read()).transactions).toEqual(wires.slice(1));
  });

  it('reads up to damage and says so: a torn end, a changed byte, another file', async () => {
    await write();
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length - 1));
    expect(await createPoolJournal(file).read()).toMatchObject({
      transactions: wires.slice(0, 2),
      damage: { code: 'MEMPOOL_JOURNAL' },
    });
    whole[whole.length - 20]! ^= 1;
    await writeFile(file, whole);
    expect((await createPoolJournal(file).read()).transactions).toEqual(wires.slice(0, 2));
    await writeFile(file, 'something else');
    const other = await createPoolJournal(file).read();
    expect([other.transactions, other.damage?.code]).toEqual([[], 'MEMPOOL_JOURNAL']);
  });

  it('a length beyond any transaction is damage, not an allocation', async () => {
    await write();
    await appendFile(file, new Uint8Array(12).fill(255));
    const { transactions, damage } = await createPoolJournal(file).read();
    expect([transactions.length, damage?.code]).toEqual([3, 'MEMPOOL_JOURNAL']);
  });

  it('tells of a disk that fails', async () => {
    await writeFile(path.join(folder, 'new'), 'a file where the folder should be');
    await expect(createPoolJournal(file).follow(createMempool(), refuse)).rejects.toMatchObject({
      code: 'EEXIST',
    });
  });
});
