// When snapshots for other nodes are made: at heights that are a multiple, one at a time, beside new blocks; the oldest
// goes when there are enough.
import type { SnapshotArchive } from './exchange.js';

export interface SnapshotPlan {
  readonly archive: SnapshotArchive;
  /** Of the chain a snapshot may restore; default: any. */
  readonly genesisHash?: Uint8Array;
  /** Blocks between two. */
  readonly everyBlocks: number;
  /** How many are kept, so that who found one still gets all of it; default 5. */
  readonly keep?: number;
}

export interface SnapshotSchedule {
  /** After the commit of `height`. */
  note(height: number): void;
  /** Height of the oldest that is offered: who starts from it needs the blocks above. */
  oldest(): Promise<number | undefined>;
  /** Resolves once none is being made. */
  close(): Promise<void>;
}

/** `onFailure` is told of one that could not be made: the next multiple tries again. */
export function createSnapshotSchedule(
  plan: SnapshotPlan | undefined,
  onFailure: (error: unknown) => void,
): SnapshotSchedule {
  let making: Promise<void> | undefined;
  const make = async ({ archive, keep = 5 }: SnapshotPlan, height: number): Promise<void> => {
    await archive.make(height);
    const heights = [...(await archive.heights())].sort((a, b) => b - a);
    for (const old of heights.slice(keep)) await archive.remove(old);
  };
  return {
    note(height) {
      if (plan === undefined || making !== undefined || height % plan.everyBlocks !== 0) return;
      making = make(plan, height)
        .catch(onFailure)
        .finally(() => {
          making = undefined;
        });
    },
    async oldest() {
      const heights = (await plan?.archive.heights()) ?? [];
      return heights.length === 0 ? undefined : Math.min(...heights);
    },
    close: async () => making,
  };
}
