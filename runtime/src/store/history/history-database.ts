// The history index in LevelDB, fed from the record log: for every block one row a term with the places under it, and
// with them, in one batch, how far the index reaches. It can be made again at any time, so damage only starts it anew.
import { rm } from 'node:fs/promises';
import { bytesEqual, bytesText, textBytes } from '../../base/bytes.js';
import type { BlockPlaces, FindOptions, HeightRange } from '../../ports/history-index.js';
import type { Block } from '../../types/block.js';
import { type Term, visitTerms } from '../../types/history-terms.js';
import { StoreError } from '../errors.js';
import { Database, type RowChange } from '../level/database.js';
import type { FileSystem } from '../level/file-system.js';
import { LogReader } from '../level/log-reader.js';
import { toBlock } from '../level/record-frame.js';
import {
  ALL_BATCHES,
  ALL_PLACES,
  batchRow,
  COVERED_ROW,
  type Covered,
  decodeBatch,
  decodeCovered,
  decodePlaces,
  encodeBatch,
  encodeCovered,
  encodePlaces,
  heightOfRow,
  placesRange,
  placesRow,
} from './history-rows.js';

/** Of one batch: blocks, and rows after which no further block goes in. */
const BATCH_BLOCKS = 64;
const BATCH_ROWS = 16_384;
/** Rows removed in one write. */
const SWEEP_ROWS = 16_384;
/** Batches chained before the older half is let go: the half that stays is more than LevelDB's log holds. */
const CHAINED_MAX = 262_144;
const NO_HASH = new Uint8Array(32);

export interface HistoryFiles {
  readonly files: FileSystem;
  /** Of the database. */
  readonly folder: string;
  readonly logFolder: string;
}
/** What the store holds when the index is opened. */
export interface StoredHeights {
  readonly oldest: number;
  readonly head: number;
}

/** Opens the index, anew where what is there is damaged or of other blocks. @throws STORE_LOCKED, STORE_DISK_FULL, STORE_OPEN_FAILED */
export async function openHistoryDatabase(
  options: HistoryFiles,
  stored: StoredHeights,
): Promise<HistoryDatabase> {
  const index = new HistoryDatabase(options, stored.oldest);
  await index.open(stored);
  return index;
}

