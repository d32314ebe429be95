// The tables of an arena that say who runs after whom: where they stand, and what main writes into them from the plan.

import type { TableParts } from '../../base/byte-table.js';
import type { IndexLists } from '../../schedule/index-lists.js';
import type { Plan } from '../../schedule/plan.js';
import type { AccessTable } from '../../types/access-table.js';
import { type Arena, HEADER, MEMBER, RUN, SLOT, TRANSACTION } from './arena.js';
import type { JobTable } from './jobs.js';

/** Word index of each table, by its name in the header, and of the first word behind them all. */
export type TablePlaces = ReturnType<typeof placeTables>;

/** Places for the tables of a plan, with room for `slotRoom` keys, and for those of declared keys, accesses and jobs. */
export function placeTables(
  plan: Plan,
  slotRoom: number,
  keys: TableParts,
  access: AccessTable,
  jobs: JobTable,
) {
  const { checks, raises } = plan.sameSender;
  let end: number = HEADER.size;
  const take = (words: number): number => {
    const at = end;
    end += words;
    return at;
  };
  return {
    inDegrees: take(plan.nodeCount),
    successorOffsets: take(plan.successors.offsets.length),
    successorItems: take(plan.successors.items.length),
    queue: take(plan.transactionCount),
    transactions: take(plan.transactionCount * TRANSACTION.size),
    slots: take(slotRoom * SLOT.size),
    runs: take(plan.runKeys.length * RUN.size),
    members: take(plan.members.length * MEMBER.size),
    flags: take(plan.sameSender.count),
    checkOffsets: take(checks.offsets.length),
    checkItems: take(checks.items.length),
    raiseOffsets: take(raises.offsets.length),
    raiseItems: take(raises.items.length),
    keyBuckets: take(keys.buckets.length),
    keyPlaces: take(keys.places.length),
    keyHeap: take(keys.heap.length),
    access: take(access.length),
    jobs: take(jobs.length),
    contractNames: take(access.contracts.size),
    contractCodes: take(access.contracts.size),
    fieldNames: take(access.fields.size),
    end: take(0),
  };
}

/**
 * Clears the tables and writes the plan into them; the heap begins behind them. `taking`: the transactions that take
 * part, in block order.
 */
export function writeGraph(arena: Arena, tables: TablePlaces, plan: Plan, taking: Int32Array): void {
  const { words, bytes } = arena;
  const { end, ...places } = tables;
  // What an earlier job left; the heap is never read before it is written.
  words.fill(0, 0, end);
  for (const [name, at] of Object.entries(places)) words[HEADER[name as keyof typeof places]] = at;
  words[HEADER.taking] = taking.length;
  words[HEADER.transactionCount] = plan.transactionCount;
  words[HEADER.nodeCount] = plan.nodeCount;
  words[HEADER.heapCursor] = 4 * end;
  words[HEADER.heapEnd] = bytes.length;
  words.set(plan.inDegrees, places.inDegrees);
  copyLists(words, plan.successors, places.successorOffsets, places.successorItems);
  copyLists(words, plan.sameSender.checks, places.checkOffsets, places.checkItems);
  copyLists(words, plan.sameSender.raises, places.raiseOffsets, places.raiseItems);
  let ready = 0;
  for (let index = 0; index < taking.length; index++) {
    const transaction = taking[index]!;
    if (plan.inDegrees[transaction] === 0) words[places.queue + ready++] = transaction + 1;
  }
  words[HEADER.queueTail] = ready;
  writeRuns(words, places, plan);
}

/** Copies the table of declared keys behind the plan's tables. */
export function writeKeyTable({ words }: Arena, tables: TablePlaces, keys: TableParts): void {
  words[HEADER.keySeed] = keys.seed;
  words[HEADER.keyCount] = keys.places.length;
  words[HEADER.keyBucketCount] = keys.buckets.length;
  words[HEADER.keyHeapLength] = keys.heap.length;
  words.set(keys.buckets, tables.keyBuckets);
  words.set(keys.places, tables.keyPlaces);
  words.set(keys.heap, tables.keyHeap);
}

function copyLists(words: Int32Array, lists: IndexLists, offsets: number, items: number): void {
  words.set(lists.offsets, offsets);
  words.set(lists.items, items);
}

function writeRuns(
  words: Int32Array,
  places: Pick<TablePlaces, 'runs' | 'members'>,
  { runKeys, runMembers, members }: Plan,
): void {
  for (let run = 0, at = places.runs; run < runKeys.length; run++, at += RUN.size) {
    const first = runMembers[run]!;
    words[at + RUN.slot] = runKeys[run]!;
    words[at + RUN.firstMember] = first;
    words[at + RUN.members] = runMembers[run + 1]! - first;
    words[at + RUN.remaining] = runMembers[run + 1]! - first;
  }
  for (let member = 0; member < members.length; member++) {
    words[places.members + member * MEMBER.size + MEMBER.transaction] = members[member]!;
  }
}
