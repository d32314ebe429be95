// The Store port without a disk, for tests and throw-away chains: same rules, same codes, gone with the process.
import { assert } from '../../base/assert.js';
import { bytesText } from '../../base/bytes.js';
import type { StateEntry, Store, StoreBase } from '../../ports/store.js';
import type { BlockRecord } from '../../types/block.js';
import { keyText } from '../../types/key.js';
import { StoreError } from '../errors.js';
import { assertFlushRange, assertNextHeight, betterLocation, isIncluded } from '../rules.js';

interface Location {
  readonly height: number;
  readonly index: number;
  readonly included: boolean;
}

/** What a store in memory holds; outlives the store that is opened on it, as a folder would. */
export interface MemoryDisk {
  locked: boolean;
  base: StoreBase | undefined;
  flat: Map<string, StateEntry>;
  /** Ascending, without gaps, up to the head. */
  readonly records: BlockRecord[];
  flushed: number;
}

/** An empty one. */
export function createMemoryDisk(): MemoryDisk {
  return { locked: false, base: undefined, flat: new Map(), records: [], flushed: 0 };
}

/** A disk of the same content that shares nothing that changes; unlocked. */
export function copyMemoryDisk(disk: MemoryDisk): MemoryDisk {
  return { ...disk, locked: false, flat: new Map(disk.flat), records: [...disk.records] };
}

/** Opens a store on a disk, by default a new one. Keeps records by reference. @throws STORE_LOCKED */
export function createMemoryStore(disk: MemoryDisk = createMemoryDisk()): Store {
  if (disk.locked) throw new StoreError('STORE_LOCKED', { place: 'memory' });
  disk.locked = true;
  return new MemoryStore(disk);
}

class MemoryStore implements Store {
  readonly #disk: MemoryDisk;
  /** By transaction id; made anew after a revert or a prune. */
  #locations: Map<string, Location> | undefined;
  #open = true;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
  }

  async genesis(): Promise<Uint8Array | undefined> {
    return this.#opened().base?.genesis.slice();
  }

  async base(): Promise<StoreBase> {
    return this.#initialised().base;
  }

  async initialise(base: StoreBase, state: Iterable<StateEntry> | AsyncIterable<StateEntry>): Promise<void> {
    const disk = this.#opened();
    if (disk.base !== undefined) throw new StoreError('STORE_INITIALISED');
    const flat = new Map<string, StateEntry>();
    for await (const entry of state) {
      assert(entry.value !== undefined, 'the state of a base deletes nothing');
      flat.set(keyText(entry.key), entry);
    }
    disk.flat = flat;
    disk.flushed = base.height;
    disk.base = { ...base, genesis: base.genesis.slice() };
  }

  async head(): Promise<number> {
    return this.#head();
  }

  async oldest(): Promise<number> {
    return this.#initialised().records[0]?.block.header.height ?? this.#head() + 1;
  }

  async append(record: BlockRecord): Promise<void> {
    const disk = this.#initialised();
    assertNextHeight(this.#head(), record.block.header.height);
    disk.records.push(record);
    if (this.#locations !== undefined) addLocations(this.#locations, record);
  }

  async record(height: number): Promise<BlockRecord> {
    const { records, base } = this.#initialised();
    const first = records[0]?.block.header.height ?? 0;
    if (Number.isInteger(height) && height >= Math.max(1, base.height) && height < first)
      throw new StoreError('STORE_PRUNED', { expected: `from ${first}`, got: height });
    const record = records[height - first];
    if (!record) throw new StoreError('STORE_UNKNOWN_HEIGHT', { got: height });
    return record;
  }

  async *records(from: number, to: number): AsyncIterable<BlockRecord> {
    for (let height = from; height <= to; height++) yield await this.record(height);
  }

  async flushedHeight(): Promise<number> {
    return this.#initialised().flushed;
  }

  async *entries(): AsyncIterable<StateEntry> {
    yield* [...this.#initialised().flat.values()];
  }

  async flush(height: number): Promise<void> {
    const disk = this.#initialised();
    assertFlushRange(disk.flushed, this.#head(), height);
    for await (const { stateDiff } of this.records(disk.flushed + 1, height)) {
      for (const { key, after } of stateDiff) setEntry(disk, key as StateEntry['key'], after);
    }
    disk.flushed = height;
  }

  async prune(height: number): Promise<void> {
    const disk = this.#initialised();
    if (!Number.isInteger(height) || height > disk.flushed + 1)
      throw new StoreError('STORE_RANGE', { expected: `at most ${disk.flushed + 1}`, got: height });
    const oldest = await this.oldest();
    // The newest record stays: from it the head is known.
    disk.records.splice(0, Math.max(0, Math.min(height - oldest, disk.records.length - 1)));
    this.#locations = undefined;
  }

  async revert(height: number): Promise<void> {
    const disk = this.#initialised();
    const oldest = await this.oldest();
    const least = oldest === disk.base.height + 1 ? disk.base.height : oldest;
    if (!Number.isInteger(height) || height < least || height > this.#head())
      throw new StoreError('STORE_RANGE', { expected: `${least}..${this.#head()}`, got: height });
    for (let at = this.#head(); at > height; at--) {
      const record = await this.record(at);
      if (at <= disk.flushed)
        for (const { key, before } of record.stateDiff) setEntry(disk, key as StateEntry['key'], before);
      disk.records.pop();
    }
    disk.flushed = Math.min(disk.flushed, height);
    this.#locations = undefined;
  }

  async locate(transactionId: Uint8Array): Promise<{ height: number; index: number } | undefined> {
    const { records } = this.#initialised();
    if (this.#locations === undefined) {
      this.#locations = new Map();
      for (const record of records) addLocations(this.#locations, record);
    }
    const location = this.#locations.get(bytesText(transactionId));
    return location && { height: location.height, index: location.index };
  }

  async close(): Promise<void> {
    if (this.#open) this.#disk.locked = false;
    this.#open = false;
  }

  #head(): number {
    const { records, base } = this.#initialised();
    return records.at(-1)?.block.header.height ?? base.height;
  }

  #opened(): MemoryDisk {
    if (!this.#open) throw new StoreError('STORE_CLOSED');
    return this.#disk;
  }

  #initialised(): MemoryDisk & { readonly base: StoreBase } {
    const disk = this.#opened();
    if (disk.base === undefined) throw new StoreError('STORE_UNINITIALISED');
    return disk as MemoryDisk & { readonly base: StoreBase };
  }
}

function setEntry(disk: MemoryDisk, key: StateEntry['key'], value: Uint8Array | undefined): void {
  if (value === undefined) disk.flat.delete(keyText(key));
  else disk.flat.set(keyText(key), { key, value });
}

function addLocations(locations: Map<string, Location>, { block }: BlockRecord): void {
  block.receipts.forEach((receipt, index) => {
    const id = bytesText(receipt.transaction);
    const location = { height: block.header.height, index, included: isIncluded(receipt) };
    locations.set(id, betterLocation(locations.get(id), location));
  });
}
