// Pages of history: events and transactions of past blocks, in effective order. The index says which blocks to look at;
// the newest ones it has not reached yet are looked at one by one. What is answered is always read from the blocks.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LIMITS } from '../base/limits.js';
import type { BlockPlaces, HistoryIndex } from '../ports/history-index.js';
import type { AccountEntry, HistoryCursor, HistoryPage, HistoryRange, PlacedEvent } from '../ports/query.js';
import type { Block } from '../types/block.js';
import { type EventFilter, matchesEvent } from '../types/event-filter.js';
import { accountTerm, effectiveOrder, filterTerms, rolesOf, type Term } from '../types/history-terms.js';
import { decodeTransaction } from '../types/transaction-codec.js';
import { QueryError } from './errors.js';

/** Blocks the index is asked for at once, and those looked at one by one before it is asked again. */
const BLOCKS_AT_ONCE = 64;
/** Of one page: 64 a block that is read, one an event and transaction in it. */
const WORK_MAX = 65_536;
const WORK_A_BLOCK = 64;
/** No list of a block is longer. */
const LAST_PLACE = LIMITS.blockEvents;
/** Work after which others get a turn. */
const WORK_A_TURN = 2_048;

/** Where history is read. */
export interface HistorySource {
  readonly head: number;
  /** Height of the oldest record. */
  readonly oldest: number;
  readonly index: HistoryIndex | undefined;
  block(height: number): Promise<Block>;
}

/** What is looked for: terms that find its blocks (undefined: every block), and its items in one, places ascending. */
interface Quest<T> {
  readonly terms: readonly Term[] | undefined;
  /** `places`: those the index names; undefined: all. */
  itemsOf(
    block: Block,
    places: readonly number[] | undefined,
  ): Iterable<{ readonly place: number; readonly item: T }>;
}

export function eventPage(
  source: HistorySource,
  filter: EventFilter,
  range: HistoryRange,
): Promise<HistoryPage<PlacedEvent>> {
  const terms = filterTerms(filter);
  return readPage(source, range, {
    terms,
    *itemsOf({ header, events, receipts }, places = [...events.keys()]) {
      for (const place of places) {
        const event = events[place];
        if (event === undefined || !matchesEvent(filter, event)) continue;
        const transactionId =
          event.transaction === undefined ? undefined : receipts[event.transaction]?.transaction;
        yield { place, item: { height: header.height, index: place, event, transactionId } };
      }
    },
  });
}

export function accountPage(
  source: HistorySource,
  account: Uint8Array,
  range: HistoryRange,
): Promise<HistoryPage<AccountEntry>> {
  return readPage(source, range, {
    terms: [accountTerm(account)],
    *itemsOf({ header, transactions, receipts }, places) {
      const order = effectiveOrder(receipts);
      for (const place of places ?? order.keys()) {
        const index = order[place];
        if (index === undefined) continue;
        const roles = rolesOf(account, decodeTransaction(transactions[index] as Uint8Array));
        const receipt = receipts[index];
        if (receipt === undefined || roles.length === 0) continue;
        yield { place, item: { height: header.height, index, receipt, roles } };
      }
    },
  });
}