export class HistoryDatabase {
  readonly #options: HistoryFiles;
  readonly #log: LogReader;
  #oldest: number;
  #database: Database | undefined;
  #covered: Covered;
  /** Heights batches ended at since the database was opened. */
  #chained: number[] = [];
  #closed = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: HistoryFiles, oldest: number) {
    this.#options = options;
    this.#log = new LogReader(options.files, options.logFolder);
    this.#oldest = oldest;
    this.#covered = nothingFrom(oldest);
  }

  get covered(): HeightRange {
    const { from, to } = this.#covered;
    return { from: Math.max(from, this.#oldest), to };
  }

  open({ oldest, head }: StoredHeights): Promise<void> {
    return this.#inTurn(async () => {
      const covered = await this.#orAnew(() => this.#readCovered());
      const fits = covered !== undefined && covered.to <= head && (await this.#isOfChain(covered, oldest));
      if (covered !== undefined && fits) this.#covered = covered;
      else await this.#startAnew();
    });
  }

  /** Indexes one batch of blocks more, up to a height at most. @throws what reading records or writing refuses */
  advance(to: number): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#covered.to >= to) return;
      await this.#orAnew(() => this.#addBatch(to));
    });
  }

  /** Undefined: the heights are not covered. */
  find(
    terms: readonly Term[],
    { from, to, limit, newestFirst }: FindOptions,
  ): Promise<readonly BlockPlaces[] | undefined> {
    return this.#inTurn(async () => {
      if (from < this.covered.from || to > this.covered.to) return undefined;
      return this.#orAnew(async () => {
        const found = new Map<number, Set<number>>();
        for (const term of terms) {
          const rows = (await this.#opened()).rows(placesRange(term, from, to), limit, newestFirst);
          for await (const [row, value] of rows) {
            const places = found.get(heightOfRow(row)) ?? new Set();
            for (const place of decodePlaces(row, value)) places.add(place);
            found.set(heightOfRow(row), places);
          }
        }
        // Each term told its first blocks: the first of all are among them.
        return [...found]
          .map(([height, places]) => ({ height, places: [...places].sort((a, b) => a - b) }))
          .sort((a, b) => (newestFirst ? b.height - a.height : a.height - b.height))
          .slice(0, limit);
      });
    });
  }

  /** The blocks above a height are no longer of the chain. */
  revert(height: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#log.forget();
      if (height >= this.#covered.to) return;
      await this.#orAnew(async () => {
        if (height < this.covered.from) return this.#startAnew();
        const { hash } = await this.#block(height);
        // First the mark: what stays of the rows above when a crash comes between is looked at before it is answered.
        await this.#write([], { ...this.#covered, to: height, since: height, hash }, true);
        await this.#sweep((at) => at > height);
      });
    });
  }

  /** Records below a height are gone. Rows go once they are as many as those that stay: each is looked at few times. */
  prune(oldest: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#log.forget();
      this.#oldest = Math.max(this.#oldest, oldest);
      const { from, to } = this.#covered;
      if (to < this.#oldest - 1) return this.#startAnew();
      if (this.#oldest - from < to - this.#oldest + 1) return;
      await this.#orAnew(async () => {
        await this.#write([], { ...this.#covered, from: this.#oldest }, true);
        await this.#sweep((at) => at < this.#oldest);
      });
    });
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#closed = true;
      await this.#log.forget();
      await this.#database?.close();
      this.#database = undefined;
    });
  }

  async #addBatch(to: number): Promise<void> {
    const { from, to: before } = this.#covered;
    const last = Math.min(to, before + BATCH_BLOCKS);
    const rows: RowChange[] = [];
    let next: Covered | undefined;
    for await (const frame of this.#log.frames(before + 1, last)) {
      const block = toBlock(frame);
      rows.push(...rowsOf(block));
      next = { from, to: frame.height, since: this.#covered.since, hash: block.hash };
      if (rows.length >= BATCH_ROWS) break;
    }
    if (next !== undefined) await this.#write(rows, next, false);
  }

  /** All rows and the new mark, or none. Not synced: a lost batch takes its mark along, and is made again. */
  async #write(rows: readonly RowChange[], next: Covered, sync: boolean): Promise<void> {
    const database = await this.#opened();
    const batch = batchRow(next.to);
    const goesOn = next.to > this.#covered.to;
    const since = goesOn ? this.#chainFrom() : next.since;
    const dropped: RowChange[] = [];
    if (since > this.#covered.since || !goesOn)
      for await (const [row] of database.rows(
        goesOn ? { gte: batchRow(0), lt: batchRow(since + 1) } : ALL_BATCHES,
      ))
        dropped.push({ row, value: undefined });
    const chain = goesOn ? [{ row: batch, value: encodeBatch(batch, this.#covered.to) }] : [];
    const covered = { ...next, since: goesOn ? since : next.to };
    await database.write(
      [...rows, ...dropped, ...chain, { row: COVERED_ROW, value: encodeCovered(covered) }],
      sync,
    );
    this.#covered = covered;
    if (goesOn) this.#chained.push(next.to);
    else this.#chained = [];
  }

  /** From where batches are chained on: what was there when the database opened is in tables now. */
  #chainFrom(): number {
    if (this.#chained.length === 0) return this.#covered.to;
    if (this.#chained.length < CHAINED_MAX) return this.#covered.since;
    const since = this.#chained[CHAINED_MAX / 2] ?? this.#covered.since;
    this.#chained = this.#chained.filter((to) => to > since);
    return since;
  }

  /** How far the index reaches, and the batches behind it without a gap. @throws STORE_CORRUPT_INDEX */
  async #readCovered(): Promise<Covered | undefined> {
    const database = await this.#opened();
    const stored = await database.get(COVERED_ROW);
    if (stored === undefined) return undefined;
    const covered = decodeCovered(stored);
    let reached = covered.since;
    for await (const [row, value] of database.rows(ALL_BATCHES)) {
      const { before, to } = decodeBatch(row, value);
      if (to <= covered.since) continue;
      reached = before === reached ? to : Number.NaN;
    }
    if (reached === covered.to) return covered;
    const expected = `batches from ${covered.since} to ${covered.to} without a gap`;
    throw new StoreError('STORE_CORRUPT_INDEX', { expected, place: 'history index' });
  }

  async #isOfChain({ from, to, hash }: Covered, oldest: number): Promise<boolean> {
    if (to < from) return from >= oldest;
    if (to < oldest) return false;
    return bytesEqual((await this.#block(to)).hash, hash);
  }

  async #block(height: number): Promise<Block> {
    return toBlock(await this.#log.frame(height));
  }

  async #sweep(isGone: (height: number) => boolean): Promise<void> {
    const database = await this.#opened();
    let gone: RowChange[] = [];
    for await (const [row] of database.rows(ALL_PLACES)) {
      if (!isGone(heightOfRow(row))) continue;
      gone.push({ row, value: undefined });
      if (gone.length < SWEEP_ROWS) continue;
      await database.write(gone, false);
      gone = [];
    }
    if (gone.length > 0) await database.write(gone, false);
  }

  /** An empty index in a new folder. */
  async #startAnew(): Promise<void> {
    await this.#database?.close();
    this.#database = undefined;
    await rm(this.#options.folder, { recursive: true, force: true });
    this.#covered = nothingFrom(this.#oldest);
    this.#chained = [];
  }

  /** Where the index is damaged it starts anew: undefined. After any other failure it is opened again. */
  async #orAnew<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof StoreError) || this.#closed) throw error;
      if (DAMAGE.has(error.code)) {
        await this.#startAnew();
        return undefined;
      }
      await this.#database?.close();
      this.#database = undefined;
      throw error;
    }
  }

  async #opened(): Promise<Database> {
    if (this.#closed) throw new StoreError('STORE_CLOSED', { place: this.#options.folder });
    if (this.#database === undefined) {
      const { files, folder } = this.#options;
      await files.mkdir(folder, { recursive: true });
      this.#database = await Database.open(folder, true).catch((error: unknown) => {
        const damaged = error instanceof StoreError && UNREADABLE.has(error.code);
        throw damaged ? new StoreError('STORE_CORRUPT_INDEX', error.context, error) : error;
      });
    }
    return this.#database;
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(action);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** Of the index itself; that of records is the store's. */
const DAMAGE: ReadonlySet<string> = new Set(['STORE_CORRUPT_INDEX', 'STORE_CORRUPT_DATABASE']);
const UNREADABLE: ReadonlySet<string> = new Set(['STORE_MISSING_FILE', 'STORE_OPEN_FAILED']);

function nothingFrom(oldest: number): Covered {
  return { from: oldest, to: oldest - 1, since: oldest - 1, hash: NO_HASH };
}

function rowsOf(block: Block): RowChange[] {
  const places = new Map<string, number[]>();
  visitTerms(block, (term, place) => {
    const text = bytesText(term);
    const known = places.get(text);
    if (known === undefined) places.set(text, [place]);
    else if (known.at(-1) !== place) known.push(place);
  });
  return [...places].map(([text, list]) => {
    const row = placesRow(textBytes(text), block.header.height);
    return { row, value: encodePlaces(row, list) };
  });
}
