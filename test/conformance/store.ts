// What every implementation of the Store port must do, over a factory. A medium is what stays when a store closes:
// a folder, or memory.

import { toHex, utf8 } from '@weft/runtime/base/bytes';
import type { StateEntry, Store } from '@weft/runtime/ports/store';
import { openState } from '@weft/runtime/state/open-state';
import type { BlockRecord } from '@weft/runtime/types/block';
import { encodeHeader } from '@weft/runtime/types/header-codec';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSampleChain, randomFrom, type SampleChain, sampleReceipt } from '../support/sample-chain.js';

/** Where stores are opened; each call of `createMedium` gives a new, empty one. */
export interface Medium {
  open(): Promise<Store>;
}

const SEED = Number(process.env['WEFT_SEED'] ?? Date.now() % 2 ** 31);
const code = (name: string): unknown => expect.objectContaining({ code: name });

/** Mounts the suite under a name. */
export function testStore(name: string, createMedium: () => Promise<Medium>): void {
  describe(`store: ${name}`, () => {
    const chain = createSampleChain({ seed: SEED, blocks: 12, transactions: 9, keys: 40 });
    let medium: Medium;
    console.info(`store ${name}: WEFT_SEED=${SEED}`);
    beforeEach(async () => {
      medium = await createMedium();
    });
    testGenesis(chain, () => medium);
    testRecords(chain, () => medium);
    testFlatState(chain, () => medium);
    testPruneAndRevert(chain, () => medium, createMedium);
    testExclusive(chain, () => medium);
  });
}

