// Flat state and transaction index in LevelDB, fed from the record log: a flush reads the records it is behind, keeps the
// newest value of each key, and writes them with the marker of its height as one batch.
import { assert } from '../../base/assert.js';
import { bytesText } from '../../base/bytes.js';
import type { StateEntry } from '../../ports/store.js';
import type { StateKey } from '../../types/key.js';
import type { RecordEffects } from '../../types/record-effects.js';
import { StoreError } from '../errors.js';
import { isIncluded } from '../rules.js';
import { Database, type RowChange, type WriteGate } from './database.js';
import type { FileSystem } from './file-system.js';
import type { FlatStorage } from './flat-storage.js';
import { LogReader } from './log-reader.js';
import { toEffects } from './record-frame.js';
import {
  ALL_FLAT,
  ALL_FLUSHES,
  decodeFlush,
  decodeMarker,
  encodeFlush,
  encodeMarker,
  flatRow,
  flushRow,
  keyOfRow,
  type Location,
  MARKER_ROW,
  type Marker,
  readTransactionRow,
  rowChecksum,
  transactionRange,
  transactionRow,
} from './rows.js';

/**
 * Flushes journalled before the older half goes. The half that stays is more than LevelDB's log holds, and what is in
 * tables has checksums that are looked at.
 */
const JOURNAL_MAX = 262_144;

export interface FlatOptions {
  readonly files: FileSystem;
  /** Of the database. */
  readonly folder: string;
  readonly logFolder: string;
  /** The database may be new. */
  readonly create: boolean;
  readonly gate?: WriteGate;
}

/** Opens the database, and verifies what it says of itself. @throws STORE_* */
export async function openFlatDatabase(options: FlatOptions): Promise<FlatStorage> {
  const database = await Database.open(options.folder, options.create, options.gate);
  return new FlatDatabase(options, database);
}