async function readPage<T>(
  source: HistorySource,
  range: HistoryRange,
  quest: Quest<T>,
): Promise<HistoryPage<T>> {
  const { from, to } = heightsOf(source, range);
  const { limit, newestFirst, cursor } = range;
  const step = newestFirst ? -1 : 1;
  const beginning = newestFirst ? LAST_PLACE : 0;
  const isPast = (place: number): boolean => (newestFirst ? place > start.place : place < start.place);
  const items: T[] = [];
  let start: HistoryCursor = cursor ?? { height: newestFirst ? to : from, place: beginning };
  let work = 0;
  for (let turn = WORK_A_TURN; from <= start.height && start.height <= to; ) {
    const { blocks, reach } = await blocksFrom(source, quest.terms, {
      start: start.height,
      from,
      to,
      newestFirst,
    });
    for (const { height, places } of blocks) {
      if (height !== start.height) start = { height, place: beginning };
      const block = await source.block(height);
      const found = [...quest.itemsOf(block, places)];
      for (const { place, item } of newestFirst ? found.reverse() : found) {
        if (isPast(place)) continue;
        items.push(item);
        if (items.length === limit) return { items, next: after({ height, place }, from, newestFirst), to };
      }
      start = { height: height + step, place: beginning };
      work += WORK_A_BLOCK + block.events.length + block.transactions.length;
      if (work >= WORK_MAX) return { items, next: inside(start, from, to), to };
      if (work < turn) continue;
      turn = work + WORK_A_TURN;
      await nextTurn();
    }
    start = { height: reach + step, place: beginning };
  }
  return { items, next: undefined, to };
}

/** Blocks to look at from a height on, and the last height that is dealt with by them. */
async function blocksFrom(
  { index }: HistorySource,
  terms: readonly Term[] | undefined,
  { start, from, to, newestFirst }: { start: number; from: number; to: number; newestFirst: boolean },
): Promise<{ readonly blocks: readonly (BlockPlaces | Unindexed)[]; readonly reach: number }> {
  const covered = terms === undefined ? undefined : index?.covered;
  const low = Math.max(from, covered?.from ?? Number.POSITIVE_INFINITY);
  const high = Math.min(to, covered?.to ?? Number.NEGATIVE_INFINITY);
  if (index !== undefined && terms !== undefined && low <= start && start <= high) {
    const options = { from: newestFirst ? low : start, to: newestFirst ? start : high };
    const blocks = await index.find(terms, { ...options, limit: BLOCKS_AT_ONCE, newestFirst });
    if (blocks !== undefined) {
      const last = blocks.length < BLOCKS_AT_ONCE ? undefined : blocks.at(-1)?.height;
      return { blocks, reach: last ?? (newestFirst ? low : high) };
    }
  }
  // One by one, up to where the index begins.
  const heights: Unindexed[] = [];
  for (
    let at = start;
    from <= at && at <= to && heights.length < BLOCKS_AT_ONCE;
    at += newestFirst ? -1 : 1
  ) {
    if (heights.length > 0 && low <= at && at <= high) break;
    heights.push({ height: at, places: undefined });
  }
  return { blocks: heights, reach: heights.at(-1)?.height ?? start };
}

interface Unindexed {
  readonly height: number;
  readonly places: undefined;
}

/** @throws QUERY_RANGE */
function heightsOf({ head, oldest }: HistorySource, { from, to, cursor }: HistoryRange) {
  const first = from === undefined || (from === 0 && oldest === 1) ? oldest : from;
  const last = Math.min(to ?? head, head);
  if (first < oldest || (to !== undefined && to < first && from !== undefined)) {
    const expected = `ascending heights from ${oldest}`;
    throw new QueryError('QUERY_RANGE', { expected, got: `${from ?? oldest} to ${to ?? head}` });
  }
  if (cursor !== undefined && cursor.height < oldest)
    throw new QueryError('QUERY_RANGE', {
      expected: `at least ${oldest}`,
      got: cursor.height,
      place: 'cursor',
    });
  return { from: first, to: last };
}

/** The place behind one; a page that ends with the first of a range says so. */
function after(
  { height, place }: HistoryCursor,
  from: number,
  newestFirst: boolean,
): HistoryCursor | undefined {
  if (!newestFirst) return { height, place: place + 1 };
  if (place > 0) return { height, place: place - 1 };
  return height > from ? { height: height - 1, place: LAST_PLACE } : undefined;
}

function inside(cursor: HistoryCursor, from: number, to: number): HistoryCursor | undefined {
  return from <= cursor.height && cursor.height <= to ? cursor : undefined;
}