/** A store with genesis and the first `blocks` records. */
export async function fillStore(medium: Medium, chain: SampleChain, blocks: number): Promise<Store> {
  const store = await medium.open();
  await store.initialise(chain.base, chain.genesisState);
  for (const record of chain.records.slice(0, blocks)) await store.append(record);
  return store;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

async function expectEntries(
  entries: AsyncIterable<StateEntry>,
  state: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const texts = (await collect(entries)).map(({ key, value }) => `${toHex(key)}=${toHex(value!)}`).sort();
  const expected = [...state].map(([text, value]) => `${toHex(utf8Latin(text))}=${toHex(value)}`).sort();
  expect(texts).toEqual(expected);
}

const utf8Latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

function testGenesis(chain: SampleChain, medium: () => Medium): void {
  it('a new store holds no chain, and says so', async () => {
    const store = await medium().open();
    expect(await store.genesis()).toBeUndefined();
    await expect(store.head()).rejects.toEqual(code('STORE_UNINITIALISED'));
    await expect(store.append(chain.records[0]!)).rejects.toEqual(code('STORE_UNINITIALISED'));
    await expect(openState(store)).rejects.toEqual(code('STATE_EMPTY_STORE'));
    await store.close();
  });

  it('genesis and its state are there after initialise, and after a reopen', async () => {
    await (await fillStore(medium(), chain, 0)).close();
    const store = await medium().open();
    expect(await store.genesis()).toEqual(chain.base.genesis);
    expect(await store.base()).toEqual(chain.base);
    expect(await store.head()).toBe(0);
    expect(await store.oldest()).toBe(1);
    expect(await store.flushedHeight()).toBe(0);
    await expectEntries(store.entries(), chain.states[0]!);
    await store.close();
  });

  it('a second initialise is refused and changes nothing', async () => {
    const store = await fillStore(medium(), chain, 1);
    await expect(store.initialise({ ...chain.base, genesis: utf8('other') }, [])).rejects.toEqual(
      code('STORE_INITIALISED'),
    );
    expect(await store.genesis()).toEqual(chain.base.genesis);
    expect(await store.head()).toBe(1);
    await store.close();
  });
}

function testRecords(chain: SampleChain, medium: () => Medium): void {
  const height = chain.records.length;

  it('records come back equal, one by one and in a row, after a reopen too', async () => {
    let store = await fillStore(medium(), chain, height);
    await store.close();
    store = await medium().open();
    expect(await store.head()).toBe(height);
    for (const record of chain.records)
      expect(await store.record(record.block.header.height)).toEqual(record);
    expect(await collect(store.records(1, height))).toEqual(chain.records);
    expect(await collect(store.records(4, 6))).toEqual(chain.records.slice(3, 6));
    expect(await collect(store.records(5, 4))).toEqual([]);
    await store.append(withTransactions(chain.records[0]!, height + 1, []));
    await store.close();
  });

  it('only the next height is appended, and a refused one changes nothing', async () => {
    const store = await fillStore(medium(), chain, 3);
    await expect(store.append(chain.records[2]!)).rejects.toEqual(code('STORE_HEIGHT_GAP'));
    await expect(store.append(chain.records[4]!)).rejects.toEqual(code('STORE_HEIGHT_GAP'));
    expect(await store.head()).toBe(3);
    await store.append(chain.records[3]!);
    expect(await store.record(4)).toEqual(chain.records[3]);
    await store.close();
  });

  it('a height without a block is a coded error', async () => {
    const store = await fillStore(medium(), chain, 2);
    for (const unknown of [0, 3, -1, 1.5]) {
      await expect(store.record(unknown)).rejects.toEqual(code('STORE_UNKNOWN_HEIGHT'));
    }
    await expect(collect(store.records(1, 3))).rejects.toEqual(code('STORE_UNKNOWN_HEIGHT'));
    await store.close();
  });

  it('every transaction is found by its id, and no other', async () => {
    const store = await fillStore(medium(), chain, height);
    for (const { block } of chain.records) {
      for (const [index, { transaction }] of block.receipts.entries()) {
        expect(await store.locate(transaction)).toEqual({ height: block.header.height, index });
      }
    }
    expect(await store.locate(new Uint8Array(32))).toBeUndefined();
    await store.close();
  });

  it('an id that was refused before it was included is found where it was included', async () => {
    const store = await fillStore(medium(), chain, 0);
    const id = new Uint8Array(32).fill(7);
    const refused = { ...sampleReceipt(id, 0), status: 'INVALID_NONCE' as const, phase: 'none' as const };
    const included = sampleReceipt(id, 0);
    await store.append(withTransactions(chain.records[0]!, 1, [refused]));
    expect(await store.locate(id)).toEqual({ height: 1, index: 0 });
    await store.append(
      withTransactions(chain.records[0]!, 2, [sampleReceipt(new Uint8Array(32), 0), included]),
    );
    await store.append(withTransactions(chain.records[0]!, 3, [refused]));
    expect(await store.locate(id)).toEqual({ height: 2, index: 1 });
    await store.close();
  });
}

function testFlatState(chain: SampleChain, medium: () => Medium): void {
  it('a flush brings flat state to a height', async () => {
    let store = await fillStore(medium(), chain, 9);
    await store.flush(4);
    await expectEntries(store.entries(), chain.states[4]!);
    await store.flush(9);
    await store.close();
    store = await medium().open();
    expect(await store.flushedHeight()).toBe(9);
    await expectEntries(store.entries(), chain.states[9]!);
    await store.close();
  });

  it('a flush outside flushed height and head is refused and changes nothing', async () => {
    const store = await fillStore(medium(), chain, 5);
    await store.flush(3);
    await expect(store.flush(2)).rejects.toEqual(code('STORE_FLUSH_RANGE'));
    await expect(store.flush(6)).rejects.toEqual(code('STORE_FLUSH_RANGE'));
    expect(await store.flushedHeight()).toBe(3);
    await store.close();
  });

  it('opens to the state of the head from any flushed height', async () => {
    const random = randomFrom(SEED);
    let store = await fillStore(medium(), chain, 0);
    let flushed = 0;
    for (let blocks = 1; blocks <= chain.records.length; blocks++) {
      await store.append(chain.records[blocks - 1]!);
      if (random(3) === 0) {
        const height = flushed + random(blocks - flushed + 1);
        await store.flush(height);
        flushed = height;
      }
      await store.close();
      store = await medium().open();
      const { state, head, flushBehind } = await openState(store);
      expect(state.height).toBe(blocks);
      expect(head?.block.header.height).toBe(blocks);
      expect(toHex(state.root())).toBe(toHex(chain.records[blocks - 1]!.block.header.stateRoot));
      for (const [text, value] of chain.states[blocks]!) {
        expect(state.read(utf8Latin(text) as StateEntry['key'])).toEqual(value);
      }
      expect(state.size).toBe(chain.states[blocks]!.size);
      if (random(4) === 0) {
        await flushBehind.drain();
        flushed = blocks;
        await expectEntries(store.entries(), chain.states[blocks]!);
      }
      expect(await store.flushedHeight()).toBe(flushed);
    }
    await store.close();
  });
}

function testPruneAndRevert(
  chain: SampleChain,
  medium: () => Medium,
  createMedium: () => Promise<Medium>,
): void {
  const height = chain.records.length;
  const rootAt = (at: number): string =>
    toHex(at === 0 ? chain.base.genesisRoot : chain.records[at - 1]!.block.header.stateRoot);

  it('pruning keeps what is not flushed, answers pruned heights with a code, and stays so', async () => {
    let store = await fillStore(medium(), chain, height);
    await store.flush(7);
    await expect(store.prune(9)).rejects.toEqual(code('STORE_RANGE'));
    await store.prune(6);
    const oldest = await store.oldest();
    expect(oldest).toBeLessThanOrEqual(6);
    await store.close();
    store = await medium().open();
    expect(await store.oldest()).toBe(oldest);
    expect(await store.head()).toBe(height);
    for (let at = 1; at <= height; at++) {
      const { transaction } = chain.records[at - 1]!.block.receipts[0]!;
      if (at < oldest) {
        await expect(store.record(at)).rejects.toEqual(code('STORE_PRUNED'));
        expect(await store.locate(transaction)).toBeUndefined();
      } else {
        expect(await store.record(at)).toEqual(chain.records[at - 1]);
        expect(await store.locate(transaction)).toEqual({ height: at, index: 0 });
      }
    }
    expect(toHex((await openState(store)).state.root())).toBe(rootAt(height));
    await store.close();
  });

  it('goes back to any height, flushed or not, and on from there', async () => {
    const random = randomFrom(SEED);
    for (const to of [height - 1, random(height), 0]) {
      const place = await createMedium();
      let store = await fillStore(place, chain, height);
      await store.flush(random(height + 1));
      await store.revert(to);
      expect(await store.head()).toBe(to);
      expect(await store.flushedHeight()).toBeLessThanOrEqual(to);
      expect(await store.locate(chain.records[to]!.block.receipts[0]!.transaction)).toBeUndefined();
      expect(toHex((await openState(store)).state.root())).toBe(rootAt(to));
      await store.append(chain.records[to]!);
      await store.close();
      store = await place.open();
      expect(await store.head()).toBe(to + 1);
      expect(toHex((await openState(store)).state.root())).toBe(rootAt(to + 1));
      await store.close();
    }
  });

  it('what was pruned right after going back stays so', async () => {
    for (const to of [height - 2, height - 1]) {
      const place = await createMedium();
      let store = await fillStore(place, chain, height);
      await store.flush(to);
      await store.revert(to);
      await store.prune(to);
      // A store with small files drops some; one with large files keeps all.
      const oldest = await store.oldest();
      await store.close();
      store = await place.open();
      expect(await store.oldest()).toBe(oldest);
      for (let at = oldest; at <= to; at++)
        expect(await store.locate(chain.records[at - 1]!.block.receipts[0]!.transaction)).toMatchObject({
          height: at,
        });
      await store.close();
    }
  });

  it('goes back no further than its records and no further than its head', async () => {
    const store = await fillStore(medium(), chain, 3);
    await expect(store.revert(4)).rejects.toEqual(code('STORE_RANGE'));
    await expect(store.revert(-1)).rejects.toEqual(code('STORE_RANGE'));
    await store.revert(3);
    expect(await store.head()).toBe(3);
    await store.close();
  });

  it('begins from a snapshot as from a genesis', async () => {
    const at = 5;
    const place = medium();
    let store = await place.open();
    const header = encodeHeader(chain.records[at - 1]!.block.header);
    await store.initialise({ ...chain.base, height: at, header }, entriesOf(chain.states[at]!));
    expect([await store.head(), await store.oldest(), await store.flushedHeight()]).toEqual([at, at + 1, at]);
    await expect(store.record(at - 1)).rejects.toEqual(code('STORE_UNKNOWN_HEIGHT'));
    for (const record of chain.records.slice(at)) await store.append(record);
    await store.close();
    store = await place.open();
    expect(toHex((await openState(store)).state.root())).toBe(rootAt(height));
    await store.revert(at);
    expect(toHex((await openState(store)).state.root())).toBe(rootAt(at));
    await store.close();
  });
}

function entriesOf(state: ReadonlyMap<string, Uint8Array>): StateEntry[] {
  return [...state].map(([text, value]) => ({ key: utf8Latin(text) as StateEntry['key'], value }));
}

function testExclusive(chain: SampleChain, medium: () => Medium): void {
  it('a second opener is refused until the first closes', async () => {
    const store = await fillStore(medium(), chain, 1);
    await expect(medium().open()).rejects.toEqual(code('STORE_LOCKED'));
    await store.close();
    await (await medium().open()).close();
  });

  it('after close every call is refused, and close again is harmless', async () => {
    const store = await fillStore(medium(), chain, 1);
    await store.close();
    await store.close();
    await expect(store.head()).rejects.toEqual(code('STORE_CLOSED'));
    await expect(store.append(chain.records[1]!)).rejects.toEqual(code('STORE_CLOSED'));
    await expect(store.record(1)).rejects.toEqual(code('STORE_CLOSED'));
    await expect(collect(store.entries())).rejects.toEqual(code('STORE_CLOSED'));
  });

  it('close waits for what was begun', async () => {
    const store = await fillStore(medium(), chain, 1);
    const appended = store.append(chain.records[1]!);
    await store.close();
    await appended;
    const again = await medium().open();
    expect(await again.head()).toBe(2);
    await again.close();
  });
}

/** A record of another height with other receipts; its roots do not fit, which no store looks at. */
function withTransactions(
  record: BlockRecord,
  height: number,
  receipts: readonly ReturnType<typeof sampleReceipt>[],
): BlockRecord {
  const block = {
    ...record.block,
    header: { ...record.block.header, height },
    receipts,
    transactions: receipts.map((_, index) => utf8(`transaction ${index}`)),
  };
  return { ...record, block, changes: receipts.map(() => []), stateDiff: [] };
}
