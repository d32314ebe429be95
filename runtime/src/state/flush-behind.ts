// Flat state goes to disk behind the blocks, hot keys coalesced: several blocks in one batch that ends at a block
// boundary. What is not flushed yet is in the block records, so nothing is lost with this process.
import { LIMITS } from '../base/limits.js';
import type { StateEntry, Store } from '../ports/store.js';
import type { ValueChange } from '../types/block.js';
import { keyText } from '../types/key.js';

/** Collects block effects and writes them to the store, one batch at a time. */
export interface FlushBehind {
  /** Blocks collected and not yet on disk. */
  readonly lag: number;
  /**
   * Takes the effect of a durable block, heights ascending without gaps. Begins a flush every
   * `LIMITS.flushBlocks`; resolves at once unless the lag reaches `LIMITS.flushLagBlocks`.
   * @throws what an earlier flush failed with
   */
  add(height: number, diff: readonly ValueChange[]): Promise<void>;
  /** Flushes everything; for a stop. @throws what the store throws */
  drain(): Promise<void>;
}

/** `flushed`: the store's flushed height now. */
export function createFlushBehind(store: Store, flushed: number): FlushBehind {
  let pending = new Map<string, StateEntry>();
  let newest = flushed;
  let onDisk = flushed;
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  let failure: { readonly cause: unknown } | undefined;

  /** Hands what is pending to the store; blocks that come meanwhile wait for the next batch. */
  const begin = (): void => {
    if (busy || newest === onDisk) return;
    const height = newest;
    const changes = [...pending.values()];
    pending = new Map();
    busy = true;
    running = store.flush(height, changes).then(
      () => {
        onDisk = height;
        busy = false;
      },
      (cause) => {
        failure = { cause };
        busy = false;
      },
    );
  };
  const throwFailure = (): void => {
    if (failure) throw failure.cause;
  };

  return {
    get lag() {
      return newest - onDisk;
    },
    async add(height, diff) {
      throwFailure();
      newest = height;
      for (const { key, after } of diff)
        pending.set(keyText(key), { key: key as StateEntry['key'], value: after });
      if (newest - onDisk >= LIMITS.flushBlocks) begin();
      while (newest - onDisk >= LIMITS.flushLagBlocks && !failure) {
        begin();
        await running;
      }
      throwFailure();
    },
    async drain() {
      await running;
      throwFailure();
      begin();
      await running;
      throwFailure();
    },
  };
}
