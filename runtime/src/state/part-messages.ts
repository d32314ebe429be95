// What the main thread and the threads of the tree say to each other.
import type { MessagePort } from 'node:worker_threads';
import type { WeftError } from '../base/errors.js';
import type { ArenaPage } from './node-arena.js';
import type { PackedBatch } from './packed-batch.js';
import type { SortedBatch } from './sorted-batch.js';
import type { PartRoot } from './tree-part.js';

/**
 * Words the threads share. `arrived`: who has hashed their changes of this batch; each adds 1, main resets it before the
 * batch is posted. `answers` + part: how many answers that part has posted; it adds, main waits.
 */
export const PART_CONTROL = { arrived: 0, answers: 1, words: 16 } as const;

/** Given to a thread at its start. */
export interface PartSetup {
  readonly control: Int32Array;
  /** Threads that meet at the barrier, main included. */
  readonly threads: number;
  readonly part: number;
  readonly partBits: number;
  /** Longest wait for another thread. */
  readonly waitMs: number;
  readonly port: MessagePort;
}

export type PartRequest =
  | { readonly kind: 'stage'; readonly batch: PackedBatch; readonly from: number; readonly to: number }
  | { readonly kind: 'stageSorted'; readonly batch: SortedBatch }
  | { readonly kind: 'commit' | 'discard' | 'dropOldest' | 'used' }
  | { readonly kind: 'revert'; readonly count: number };

export type PartAnswer =
  | { readonly kind: 'staged'; readonly root: PartRoot; readonly pages: readonly ArenaPage[] }
  | {
      readonly kind: 'failed';
      readonly code: string | undefined;
      readonly context: WeftError['context'];
      readonly pages: readonly ArenaPage[];
    }
  | { readonly kind: 'undone' }
  | { readonly kind: 'used'; readonly used: { readonly inner: number; readonly leaves: number } };

/** Longest wait for another thread: a thread that ended says nothing, and whoever waits for it is blocked as long. */
export const PART_WAIT_MS = 30_000;

/** Waits until all threads have come here; false: one did not. What each wrote before, all see after. */
export function joinBarrier(control: Int32Array, threads: number, waitMs: number): boolean {
  let arrived = Atomics.add(control, PART_CONTROL.arrived, 1) + 1;
  if (arrived === threads) {
    Atomics.notify(control, PART_CONTROL.arrived);
    return true;
  }
  while (arrived < threads) {
    if (Atomics.wait(control, PART_CONTROL.arrived, arrived, waitMs) === 'timed-out') return false;
    arrived = Atomics.load(control, PART_CONTROL.arrived);
  }
  return true;
}
