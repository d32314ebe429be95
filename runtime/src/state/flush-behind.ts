// Flat state goes to disk behind the blocks: several blocks in one flush that ends at a block boundary, on the store's
// own thread. What is not flushed yet is in the block records, so nothing is lost with this process. A full disk only
// holds it up; any other failure is the next block's.
import { LIMITS } from '../base/limits.js';
import type { Store } from '../ports/store.js';

/** Decides when the store flushes, one flush at a time. */
export interface FlushBehind {
  /** Blocks that are durable and not yet in flat state. */
  readonly lag: number;
  /**
   * Takes note of a durable block, heights ascending without gaps. Begins a flush every `LIMITS.flushBlocks`; resolves
   * at once unless the lag reaches `LIMITS.flushLagBlocks`: then when the flush under way has ended.
   * @throws what an earlier flush failed with; STORE_DISK_FULL only where the lag is at its bound
   */
  add(height: number): Promise<void>;
  /** Flushes everything; for a stop. @throws what the store throws */
  drain(): Promise<void>;
  /** Resolves when no flush is under way. */
  settle(): Promise<void>;
}

/** `flushed`: the store's flushed height now. */
export function createFlushBehind(store: Pick<Store, 'flush'>, flushed: number): FlushBehind {
  let newest = flushed;
  let onDisk = flushed;
  let running: Promise<void> | undefined;
  let failure: { readonly cause: unknown } | undefined;
  let diskFull: { readonly cause: unknown } | undefined;

  /** Begins a flush of what is there, or returns the one under way. Never rejects. */
  const begin = (): Promise<void> => {
    if (running !== undefined) return running;
    if (newest === onDisk) return Promise.resolve();
    const height = newest;
    running = store.flush(height).then(
      () => {
        onDisk = height;
        diskFull = undefined;
        running = undefined;
      },
      (cause: { readonly code?: string }) => {
        running = undefined;
        if (cause.code === 'STORE_DISK_FULL') diskFull = { cause };
        else failure = { cause };
      },
    );
    return running;
  };
  const throwFailure = (): void => {
    if (failure) throw failure.cause;
  };

  return {
    get lag() {
      return newest - onDisk;
    },
    async add(height) {
      throwFailure();
      newest = height;
      if (newest - onDisk < LIMITS.flushBlocks) return;
      const flush = begin();
      if (newest - onDisk < LIMITS.flushLagBlocks) return;
      await flush;
      while (newest - onDisk >= LIMITS.flushLagBlocks && !failure && !diskFull) await begin();
      throwFailure();
      if (diskFull !== undefined && newest - onDisk >= LIMITS.flushLagBlocks) throw diskFull.cause;
    },
    async drain() {
      await running;
      throwFailure();
      await begin();
      throwFailure();
      if (diskFull !== undefined && newest > onDisk) throw diskFull.cause;
    },
    async settle() {
      await running;
    },
  };
}
