// LevelDB as the store uses it: bytes in and out, every error coded. LevelDB checks no checksums here (that is the
// store's: tables at open, the journal of flushes, the state root), takes a missing CURRENT for a new database, and after
// a failed write works again only once it is reopened. Not compressed, so that tables can be checked without Snappy.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { StoreError } from '../errors.js';
import { isDiskFull, writeError } from './file-system.js';
import type { KeyRange } from './rows.js';
import { verifyLogs } from './verify-logs.js';
import { verifyTables } from './verify-tables.js';

/** A put, or with an undefined value a delete. */
export interface RowChange {
  readonly row: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Bytes an iterator reads ahead. */
const READ_AHEAD_BYTES = 1 << 20;
const WRITE_BUFFER_BYTES = 16 << 20;

/** Called before a write; what it throws fails the write. Tests put faults here. */
export type WriteGate = (rows: number) => void;

export class Database {
  readonly #level: Level<Uint8Array, Uint8Array>;
  readonly #gate: WriteGate;

  private constructor(level: Level<Uint8Array, Uint8Array>, gate: WriteGate) {
    this.#level = level;
    this.#gate = gate;
  }

  /**
   * `create`: the folder may be new. Otherwise its CURRENT file has to be there.
   * @throws STORE_LOCKED, STORE_MISSING_FILE, STORE_CORRUPT_DATABASE, STORE_OPEN_FAILED
   */
  static async open(folder: string, create: boolean, gate: WriteGate = () => undefined): Promise<Database> {
    if (!existsSync(join(folder, 'CURRENT')) && (!create || holdsData(folder))) {
      throw new StoreError('STORE_MISSING_FILE', { place: join(folder, 'CURRENT') });
    }
    await verifyLogs(folder);
    const level = new Level<Uint8Array, Uint8Array>(folder, { keyEncoding: 'view', valueEncoding: 'view' });
    try {
      await level.open({ createIfMissing: create, writeBufferSize: WRITE_BUFFER_BYTES, compression: false });
    } catch (error) {
      const cause = (error as Error).cause ?? error;
      const code = (cause as { code?: string }).code;
      if (code === 'LEVEL_LOCKED') throw new StoreError('STORE_LOCKED', { place: folder }, cause);
      if (code === 'LEVEL_CORRUPTION')
        throw new StoreError('STORE_CORRUPT_DATABASE', { place: folder }, cause);
      if (isDiskFull(cause)) throw new StoreError('STORE_DISK_FULL', { place: folder }, cause);
      throw new StoreError('STORE_OPEN_FAILED', { place: folder }, cause);
    }
    const database = new Database(level, gate);
    try {
      await verifyTables(folder, () => database.#tables());
    } catch (error) {
      await level.close();
      throw error;
    }
    return database;
  }

  /** Numbers of the table files in use. */
  #tables(): number[] {
    // On Node, `level` is classic-level, whose properties its common type leaves out.
    const level = this.#level as unknown as { getProperty(name: string): string };
    const listing = level.getProperty('leveldb.sstables');
    return [...listing.matchAll(/^ (\d+):\d+\[/gm)].map((match) => Number(match[1]));
  }

  /** @throws STORE_CORRUPT_DATABASE, STORE_CLOSED */
  async get(row: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      const value: Uint8Array | undefined = await this.#level.get(row);
      return value && plain(value);
    } catch (cause) {
      throw this.#readError(cause);
    }
  }

  /** Rows of a range in order, or from its end. @throws STORE_CORRUPT_DATABASE, STORE_CLOSED */
  async *rows(
    range: KeyRange,
    limit = -1,
    reverse = false,
  ): AsyncGenerator<readonly [Uint8Array, Uint8Array]> {
    try {
      const rows = this.#level.iterator({ ...range, limit, reverse, highWaterMarkBytes: READ_AHEAD_BYTES });
      for await (const [row, value] of rows) yield [plain(row), plain(value)];
    } catch (cause) {
      throw this.#readError(cause);
    }
  }

  /**
   * All changes or none. `sync`: on disk when it resolves. After a failure LevelDB takes no more: open it again.
   * @throws STORE_DISK_FULL, STORE_WRITE_FAILED, STORE_CLOSED
   */
  async write(changes: readonly RowChange[], sync: boolean): Promise<void> {
    try {
      this.#gate(changes.length);
      // Row by row: an array of operations takes four times as long.
      const batch = this.#level.batch();
      for (const { row, value } of changes) {
        if (value === undefined) batch.del(row);
        else batch.put(row, value);
      }
      await batch.write({ sync });
    } catch (cause) {
      if (this.#level.status !== 'open') throw new StoreError('STORE_CLOSED', {}, cause);
      throw writeError(cause, this.#level.location);
    }
  }

  /** Deletes all rows. */
  async clear(): Promise<void> {
    await this.#level.clear();
  }

  async close(): Promise<void> {
    await this.#level.close();
  }

  #readError(cause: unknown): unknown {
    if (cause instanceof StoreError) return cause;
    if (this.#level.status !== 'open') return new StoreError('STORE_CLOSED', {}, cause);
    const code = (cause as { code?: string } | undefined)?.code;
    // Only the database's own errors: a generator also sees what its consumer throws into it.
    return code?.startsWith('LEVEL_')
      ? new StoreError('STORE_CORRUPT_DATABASE', { place: this.#level.location }, cause)
      : cause;
  }
}

/** The database hands out Buffers, whose `slice` does not copy; everybody else counts on one that does. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** True if rows were ever written to a folder: then a missing CURRENT is damage, not a creation cut short. */
function holdsData(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some(
    (name) => name.endsWith('.ldb') || (name.endsWith('.log') && statSync(join(folder, name)).size > 0),
  );
}
