// What the main thread and the threads of the tree say to each other.
import type { MessagePort } from 'node:worker_threads';
import type { WeftError } from '../base/errors.js';
import type { ArenaPage } from './node-arena.js';
import type { PackedBatch } from './packed-batch.js';
import type { SortedBatch } from './sorted-batch.js';
import type { PartRoot } from './tree-part.js';

/**
 * Words the threads share. Of the batch being hashed, all reset by main before it is posted: `packed`, its changes packed so
 * far, which main stores; `drawn`, its chunks drawn, and `arrived`, the threads that found none left: each adds 1.
 * `answers` + part: how many answers that part has posted; it adds, main waits.
 */
export const PART_CONTROL = { packed: 0, drawn: 1, arrived: 2, answers: 3, words: 16 } as const;

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
  | { readonly kind: 'stage'; readonly batch: PackedBatch }
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
