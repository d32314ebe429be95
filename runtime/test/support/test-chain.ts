// A chain over a memory store and the oracle, driven by hand instead of by an engine.
import { createChain } from '@weft/runtime/chain/apply';
import type { Chain } from '@weft/runtime/chain/chain';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { BlockContext, FinalizedBlock } from '@weft/runtime/ports/consensus';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import type { Store } from '@weft/runtime/ports/store';
import {
  createMemoryDisk,
  createMemoryStore,
  type MemoryDisk,
} from '@weft/runtime/store/memory/memory-store';
import type { Genesis } from '@weft/runtime/types/genesis';

/** An executor that counts what it is asked. */
export function countingExecutor(): BlockExecutor & { blocks: number } {
  const inner = createSequentialExecutor();
  const counting = {
    blocks: 0,
    workers: inner.workers,
    execute(...args: Parameters<BlockExecutor['execute']>) {
      counting.blocks++;
      return inner.execute(...args);
    },
    view: (...args: Parameters<BlockExecutor['view']>) => inner.view(...args),
    simulate: (...args: Parameters<BlockExecutor['simulate']>) => inner.simulate(...args),
    explain: (...args: Parameters<BlockExecutor['explain']>) => inner.explain(...args),
    close: () => inner.close(),
  };
  return counting;
}

export interface TestChain {
  readonly chain: Chain;
  readonly store: Store;
  readonly disk: MemoryDisk;
  /** The context of the next block; time = genesis + height. */
  next(): BlockContext;
  /** Finalizes and commits these transactions as the next block. */
  block(transactions: readonly Uint8Array[]): Promise<FinalizedBlock>;
}

/** A chain of `genesis` at height 0. `wrap` may put faults around the store. */
export async function startChain(
  genesis: Genesis,
  executor: BlockExecutor,
  wrap: (store: Store) => Store = (store) => store,
): Promise<TestChain> {
  const disk = createMemoryDisk();
  const store = wrap(createMemoryStore(disk));
  const chain = await createChain({ store, executor });
  await chain.initChain(genesis);
  const next = (): BlockContext => {
    const height = chain.info().height + 1;
    return { height, time: genesis.time + height, proposer: new Uint8Array(32).fill(9) };
  };
  return {
    chain,
    store,
    disk,
    next,
    async block(transactions) {
      const block = await chain.finalize(next(), transactions);
      await chain.commit(new Uint8Array(64));
      return block;
    },
  };
}
