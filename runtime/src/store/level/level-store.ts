// The Store port on LevelDB: `<folder>/level` holds genesis, block records, the transaction index and flat state,
// `<folder>/head` the newest acknowledged height. A block is durable as one checksummed record, written with fsync.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateEntry, Store } from '../../ports/store.js';
import type { BlockRecord } from '../../types/block.js';
import type { StateKey } from '../../types/key.js';
import { decodeBlockRecord, encodeBlockRecord } from '../../types/record-codec.js';
import { StoreError } from '../errors.js';
import { assertFlushRange, assertNextHeight, isIncluded } from '../rules.js';
import { Database, type RowChange } from './database.js';
import { assertLink, decodeFrame, encodeFrame, type Frame } from './frame.js';
import { genesisRows, readGenesis, readGenesisState, type StoredGenesis } from './genesis-rows.js';
import { HeadFile, type Slot, syncFolder } from './head-file.js';
import {
  ALL_FLAT,
  ALL_RECORDS,
  decodeMarker,
  encodeMarker,
  flatRow,
  heightOfRow,
  keyOfRow,
  MARKER_ROW,
  readTransactionRow,
  recordRow,
  rowChecksum,
  transactionRange,
  transactionRow,
} from './rows.js';
import { verifyChain } from './verify-chain.js';

/** What is known of an initialised store. */
interface Chain {
  readonly genesis: StoredGenesis;
  readonly headFile: HeadFile;
  /** The newest durable record. */
  head: Slot;
  flushed: number;
}

/**
 * Opens or creates a store in a folder (created if missing), which it holds until `close`. An existing chain is
 * verified whole first.
 * @throws STORE_LOCKED, STORE_MISSING_FILE, STORE_OPEN_FAILED, STORE_VERSION, STORE_MISSING_RECORD and each STORE_CORRUPT_…
 */
