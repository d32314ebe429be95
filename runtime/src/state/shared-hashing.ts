// How the threads of the tree hash one batch together: the main thread packs it chunk by chunk, and whoever is free draws
// the next chunk, so that a thread whose processor is slow just now holds nobody up for longer than one chunk.
import { HASH_CHUNK, hashChunk } from './hash-changes.js';
import type { BatchPacker, PackedBatch } from './packed-batch.js';
import { PART_CONTROL } from './part-messages.js';

/** Before the batch is posted: nothing of it is packed, drawn or hashed. */
export function beginHashing(control: Int32Array): void {
  Atomics.store(control, PART_CONTROL.packed, 0);
  Atomics.store(control, PART_CONTROL.drawn, 0);
  Atomics.store(control, PART_CONTROL.arrived, 0);
}

/** Packs the whole batch. What is packed of a chunk is written before the word that says so. */
export function packForAll(control: Int32Array, packer: BatchPacker, count: number): void {
  for (let from = 0; from < count; from += HASH_CHUNK) {
    const to = Math.min(from + HASH_CHUNK, count);
    packer.pack(from, to);
    Atomics.store(control, PART_CONTROL.packed, to);
    Atomics.notify(control, PART_CONTROL.packed);
  }
}

/** Hashes chunks until all are drawn, then waits until all are hashed. False: another thread did not come. */
export function hashWithAll(
  control: Int32Array,
  packed: PackedBatch,
  threads: number,
  waitMs: number,
): boolean {
  for (;;) {
    const from = HASH_CHUNK * Atomics.add(control, PART_CONTROL.drawn, 1);
    const count = Math.min(HASH_CHUNK, packed.count - from);
    if (count <= 0) return joinBarrier(control, threads, waitMs);
    if (!awaitWord(control, PART_CONTROL.packed, from + count, waitMs)) return false;
    hashChunk(packed, from, count);
  }
}

/** Waits until all threads have come here; false: one did not. What each wrote before, all see after. */
function joinBarrier(control: Int32Array, threads: number, waitMs: number): boolean {
  const arrived = Atomics.add(control, PART_CONTROL.arrived, 1) + 1;
  if (arrived === threads) Atomics.notify(control, PART_CONTROL.arrived);
  return awaitWord(control, PART_CONTROL.arrived, threads, waitMs);
}

/** Waits until a word is at least so much; false: it did not change for `waitMs`. */
function awaitWord(control: Int32Array, word: number, least: number, waitMs: number): boolean {
  for (let value = Atomics.load(control, word); value < least; value = Atomics.load(control, word))
    if (Atomics.wait(control, word, value, waitMs) === 'timed-out') return false;
  return true;
}
