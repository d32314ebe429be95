// Main's side of an arena before a job: from the plan and A(t) to records in shared memory. Workers find declared keys in
// a table there, and ask main for the slots of others.

import { ByteImage, type ByteTable } from '../../base/byte-table.js';
import { IntList } from '../../base/int-list.js';
import type { Plan } from '../../schedule/plan.js';
import type { AccessTable } from '../../types/access-table.js';
import type { Address } from '../../types/address.js';
import type { StateKey } from '../../types/key.js';
import type { CodeOnChain } from '../code-store.js';
import type { Reserved } from '../phases/reserve.js';
import type { BlockState } from '../phases/state.js';
import {
  ARENA_FULL,
  type Arena,
  arenaOver,
  HEADER,
  Heap,
  NO_CODE,
  NO_SLOT,
  SLOT,
  TRANSACTION,
} from './arena.js';
import { placeTables, writeGraph, writeKeyTable } from './graph-tables.js';
import type { JobTable } from './jobs.js';

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
  /** In block order; those with a record in the table take part. */
  readonly reserved: readonly Reserved[];
  /** By transaction: gas used before the run. */
  readonly attemptGas: Float64Array;
  readonly table: AccessTable;
  readonly jobs: JobTable;
  readonly plan: Plan;
  readonly state: BlockState;
  /** Code in S0. */
  readonly code: CodeOnChain;
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
  const { table, jobs, plan, state, context } = part;
  const { declared } = table;
  const taking = takingPart(table);
  let heapBytes = context.length + 64 * table.contracts.size + 40 * table.fields.size;
  heapBytes += OUTCOME_BYTES * scale * taking.length;
  for (const number of declared) heapBytes += 2 * scale * (state.pastAt(number)?.length ?? 64);
  const slotRoom = state.size + SPARE_SLOTS * scale;
  const tables = placeTables(plan, slotRoom, state.table, table, jobs);
  const size = 4 * tables.end + Math.max(HEAP_BYTES_MIN, 2 * heapBytes) * scale;
  const arena = arenaOver(memoryFor(size));
  const { words } = arena;
  writeGraph(arena, tables, plan, taking);
  writeKeyTable(arena, tables, state.table);
  words.set(table.words.subarray(0, table.length), tables.access);
  words[HEADER.slotRoom] = slotRoom;
  const heap = new Heap(arena);
  words[HEADER.contextAt] = heap.put(context);
  words[HEADER.contextLength] = context.length;
  writeNames(arena, heap, tables.contractNames, table.contracts);
  writeNames(arena, heap, tables.fieldNames, table.fields);
  words.fill(NO_SLOT, tables.slots, tables.slots + slotRoom * SLOT.size);
  for (const number of declared) writeSlot(arena, heap, number, state.pastAt(number));
  writeJobs(part, arena, taking, tables.jobs);
  writeCodes(part, arena, heap);
  const image = new ByteImage();
  const slotOf = (key: StateKey): number => {
    const slot = state.numberOf(image.of(key));
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

/** Copies the strings of a table into the heap; `at`: where their offsets go, by number. */
function writeNames({ words }: Arena, heap: Heap, at: number, names: ByteTable): void {
  for (let number = 0; number < names.size; number++) words[at + number] = heap.put(names.copy(number));
}

/** Transactions with an access set, in block order. */
function takingPart({ records }: AccessTable): Int32Array {
  const taking = new IntList(records.length);
  for (let transaction = 0; transaction < records.length; transaction++)
    if (records[transaction] !== 0) taking.push(transaction);
  return taking.view();
}

function writeJobs({ jobs }: OrderedPart, { words }: Arena, taking: Int32Array, at: number): void {
  words.set(jobs.words, at);
  const transactions = words[HEADER.transactions]!;
  for (let index = 0; index < taking.length; index++) {
    const transaction = taking[index]!;
    words[transactions + transaction * TRANSACTION.size + TRANSACTION.job] = at + jobs.places[transaction]!;
  }
}

/** The codes of the contracts that are called. */
function writeCodes({ jobs, table, code }: OrderedPart, { words }: Arena, heap: Heap): void {
  const codes = words[HEADER.contractCodes]!;
  for (const number of jobs.called.view()) {
    const codeHash = code.contractAt(table.contracts.copy(number) as Address)?.codeHash;
    words[codes + number] = codeHash === undefined ? NO_CODE : heap.put(codeHash);
  }
}
