// A chain whose state tree is updated on several threads: the blocks of one with a single thread, over restarts and reverts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { createChain } from '@weft/runtime/chain/apply';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { createCheckpointFile } from '@weft/runtime/store/checkpoint-file';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRealChain, type RealChain } from '../support/real-chain.js';

const BLOCKS = 12;
const executor = createSequentialExecutor();
let folder: string;
let real: RealChain;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-tree-'));
  real = await createRealChain({ seed: 11, blocks: BLOCKS, transfers: 20, accounts: 12, extraAccounts: 400 });
});
afterAll(async () => {
  await executor.close();
  await rm(folder, { recursive: true, force: true });
});

/** A chain over the folder's store; what `use` leaves is closed. */
async function withChain<T>(
  threads: number,
  use: (chain: Awaited<ReturnType<typeof createChain>>) => Promise<T>,
): Promise<T> {
  const place = join(folder, `threads-${threads}`);
  const store = await openLevelStore(place);
  try {
    const checkpoint = createCheckpointFile(join(place, 'checkpoint'));
    const chain = await createChain({ store, executor, checkpoint, treeThreads: threads });
    try {
      return await use(chain);
    } finally {
      await chain.close();
    }
  } finally {
    await store.close();
  }
}

async function extend(chain: Awaited<ReturnType<typeof createChain>>, from: number, to: number) {
  for (let height = from; height <= to; height++) {
    const { block } = real.records[height - 1]!;
    const { time, proposer } = block.header;
    const made = await chain.finalize({ height, time, proposer }, block.transactions);
    expect(toHex(made.hash), `height ${height}`).toBe(toHex(block.hash));
    await chain.commit(new Uint8Array(64).fill(height));
  }
}

test.each([1, 2, 4, 8])('%i threads make the same blocks, opened again and taken back', async (threads) => {
  await withChain(threads, async (chain) => {
    await chain.initChain(real.genesis);
    await extend(chain, 1, 7);
  });
  await withChain(threads, async (chain) => {
    expect(toHex(chain.info().hash)).toBe(toHex(real.records[6]!.block.hash));
    await extend(chain, 8, BLOCKS);
    await chain.revert(5);
    expect(toHex(chain.info().hash)).toBe(toHex(real.records[4]!.block.hash));
    await extend(chain, 6, 9);
  });
});

test('another number of threads is a coded error', async () => {
  await expect(withChain(3, async (chain) => chain.initChain(real.genesis))).rejects.toMatchObject({
    code: 'CHAIN_TREE_THREADS',
  });
});
