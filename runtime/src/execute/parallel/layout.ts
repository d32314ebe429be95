// Main's side of an arena before a job: from the plan and A(t) to records in shared memory. Workers find declared keys in
// a table there, and ask main for the slots of others.

import { ByteImage } from '../../base/byte-table.js';
import type { Plan } from '../../schedule/plan.js';
import type { StateKey } from '../../types/key.js';
import type { Resolved } from '../phases/resolve.js';
import type { BlockState } from '../phases/state.js';
import { ARENA_FULL, type Arena, arenaOver, HEADER, Heap, NO_SLOT, SLOT, TRANSACTION } from './arena.js';
import { placeTables, writeGraph, writeKeyTable } from './graph-tables.js';
import { JobWriter, jobBytes } from './jobs.js';

/** Slots kept free for keys nobody declared (reads and writes under a lock). */
const SPARE_SLOTS = 4096;
/** Heap bytes expected of a transaction's outcome and values, beside its job. */
const OUTCOME_BYTES = 1024;
const HEAP_BYTES_MIN = 1024 * 1024;

/** A laid-out ordered part. A key's slot is its number in the block's state. */
export interface OrderedArena {
  readonly arena: Arena;
  /** Writes the record of a key nobody declared, if it has none yet; its slot. @throws ARENA_FULL */
  slotOf(key: StateKey): number;
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
  const { plan, state, context, resolved } = part;
  const image = new ByteImage();
  const numberOf = (key: StateKey): number => state.numberOf(image.of(key));
  const declared = new Set<number>();
  let heapBytes = context.length;
  for (const { access, reserved } of resolved) {
    if (access === undefined) continue;
    for (const { key } of access.keys) declared.add(numberOf(key));
    for (const key of access.past) declared.add(numberOf(key));
    heapBytes += jobBytes({ calls: reserved.transaction.calls, access }) + OUTCOME_BYTES * scale;
  }
  for (const number of declared) heapBytes += 2 * scale * (state.pastAt(number)?.length ?? 64);
  const slotRoom = state.size + SPARE_SLOTS * scale;
  const tables = placeTables(plan, slotRoom, state.table);
  const size = 4 * tables.end + Math.max(HEAP_BYTES_MIN, 2 * heapBytes) * scale;
  const arena = arenaOver(memoryFor(size));
  const taking = resolved.filter(({ access }) => access !== undefined).map(({ reserved }) => reserved.index);
  writeGraph(arena, tables, plan, taking, numberOf);
  writeKeyTable(arena, tables, state.table);
  arena.words[HEADER.slotRoom] = slotRoom;
  const heap = new Heap(arena);
  arena.words[HEADER.contextAt] = heap.put(context);
  arena.words[HEADER.contextLength] = context.length;
  arena.words.fill(NO_SLOT, tables.slots, tables.slots + slotRoom * SLOT.size);
  for (const number of declared) writeSlot(arena, heap, number, state.pastAt(number));
  writeJobs(part, new JobWriter(arena, heap, numberOf), arena);
  const slotOf = (key: StateKey): number => {
    const slot = numberOf(key);
    if (!isLaid(arena, slot)) writeSlot(arena, heap, slot, state.pastAt(slot));
    return slot;
  };
  return { arena, slotOf };
}

/** Writes a key's record; start and current are its value in S0. @throws ARENA_FULL */
function writeSlot(arena: Arena, heap: Heap, slot: number, value: Uint8Array | undefined): void {
  const { words } = arena;
  if (slot >= words[HEADER.slotRoom]!) throw ARENA_FULL;
  const at = words[HEADER.slots]! + slot * SLOT.size;
  const valueAt = value === undefined ? 0 : heap.put(value);
  const length = value?.length ?? 0;
  words[at + SLOT.startAt] = valueAt;
  words[at + SLOT.startLength] = length;
  words[at + SLOT.currentAt] = valueAt;
  words[at + SLOT.currentLength] = length;
}

function isLaid({ words }: Arena, slot: number): boolean {
  const room = words[HEADER.slotRoom]!;
  return slot < room && words[words[HEADER.slots]! + slot * SLOT.size + SLOT.startLength] !== NO_SLOT;
}

function writeJobs({ resolved, plan }: OrderedPart, writer: JobWriter, arena: Arena): void {
  const firstMembers = memberOffsets(plan);
  const joined = new Int32Array(plan.adderRuns.length);
  for (const { reserved, access, attemptGas } of resolved) {
    if (access === undefined) continue;
    const { index, transaction } = reserved;
    const runs = plan.adderRunOf[index]!;
    // Transactions come in block order, as members stand in their run.
    const members = runs.map((run) => (run < 0 ? -1 : firstMembers[run]! + joined[run]!++));
    const { sender, calls, gasLimit } = transaction;
    const job = writer.write({ sender, calls, gas: gasLimit - attemptGas, access, runs, members });
    arena.words[arena.words[HEADER.transactions]! + index * TRANSACTION.size + TRANSACTION.job] = job;
  }
}

/** First member number of each run, and at the end the count of all. */
function memberOffsets(plan: Plan): number[] {
  const offsets = [0];
  for (const run of plan.adderRuns) offsets.push(offsets[offsets.length - 1]! + run.members.length);
  return offsets;
}
