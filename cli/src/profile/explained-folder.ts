// Explained blocks of a data folder, run again here; with each come the ABIs of the contracts it speaks of.
import { explainBlock } from '@weft/runtime/chain/explain';
import { readContract } from '@weft/runtime/chain/query';
import { replayChain } from '@weft/runtime/chain/replay';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { storePath } from '@weft/runtime/node/data-folder';
import { createExecutor } from '@weft/runtime/node/executors';
import type { Store } from '@weft/runtime/ports/store';
import type { Abi } from '@weft/runtime/types/abi';
import { decodeAddress } from '@weft/runtime/types/address';
import type { PlacedRun } from '@weft/runtime/types/outcome';
import { type AbiOf, contractsOf } from '@weft/sdk/client/profile/names';
import { openDataFolder } from '../data-folder.js';
import { abiFrom, type OnExplained, type Range } from './explained-blocks.js';

/**
 * Runs the blocks of a stopped node's folder again, each compared with its record; with `workers` also on so many at once,
 * which times them. @throws CLI_NO_CHAIN, REPLAY_*, STORE_*
 */
export async function explainFolder(
  folder: string,
  range: Range,
  onExplained: OnExplained,
  workers?: number,
): Promise<void> {
  const store = await openDataFolder(storePath(folder));
  const executor = createSequentialExecutor();
  const abis = new Map<string, Abi | undefined>();
  const abiOf: AbiOf = (contract) => abis.get(contract);
  const heights = {
    ...(range.from === undefined ? {} : { from: range.from }),
    ...(range.to === undefined ? {} : { to: range.to }),
  };
  try {
    const placed = workers === undefined ? undefined : await timeBlocks(store, heights, workers);
    await replayChain(store, executor, {
      notes: true,
      ...heights,
      onOutcome: ({ block }, outcome, read) => {
        const record = explainBlock(block, outcome, placed?.get(block.header.height));
        for (const contract of contractsOf(record)) {
          if (abis.get(contract) !== undefined) continue;
          abis.set(contract, abiFrom(readContract(read, decodeAddress(contract))?.abi));
        }
        onExplained(record, abiOf);
      },
    });
  } finally {
    await executor.close();
    await store.close();
  }
}

/** When and where each transaction runs on so many workers, by height. */
async function timeBlocks(
  store: Store,
  heights: { readonly from?: number; readonly to?: number },
  workers: number,
): Promise<Map<number, readonly PlacedRun[]>> {
  const executor = await createExecutor({ workers });
  const placed = new Map<number, readonly PlacedRun[]>();
  try {
    await replayChain(store, executor, {
      timed: true,
      ...heights,
      onOutcome: ({ block }, { stats }) => void placed.set(block.header.height, stats.placed ?? []),
    });
  } finally {
    await executor.close();
  }
  return placed;
}
