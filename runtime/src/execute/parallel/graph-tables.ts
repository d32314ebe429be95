// The tables of an arena that say who runs after whom: where they stand, and what main writes into them from the plan.
import type { TableParts } from '../../base/byte-table.js';
import type { IndexLists } from '../../schedule/index-lists.js';
import type { Plan } from '../../schedule/plan.js';
import type { StateKey } from '../../types/key.js';
import { type Arena, HEADER, MEMBER, RUN, SLOT, TRANSACTION } from './arena.js';

const NONE = new Int32Array(0);
const NO_KEYS: TableParts = { buckets: NONE, places: NONE, heap: NONE, seed: 0 };

/** Word index of each table, by its name in the header, and of the first word behind them all. */
export type TablePlaces = ReturnType<typeof placeTables>;

/** Places for the tables of a plan, with room for `slotRoom` keys, and for the table of the declared ones. */
export function placeTables(plan: Plan, slotRoom: number, keys: TableParts = NO_KEYS) {
  const { checks, raises } = plan.sameSender;
  let end: number = HEADER.size;
  const take = (words: number): number => {
    const at = end;
    end += words;
    return at;
  };
  const places = {
    inDegrees: take(plan.nodeCount),
    successorOffsets: take(plan.successors.offsets.length),
    successorItems: take(plan.successors.items.length),
    queue: take(plan.transactionCount),
    transactions: take(plan.transactionCount * TRANSACTION.size),
    slots: take(slotRoom * SLOT.size),
    runs: take(plan.adderRuns.length * RUN.size),
    members: take(plan.adderRuns.reduce((sum, run) => sum + run.members.length, 0) * MEMBER.size),
    flags: take(plan.sameSender.count),
    checkOffsets: take(checks.offsets.length),
    checkItems: take(checks.items.length),
    raiseOffsets: take(raises.offsets.length),
    raiseItems: take(raises.items.length),
    keyBuckets: take(keys.buckets.length),
    keyPlaces: take(keys.places.length),
    keyHeap: take(keys.heap.length),
  };
  return { ...places, end };
}

/**
 * Clears the tables and writes the plan into them; the heap begins behind them. `taking`: the transactions that take
 * part, in block order.
 */
export function writeGraph(
  arena: Arena,
  tables: TablePlaces,
  plan: Plan,
  taking: readonly number[],
  slotOf: (key: StateKey) => number,
): void {
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
  const ready = taking.filter((transaction) => plan.inDegrees[transaction] === 0);
  ready.forEach((transaction, place) => {
    words[places.queue + place] = transaction + 1;
  });
  words[HEADER.queueTail] = ready.length;
  writeRuns(words, places, plan, slotOf);
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
  plan: Plan,
  slotOf: (key: StateKey) => number,
): void {
  let member = 0;
  plan.adderRuns.forEach((run, index) => {
    const at = places.runs + index * RUN.size;
    words[at + RUN.slot] = slotOf(run.key);
    words[at + RUN.firstMember] = member;
    words[at + RUN.members] = run.members.length;
    words[at + RUN.remaining] = run.members.length;
    for (const transaction of run.members) {
      words[places.members + member++ * MEMBER.size + MEMBER.transaction] = transaction;
    }
  });
}
