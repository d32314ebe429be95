// History against the blocks themselves: whatever the index covers, however small the pages, each item once and in order.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesEqual, toHex } from '@weft/runtime/base/bytes';
import { accountPage, eventPage, type HistorySource } from '@weft/runtime/chain/history-pages';
import type { HistoryIndex } from '@weft/runtime/ports/history-index';
import type { HistoryCursor, HistoryPage, HistoryRange } from '@weft/runtime/ports/query';
import type { Store } from '@weft/runtime/ports/store';
import { openHistoryThread } from '@weft/runtime/store/history/history-thread';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import type { Block } from '@weft/runtime/types/block';
import { type EventFilter, matchesEvent } from '@weft/runtime/types/event-filter';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountOf, contractOf, eventOf, HISTORY_BASE, historyRecords } from '../support/history-chain.js';
import { plainTransaction } from '../support/plain-transaction.js';
import { createRandom } from '../support/random.js';
import { propertySeed } from '../support/seed.js';

const BLOCKS = 150;
const seed = propertySeed('history');
let folder: string;
let store: Store;
const open: HistoryIndex[] = [];
const failures: unknown[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-history-'));
  store = await openLevelStore(join(folder, 'store'), { segmentBytes: 40_000 });
  await store.initialise(HISTORY_BASE, []);
  failures.length = 0;
});
afterEach(async () => {
  for (const index of open.splice(0)) await index.close();
  await store.close();
  await rm(folder, { recursive: true });
});

const records = historyRecords(BLOCKS, createRandom(seed).below);
const blocks = records.map(({ block }) => block);

async function fill(from: number, to: number, of = records): Promise<void> {
  for (const record of of.slice(from - 1, to)) await store.append(record);
}

async function openIndex(): Promise<HistoryIndex> {
  const heights = { oldest: await store.oldest(), head: await store.head() };
  const data = { folder: join(folder, 'history'), logFolder: join(folder, 'store/records'), ...heights };
  const index = openHistoryThread(data, (error) => failures.push(error));
  open.push(index);
  return index;
}

async function sourceOf(index: HistoryIndex | undefined): Promise<HistorySource & { reads: number }> {
  const known = new Map<number, Block>();
  const source = {
    head: await store.head(),
    oldest: await store.oldest(),
    index,
    reads: 0,
    async block(height: number) {
      source.reads++;
      const block = known.get(height) ?? (await store.record(height)).block;
      known.set(height, block);
      return block;
    },
  };
  return source;
}

