// Main's side of an arena before a job: from the plan and A(t) to records in shared memory. Also the map from keys to
// slots, which stays main's alone: workers ask for keys they have no slot of.

import type { Plan } from '../../schedule/plan.js';
import { keyText, type StateKey } from '../../types/key.js';
import type { Resolved } from '../phases/resolve.js';
import type { BlockState } from '../phases/state.js';
import { ARENA_FULL, type Arena, arenaOver, HEADER, Heap, SLOT, TRANSACTION } from './arena.js';
import { placeTables, writeGraph } from './graph-tables.js';
import { type Adder, encodeJob } from './job-codec.js';

/** Slots kept free for keys nobody declared (reads and writes under a lock). */
const SPARE_SLOTS = 4096;
/** Heap bytes expected of a transaction's outcome and values, beside its job. */
const OUTCOME_BYTES = 1024;
const HEAP_BYTES_MIN = 1024 * 1024;

/** A laid-out ordered part. */
export interface OrderedArena {
  readonly arena: Arena;
  readonly slots: SlotTable;
}

/** Everything the ordered part of a block is made of. */
export interface OrderedPart {
  /** In block order; those with an access set take part. */
  readonly resolved: readonly Resolved[];
  readonly plan: Plan;
  readonly state: BlockState;
  /** Encoded block context. */
  readonly context: Uint8Array;
}

/** Keys of a block in order of appearance, with where they stand in the arena. */
export class SlotTable {
  readonly keys: StateKey[] = [];
  readonly #numbers = new Map<string, number>();

  /** The slot of a key; a new number for a new one. */
  numberOf(key: StateKey): number {
    const text = keyText(key);
    let slot = this.#numbers.get(text);
    if (slot === undefined) {
      slot = this.keys.length;
      this.keys.push(key);
      this.#numbers.set(text, slot);
    }
    return slot;
  }

  has(key: StateKey): boolean {
    return this.#numbers.has(keyText(key));
  }
}

/**
 * Builds the arena of an ordered part. `memoryFor` yields shared memory of at least the bytes asked for;
 * `scale` multiplies the heap's estimate (a retry after ARENA_FULL doubles it).
 * @throws ARENA_FULL and what `memoryFor` throws
 */
export function layOrderedPart(
  part: OrderedPart,
  scale: number,
  memoryFor: (bytes: number) => SharedArrayBuffer,
): OrderedArena {
  const { plan } = part;
  const slots = new SlotTable();
  const jobs = encodeJobs(part, slots);
  const slotRoom = slots.keys.length + SPARE_SLOTS * scale;
  const tables = placeTables(plan, slotRoom);
  let heapBytes = part.context.length;
  for (const job of jobs.values()) heapBytes += job.length + OUTCOME_BYTES * scale;
  for (const key of slots.keys) heapBytes += key.length + 2 * scale * (part.state.past(key)?.length ?? 64);
  const heapStart = 4 * tables.end;
  const size = heapStart + Math.max(HEAP_BYTES_MIN, 2 * heapBytes) * scale;
  const arena = arenaOver(memoryFor(size));
  writeGraph(arena, tables, plan, [...jobs.keys()], (key) => slots.numberOf(key));
  arena.words[HEADER.slotRoom] = slotRoom;
  const heap = new Heap(arena);
  arena.words[HEADER.contextAt] = heap.put(part.context);
  arena.words[HEADER.contextLength] = part.context.length;
  slots.keys.forEach((key, slot) => {
    writeSlot(arena, heap, slot, key, part.state);
  });
  for (const [transaction, job] of jobs) {
    const at = arena.words[HEADER.transactions]! + transaction * TRANSACTION.size;
    arena.words[at + TRANSACTION.jobAt] = heap.put(job);
    arena.words[at + TRANSACTION.jobLength] = job.length;
  }
  return { arena, slots };
}

/** Writes a key's record; start and current are its value in S0. @throws ARENA_FULL */
export function writeSlot(arena: Arena, heap: Heap, slot: number, key: StateKey, state: BlockState): void {
  const { words } = arena;
  if (slot >= words[HEADER.slotRoom]!) throw ARENA_FULL;
  const at = words[HEADER.slots]! + slot * SLOT.size;
  const value = state.past(key);
  words[at + SLOT.keyAt] = heap.put(key);
  words[at + SLOT.keyLength] = key.length;
  const valueAt = value === undefined ? 0 : heap.put(value);
  const length = value?.length ?? 0;
  words[at + SLOT.startAt] = valueAt;
  words[at + SLOT.startLength] = length;
  words[at + SLOT.currentAt] = valueAt;
  words[at + SLOT.currentLength] = length;
  words[HEADER.slotCount] = slot + 1;
}

function encodeJobs({ resolved, plan }: OrderedPart, slots: SlotTable): Map<number, Uint8Array> {
  const firstMembers = memberOffsets(plan);
  const joined = new Int32Array(plan.adderRuns.length);
  const jobs = new Map<number, Uint8Array>();
  for (const { reserved, access, attemptGas } of resolved) {
    if (access === undefined) continue;
    const { index, transaction } = reserved;
    const runs = plan.adderRunOf[index];
    const adders: Adder[] = [];
    const keySlots = access.keys.map(({ key }, i) => {
      const slot = slots.numberOf(key);
      const run = runs?.[i] ?? -1;
      // Transactions come in block order, as members stand in their run.
      if (run >= 0) adders.push({ slot, run, member: firstMembers[run]! + joined[run]!++ });
      return slot;
    });
    const job = { keySlots, pastSlots: access.past.map((key) => slots.numberOf(key)), adders, access };
    const { sender, calls, gasLimit } = transaction;
    jobs.set(index, encodeJob({ ...job, sender, calls, gas: gasLimit - attemptGas }));
  }
  return jobs;
}

/** First member number of each run, and at the end the count of all. */
function memberOffsets(plan: Plan): number[] {
  const offsets = [0];
  for (const run of plan.adderRuns) offsets.push(offsets[offsets.length - 1]! + run.members.length);
  return offsets;
}