export async function openLevelStore(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw new StoreError('STORE_OPEN_FAILED', { place: folder }, cause);
  });
  const headPath = join(folder, 'head');
  const initialised = existsSync(headPath);
  const database = await Database.open(join(folder, 'level'), !initialised);
  try {
    if (initialised) return new LevelStore(folder, database, await openChain(database, headPath));
    const newest = await database.lastRow(ALL_RECORDS);
    if (newest !== undefined) {
      throw new StoreError('STORE_MISSING_FILE', {
        got: `records up to ${heightOfRow(newest)}`,
        place: headPath,
      });
    }
    return new LevelStore(folder, database, undefined);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openChain(database: Database, headPath: string): Promise<Chain> {
  const genesis = await readGenesis(database);
  if (genesis === undefined) throw new StoreError('STORE_CORRUPT_GENESIS', { got: 'none', place: 'genesis' });
  const headFile = await HeadFile.open(headPath);
  try {
    const head = await verifyChain(database, headFile, genesis.checksum);
    const flushed = decodeMarker(await database.get(MARKER_ROW));
    if (flushed > head.height)
      throw new StoreError('STORE_CORRUPT_MARKER', { expected: head.height, got: flushed });
    return { genesis, headFile, head, flushed };
  } catch (error) {
    await headFile.close();
    throw error;
  }
}

class LevelStore implements Store {
  readonly #folder: string;
  readonly #database: Database;
  #chain: Chain | undefined;
  #closed = false;
  /** Writers take turns: settles when the last one is done, never rejects. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string, database: Database, chain: Chain | undefined) {
    this.#folder = folder;
    this.#database = database;
    this.#chain = chain;
  }

  async genesis(): Promise<Uint8Array | undefined> {
    this.#assertOpen();
    return this.#chain?.genesis.bytes.slice();
  }

  async initialise(genesis: Uint8Array, state: readonly StateEntry[]): Promise<void> {
    this.#assertOpen();
    return this.#inTurn(async () => {
      if (this.#chain !== undefined) throw new StoreError('STORE_INITIALISED', { place: this.#folder });
      const { rows, stored } = genesisRows(genesis, state);
      // The head file makes it a chain: rows of a creation cut short before it are no chain, and go.
      await this.#database.clear();
      await this.#database.write(rows, true);
      await syncFolder(this.#folder);
      const headFile = await this.#onDisk(HeadFile.create(join(this.#folder, 'head'), stored.checksum));
      this.#chain = { genesis: stored, headFile, head: { height: 0, checksum: stored.checksum }, flushed: 0 };
    });
  }

  async head(): Promise<number> {
    return this.#opened().head.height;
  }

  async append(record: BlockRecord): Promise<void> {
    const chain = this.#opened();
    return this.#inTurn(async () => {
      const height = record.block.header.height;
      assertNextHeight(chain.head.height, height);
      const rows: RowChange[] = record.block.receipts.map((receipt, index) => {
        const row = transactionRow(receipt.transaction, { height, index, included: isIncluded(receipt) });
        return { row, value: rowChecksum(row) };
      });
      const { bytes, checksum } = encodeFrame({
        height,
        transactions: rows.length,
        previous: chain.head.checksum,
        payload: encodeBlockRecord(record),
      });
      rows.push({ row: recordRow(height), value: bytes });
      await this.#database.write(rows, true);
      await this.#onDisk(chain.headFile.write({ height, checksum }));
      chain.head = { height, checksum };
    });
  }

  async record(height: number): Promise<BlockRecord> {
    const { head } = this.#opened();
    if (!Number.isInteger(height) || height < 1 || height > head.height) {
      throw new StoreError('STORE_UNKNOWN_HEIGHT', { expected: `1..${head.height}`, got: height });
    }
    const bytes = await this.#database.get(recordRow(height));
    if (bytes === undefined) throw new StoreError('STORE_MISSING_RECORD', { expected: height });
    return toRecord(decodeFrame(bytes, height));
  }

  async *records(from: number, to: number): AsyncIterable<BlockRecord> {
    const { head } = this.#opened();
    if (from > to) return;
    if (from < 1 || to > head.height) {
      throw new StoreError('STORE_UNKNOWN_HEIGHT', { expected: `1..${head.height}`, got: `${from}..${to}` });
    }
    let height = from;
    let previous: Uint8Array | undefined;
    for await (const [row, bytes] of this.#database.rows({ gte: recordRow(from), lt: recordRow(to + 1) })) {
      if (heightOfRow(row) !== height) break;
      const frame = decodeFrame(bytes, height);
      if (previous) assertLink(frame, previous);
      previous = frame.checksum;
      yield toRecord(frame);
      height++;
    }
    if (height <= to) throw new StoreError('STORE_MISSING_RECORD', { expected: height });
  }

  async flushedHeight(): Promise<number> {
    return this.#opened().flushed;
  }

  async *entries(): AsyncIterable<StateEntry> {
    this.#opened();
    for await (const [row, value] of this.#database.rows(ALL_FLAT)) {
      yield { key: keyOfRow(row) as StateKey, value };
    }
  }

  async flush(height: number, changes: readonly StateEntry[]): Promise<void> {
    const chain = this.#opened();
    return this.#inTurn(async () => {
      assertFlushRange(chain.flushed, chain.head.height, height);
      const rows: RowChange[] = changes.map(({ key, value }) => ({ row: flatRow(key), value }));
      rows.push({ row: MARKER_ROW, value: encodeMarker(height) });
      // No fsync: if it is lost, so is its marker, and the records above the older one are applied again.
      await this.#database.write(rows, false);
      chain.flushed = height;
    });
  }

  async *genesisState(): AsyncIterable<StateEntry> {
    yield* readGenesisState(this.#database, this.#opened().genesis);
  }

  async locate(transactionId: Uint8Array): Promise<{ height: number; index: number } | undefined> {
    this.#opened();
    for await (const [row, checksum] of this.#database.rows(transactionRange(transactionId), 1)) {
      const { height, index } = readTransactionRow(row, checksum);
      return { height, index };
    }
    return undefined;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#turn;
    await this.#database.close();
    await this.#chain?.headFile.close();
  }

  /** Runs a writer after those before it. */
  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(write);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** A write outside the database: its failure leaves the head unknown, so it stops the store too. */
  async #onDisk<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (cause) {
      this.#database.fail(cause);
      throw new StoreError('STORE_WRITE_FAILED', { place: join(this.#folder, 'head') }, cause);
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError('STORE_CLOSED', { place: this.#folder });
  }

  #opened(): Chain {
    this.#assertOpen();
    if (this.#chain === undefined) throw new StoreError('STORE_UNINITIALISED', { place: this.#folder });
    return this.#chain;
  }
}

/** The record a verified frame holds. @throws STORE_CORRUPT_RECORD */
function toRecord(frame: Frame): BlockRecord {
  const place = `record ${frame.height}`;
  let record: BlockRecord;
  try {
    record = decodeBlockRecord(frame.payload);
  } catch (cause) {
    throw new StoreError('STORE_CORRUPT_RECORD', { expected: 'an encoded block record', place }, cause);
  }
  const got = record.block.header.height;
  if (got !== frame.height)
    throw new StoreError('STORE_CORRUPT_RECORD', { expected: frame.height, got, place });
  return record;
}