async function all<T>(
  read: (range: HistoryRange) => Promise<HistoryPage<T>>,
  range: Partial<HistoryRange>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: HistoryCursor | undefined;
  do {
    const page = await read({ limit: 7, newestFirst: false, ...range, cursor });
    expect(page.items.length).toBeLessThanOrEqual(range.limit ?? 7);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}

/** `height index` of the events that match, oldest first. */
const eventsIn = (filter: EventFilter, from = 1, to = BLOCKS, of = blocks): string[] =>
  of
    .slice(from - 1, to)
    .flatMap(({ header, events }) =>
      events.flatMap((event, index) => (matchesEvent(filter, event) ? [`${header.height} ${index}`] : [])),
    );

/** `height id roles` of an account's transactions, oldest first. */
const historyIn = (account: Uint8Array, from = 1, to = BLOCKS, of = blocks): string[] =>
  of.slice(from - 1, to).flatMap(({ header, receipts, transactions }) =>
    receipts
      .map((receipt, index) => ({
        receipt,
        ...plainTransaction(decodeTransaction(transactions[index] as Uint8Array)),
      }))
      .filter(({ receipt }) => !receipt.status.startsWith('INVALID_'))
      .sort((a, b) => (a.receipt.order ?? 1e9) - (b.receipt.order ?? 1e9))
      .flatMap(({ receipt, sender, payer = sender }) => {
        const roles = [bytesEqual(sender, account) && 'sender', bytesEqual(payer, account) && 'payer'];
        const own = roles.filter(Boolean).join();
        return own === '' ? [] : [`${header.height} ${toHex(receipt.transaction)} ${own}`];
      }),
  );

const FILTERS: readonly EventFilter[] = [
  {},
  { contract: contractOf(0) },
  { contract: contractOf(1), event: eventOf(1) },
  { contract: contractOf(1), topics: [[Uint8Array.of(0), Uint8Array.of(2)]] },
  { contract: contractOf(2), event: eventOf(0), topics: [[], [Uint8Array.of(1)]] },
  { contract: contractOf(2), topics: [[Uint8Array.of(1), Uint8Array.of(2)], [Uint8Array.of(1)]] },
  { contract: accountOf(0) },
  { event: eventOf(0) },
];

async function expectHistory(index: HistoryIndex | undefined, from = 1, of = blocks): Promise<void> {
  const source = await sourceOf(index);
  const { head } = source;
  for (const filter of FILTERS) {
    for (const newestFirst of [false, true]) {
      for (const range of [{}, { from: from + 20, to: from + 50 }]) {
        const found = await all((page) => eventPage(source, filter, page), { newestFirst, ...range });
        const expected = eventsIn(filter, range.from ?? from, Math.min(range.to ?? head, head), of);
        expect(found.map(({ height, index: at }) => `${height} ${at}`)).toEqual(
          newestFirst ? expected.reverse() : expected,
        );
      }
    }
  }
  for (const account of [accountOf(0), accountOf(3), accountOf(9)]) {
    for (const newestFirst of [false, true]) {
      const found = await all((page) => accountPage(source, account, page), { newestFirst, limit: 5 });
      const expected = historyIn(account, from, head, of);
      const texts = found.map((one) => `${one.height} ${toHex(one.receipt.transaction)} ${one.roles.join()}`);
      expect(texts).toEqual(newestFirst ? expected.reverse() : expected);
    }
  }
}

describe(`history, seed ${seed}`, () => {
  it('is the same with an index, with none, and with one that is behind', async () => {
    await fill(1, 100);
    await expectHistory(undefined);
    const index = await openIndex();
    await expectHistory(index);
    await index.settled();
    expect(index.covered).toEqual({ from: 1, to: 100 });
    await expectHistory(index);
    // The thread has not been told of these.
    await fill(101, BLOCKS);
    await expectHistory(index);
    for (let height = 101; height <= BLOCKS; height++) index.advance(height);
    await index.settled();
    expect(index.covered).toEqual({ from: 1, to: BLOCKS });
    await expectHistory(index);
  });

  it('reads few blocks where the index knows which', async () => {
    await fill(1, BLOCKS);
    const index = await openIndex();
    await index.settled();
    const source = await sourceOf(index);
    const rare = { contract: contractOf(2), event: eventOf(0), topics: [[], [Uint8Array.of(1)]] };
    const found = await all((range) => eventPage(source, rare, range), { limit: 1000 });
    const heights = new Set(
      eventsIn({ contract: contractOf(2), topics: rare.topics }).map((at) => at.split(' ')[0]),
    );
    expect(source.reads).toBeLessThanOrEqual(heights.size);
    expect(found.length).toBe(eventsIn(rare).length);
  });

  it('goes on after a restart where it was, and after one that lost the index or part of it', async () => {
    await fill(1, 120);
    await (await openIndex()).settled();
    await open.pop()?.close();
    await fill(121, BLOCKS);
    const again = await openIndex();
    await again.settled();
    await expectHistory(again);
    await open.pop()?.close();
    const path = join(folder, 'history');
    const [log] = (await readdir(path)).filter((name) => name.endsWith('.log'));
    await rm(join(path, log ?? 'no log'));
    const cut = await openIndex();
    await cut.settled();
    await expectHistory(cut);
    await open.pop()?.close();
    await writeFile(join(path, 'CURRENT'), 'MANIFEST-999999\n');
    const damaged = await openIndex();
    await damaged.settled();
    expect(failures).toEqual([]);
    await expectHistory(damaged);
    await open.pop()?.close();
    await rm(path, { recursive: true });
    const anew = await openIndex();
    await anew.settled();
    await expectHistory(anew);
  });

  it('starts anew over other blocks, also where they are as many', async () => {
    await fill(1, 60);
    await (await openIndex()).settled();
    await open.pop()?.close();
    await store.revert(30);
    const others = [...records.slice(0, 30), ...forked(30)];
    await fill(31, 60, others);
    const index = await openIndex();
    await index.settled();
    await expectHistory(
      index,
      1,
      others.map(({ block }) => block),
    );
  });

  it('follows the chain back, and what takes the place of its blocks', async () => {
    await fill(1, 80);
    const index = await openIndex();
    await index.settled();
    await store.revert(40);
    index.revert(40);
    expect(index.covered.to).toBe(40);
    await expectHistory(index);
    const others = [...records.slice(0, 40), ...forked(40)];
    await fill(41, 70, others);
    const now = others.map(({ block }) => block);
    await expectHistory(index, 1, now);
    for (let height = 41; height <= 70; height++) index.advance(height);
    await index.settled();
    await expectHistory(index, 1, now);
    // Told only of what came instead.
    await store.revert(65);
    await fill(66, 66, records);
    index.advance(66);
    await index.settled();
    await expectHistory(index, 1, [...now.slice(0, 65), ...blocks.slice(65)]);
  });

  it('forgets what was pruned, and says where it begins', async () => {
    await fill(1, BLOCKS);
    const index = await openIndex();
    await index.settled();
    await store.flush(BLOCKS);
    for (const height of [40, 100]) {
      await store.prune(height);
      const oldest = await store.oldest();
      expect(oldest).toBeGreaterThan(height - 40);
      index.prune(oldest);
      await expectHistory(index, oldest);
    }
    const source = await sourceOf(index);
    const range = { limit: 1, newestFirst: false };
    await expect(eventPage(source, {}, { ...range, from: 1 })).rejects.toMatchObject({ code: 'QUERY_RANGE' });
    const cursor = { height: 1, place: 0 };
    await expect(eventPage(source, {}, { ...range, cursor })).rejects.toMatchObject({ code: 'QUERY_RANGE' });
  });

  it('refuses heights in no order, and is empty past the newest', async () => {
    await fill(1, 3);
    const source = await sourceOf(undefined);
    const range = { limit: 5, newestFirst: false };
    await expect(eventPage(source, {}, { ...range, from: 3, to: 2 })).rejects.toMatchObject({
      code: 'QUERY_RANGE',
    });
    expect(await eventPage(source, {}, { ...range, from: 9 })).toEqual({ items: [], next: undefined, to: 3 });
    expect((await eventPage(source, {}, { ...range, from: 0, to: 9, limit: 999 })).to).toBe(3);
  });
});

/** Other blocks of the heights above one. */
const forked = (height: number) => historyRecords(BLOCKS, createRandom(seed + 1).below, 'fork').slice(height);