class FlatDatabase implements FlatStorage {
  readonly #options: FlatOptions;
  readonly #log: LogReader;
  /** Undefined after a failed write, until it is open again. */
  #database: Database | undefined;
  #marker: Marker | undefined;
  #failure: StoreError | undefined;
  #closed = false;
  /** Heights flushed to since the database was opened. */
  #boundaries: number[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: FlatOptions, database: Database) {
    this.#options = options;
    this.#database = database;
    this.#log = new LogReader(options.files, options.logFolder);
  }

  flushed(): Promise<number> {
    return this.#inTurn(async () => (await this.#readMarker()).flushed);
  }

  fill(entries: readonly StateEntry[], first: boolean): Promise<void> {
    return this.#inTurn(async () => {
      const database = await this.#opened();
      if (first) await database.clear();
      await database.write(
        entries.map(({ key, value }) => ({ row: flatRow(key), value })),
        false,
      );
    });
  }

  filled(height: number): Promise<void> {
    return this.#inTurn(() => this.#write([], { flushed: height, since: height }, true));
  }

  flush(height: number): Promise<void> {
    return this.#inTurn(async () => {
      const marker = await this.#readMarker();
      if (height <= marker.flushed) return;
      const changes = new Map<string, RowChange>();
      const rows: RowChange[] = [];
      for await (const frame of this.#log.frames(marker.flushed + 1, height)) {
        const { receipts, stateDiff } = toEffects(frame);
        // Copies: a few small values must not hold on to whole records.
        for (const { key, after } of stateDiff)
          changes.set(bytesText(key), { row: flatRow(key), value: after?.slice() });
        for (const row of indexRows(receipts, frame.height)) rows.push({ row, value: rowChecksum(row) });
      }
      for (const change of changes.values()) rows.push(change);
      const since = await this.#journal(rows, marker, height);
      // No fsync: if it is lost, so is its marker, and the records above the older one are read again.
      await this.#write(rows, { flushed: height, since }, false);
      this.#boundaries.push(height);
    });
  }

  takeBack(height: number): Promise<void> {
    return this.#inTurn(async () => {
      const marker = await this.#readMarker();
      if (height >= marker.flushed) return;
      const changes = new Map<string, RowChange>();
      const rows: RowChange[] = [];
      for (let at = marker.flushed; at > height; at--) {
        const { receipts, stateDiff } = toEffects(await this.#log.frame(at));
        for (const { key, before } of stateDiff)
          changes.set(bytesText(key), { row: flatRow(key), value: before?.slice() });
        rows.push(...indexRows(receipts, at).map((row) => ({ row, value: undefined })));
      }
      for await (const [row] of (await this.#opened()).rows(ALL_FLUSHES))
        rows.push({ row, value: undefined });
      for (const change of changes.values()) rows.push(change);
      await this.#write(rows, { flushed: height, since: height }, true);
    });
  }

  forget(from: number, to: number): Promise<void> {
    return this.#inTurn(async () => {
      const database = await this.#opened();
      for await (const frame of this.#log.frames(from, to)) {
        const rows = indexRows(toEffects(frame).receipts, frame.height);
        await this.#keep(
          database.write(
            rows.map((row) => ({ row, value: undefined })),
            false,
          ),
        );
      }
    });
  }

  locate(id: Uint8Array): Promise<Location | undefined> {
    return this.#inTurn(async () => {
      const database = await this.#opened();
      for await (const [row, checksum] of database.rows(transactionRange(id), 1))
        return readTransactionRow(row, checksum);
      return undefined;
    });
  }

  async *entries(): AsyncIterable<StateEntry> {
    // An iterator of LevelDB sees the moment it was made at, whatever is flushed meanwhile.
    const rows = await this.#inTurn(async () => (await this.#opened()).rows(ALL_FLAT));
    for await (const [row, value] of rows) yield { key: keyOfRow(row) as StateKey, value };
  }

  async reread(): Promise<void> {
    await this.#log.forget();
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      this.#closed = true;
      await this.#log.forget();
      await this.#database?.close();
      this.#database = undefined;
    });
  }

  /** The marker, and behind it a journal without a gap: the log of LevelDB may lose batches in its middle. */
  async #readMarker(): Promise<Marker> {
    if (this.#marker !== undefined) return this.#marker;
    const database = await this.#opened();
    const marker = decodeMarker(await database.get(MARKER_ROW));
    let reached = marker.since;
    for await (const [row, stored] of database.rows(ALL_FLUSHES)) {
      const { from, to } = decodeFlush(row, stored);
      if (to <= marker.since) continue;
      if (from !== reached || to > marker.flushed) reached = Number.NaN;
      else reached = to;
    }
    if (reached !== marker.flushed) {
      throw new StoreError('STORE_CORRUPT_MARKER', {
        expected: `flushes from ${marker.since} to ${marker.flushed} without a gap`,
        got: Number.isNaN(reached) ? 'a flush that begins elsewhere' : reached,
        place: 'journal of flushes',
      });
    }
    this.#marker = marker;
    return marker;
  }

  /** Adds the journal's row of a flush, and the removal of those too old to matter; where the journal begins then. */
  async #journal(rows: RowChange[], marker: Marker, height: number): Promise<number> {
    rows.push({ row: flushRow(height), value: encodeFlush(marker.flushed) });
    const first = this.#boundaries.length === 0;
    if (!first && this.#boundaries.length < JOURNAL_MAX) return marker.since;
    // What was there when the database opened is in tables now.
    const since = first ? marker.flushed : (this.#boundaries[JOURNAL_MAX / 2] ?? marker.since);
    this.#boundaries = this.#boundaries.filter((boundary) => boundary > since);
    for await (const [row] of (await this.#opened()).rows({ gte: flushRow(0), lt: flushRow(since + 1) }))
      rows.push({ row, value: undefined });
    return since;
  }

  async #write(rows: RowChange[], marker: Marker, sync: boolean): Promise<void> {
    const database = await this.#opened();
    await this.#keep(database.write([...rows, { row: MARKER_ROW, value: encodeMarker(marker) }], sync));
    this.#marker = marker;
  }

  /** After a failed write LevelDB has to be opened again; only a full disk lets it be. */
  async #keep(write: Promise<void>): Promise<void> {
    try {
      await write;
    } catch (error) {
      assert(error instanceof StoreError, 'the database codes its errors');
      if (error.code !== 'STORE_DISK_FULL') this.#failure = error;
      this.#marker = undefined;
      this.#boundaries = [];
      await this.#database?.close();
      this.#database = undefined;
      throw error;
    }
  }

  async #opened(): Promise<Database> {
    if (this.#closed) throw new StoreError('STORE_CLOSED', { place: this.#options.folder });
    if (this.#failure !== undefined) throw this.#failure;
    this.#database ??= await Database.open(this.#options.folder, false, this.#options.gate);
    return this.#database;
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(action);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** Keys of the index rows of one block. */
function indexRows(receipts: RecordEffects['receipts'], height: number): Uint8Array[] {
  return receipts.map((receipt, index) =>
    transactionRow(receipt.transaction, { height, index, included: isIncluded(receipt) }),
  );
}
