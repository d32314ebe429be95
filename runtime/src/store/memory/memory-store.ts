// The Store port without a disk, for tests and throw-away chains: same rules, same codes, gone with the process.
import { assert } from '../../base/assert.js';
import { bytesText } from '../../base/bytes.js';
import type { StateEntry, Store } from '../../ports/store.js';
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
  genesis: Uint8Array | undefined;
  readonly genesisState: Map<string, StateEntry>;
  readonly flat: Map<string, StateEntry>;
  /** Index = height - 1. */
  readonly records: BlockRecord[];
  readonly locations: Map<string, Location>;
  flushed: number;
}

/** An empty one. */
export function createMemoryDisk(): MemoryDisk {
  return {
    locked: false,
    genesis: undefined,
    genesisState: new Map(),
    flat: new Map(),
    records: [],
    locations: new Map(),
    flushed: 0,
  };
}

/** Opens a store on a disk, by default a new one. Keeps records by reference. @throws STORE_LOCKED */
export function createMemoryStore(disk: MemoryDisk = createMemoryDisk()): Store {
  if (disk.locked) throw new StoreError('STORE_LOCKED', { place: 'memory' });
  disk.locked = true;
  return new MemoryStore(disk);
}

class MemoryStore implements Store {
  readonly #disk: MemoryDisk;
  #open = true;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
  }

  async genesis(): Promise<Uint8Array | undefined> {
    return this.#opened().genesis?.slice();
  }

  async initialise(genesis: Uint8Array, state: readonly StateEntry[]): Promise<void> {
    const disk = this.#opened();
    if (disk.genesis !== undefined) throw new StoreError('STORE_INITIALISED');
    for (const entry of state) {
      assert(entry.value !== undefined, 'genesis state deletes nothing');
      disk.genesisState.set(keyText(entry.key), entry);
      disk.flat.set(keyText(entry.key), entry);
    }
    disk.genesis = genesis.slice();
  }

  async head(): Promise<number> {
    return this.#initialised().records.length;
  }

  async append(record: BlockRecord): Promise<void> {
    const disk = this.#initialised();
    const height = record.block.header.height;
    assertNextHeight(disk.records.length, height);
    record.block.receipts.forEach((receipt, index) => {
      const id = bytesText(receipt.transaction);
      const location = { height, index, included: isIncluded(receipt) };
      disk.locations.set(id, betterLocation(disk.locations.get(id), location));
    });
    disk.records.push(record);
  }

  async record(height: number): Promise<BlockRecord> {
    const record = this.#initialised().records[height - 1];
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

  async flush(height: number, changes: readonly StateEntry[]): Promise<void> {
    const disk = this.#initialised();
    assertFlushRange(disk.flushed, disk.records.length, height);
    for (const entry of changes) {
      if (entry.value === undefined) disk.flat.delete(keyText(entry.key));
      else disk.flat.set(keyText(entry.key), entry);
    }
    disk.flushed = height;
  }

  async *genesisState(): AsyncIterable<StateEntry> {
    yield* [...this.#initialised().genesisState.values()];
  }

  async locate(transactionId: Uint8Array): Promise<{ height: number; index: number } | undefined> {
    const location = this.#initialised().locations.get(bytesText(transactionId));
    return location && { height: location.height, index: location.index };
  }

  async close(): Promise<void> {
    if (this.#open) this.#disk.locked = false;
    this.#open = false;
  }

  #opened(): MemoryDisk {
    if (!this.#open) throw new StoreError('STORE_CLOSED');
    return this.#disk;
  }

  #initialised(): MemoryDisk {
    const disk = this.#opened();
    if (disk.genesis === undefined) throw new StoreError('STORE_UNINITIALISED');
    return disk;
  }
}
