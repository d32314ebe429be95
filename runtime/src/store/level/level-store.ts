// The Store port on files and LevelDB: `<folder>/base` what the records begin after, `<folder>/records` the record log,
// `<folder>/head` the newest acknowledged height, `<folder>/level` flat state and the transaction index, which follow
// behind on a thread of their own. A block is durable as one checksummed record. SPEC: runtime/docs/spec/store.md.
import { existsSync } from 'node:fs';
import { bytesEqual } from '../../base/bytes.js';
import type { StateEntry, Store, StoreBase } from '../../ports/store.js';
import type { BlockRecord } from '../../types/block.js';
import { StoreError } from '../errors.js';
import { assertFlushRange, assertNextHeight } from '../rules.js';
import { encodeBase, type StoredBase } from './base-file.js';
import type { WriteGate } from './database.js';
import { inChunks } from './entry-codec.js';
import { type FileSystem, replaceFile, syncFolder, systemFiles, writeError } from './file-system.js';
import { openFlatDatabase } from './flat-database.js';
import type { FlatStorage } from './flat-storage.js';
import { openFlatThread } from './flat-thread.js';
import { HeadFile, type Slot } from './head-file.js';
import { finishRevert, openChain, type StoredChain, storePaths } from './open-chain.js';
import { createRecentIndex, type RecentIndex } from './recent-index.js';
import { FrameWriter, toRecord } from './record-frame.js';
import { type Link, RecordLog } from './record-log.js';

/** What tests and tools may change about a store. */
export interface LevelStoreOptions {
  /** Default: the machine's. */
  readonly files?: FileSystem;
  /** False: flat storage in this thread, behind `gate`. Default: in a thread of its own. */
  readonly thread?: boolean;
  readonly gate?: WriteGate;
  /** Bytes after which a file of the record log is full; default 64 MiB. */
  readonly segmentBytes?: number;
}

/**
 * Opens or creates a store in a folder (created if missing), which it holds until `close`. What an existing chain says of
 * itself is verified first: see "Opening" in the specification.
 * @throws STORE_LOCKED, STORE_MISSING_FILE, STORE_OPEN_FAILED, STORE_VERSION, STORE_MISSING_RECORD and each STORE_CORRUPT_…
 */
export async function openLevelStore(folder: string, options: LevelStoreOptions = {}): Promise<Store> {
  const files = options.files ?? systemFiles;
  const paths = storePaths(folder);
  await files.mkdir(paths.records, { recursive: true }).catch((cause) => {
    throw new StoreError('STORE_OPEN_FAILED', { place: folder }, cause);
  });
  const initialised = existsSync(paths.head);
  const data = { folder: paths.level, logFolder: paths.records, create: !initialised };
  const flat =
    options.thread === false
      ? await openFlatDatabase({ ...data, files, ...(options.gate ? { gate: options.gate } : {}) })
      : await openFlatThread(data);
  try {
    const context = { files, paths, flat, segmentBytes: options.segmentBytes };
    if (initialised) return new LevelStore(context, await openChain(context));
    if ((await files.readdir(paths.records)).length > 0)
      throw new StoreError('STORE_MISSING_FILE', { got: 'records', place: paths.head });
    return new LevelStore(context, undefined);
  } catch (error) {
    await flat.close();
    throw error;
  }
}

interface Context {
  readonly files: FileSystem;
  readonly paths: ReturnType<typeof storePaths>;
  readonly flat: FlatStorage;
  readonly segmentBytes: number | undefined;
}

class LevelStore implements Store {
  readonly #context: Context;
  readonly #recent: RecentIndex = createRecentIndex();
  #chain: StoredChain | undefined;
  #closed = false;
  #failure: StoreError | undefined;
  /** The record is on disk, its slot in the head file is not yet: the disk was full. */
  readonly #frames = new FrameWriter();
  #unacknowledged: Link | undefined;
  /** A revert the full disk holds up: nothing else is written before it is done. */
  #reverting: Slot | undefined;
  /** Writers take turns: settles when the last one is done, never rejects. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(context: Context, chain: StoredChain | undefined) {
    this.#context = context;
    this.#chain = chain;
  }

  async genesis(): Promise<Uint8Array | undefined> {
    this.#assertOpen();
    return this.#chain?.base.genesis.slice();
  }

  async base(): Promise<StoreBase> {
    const { height, genesis, genesisRoot, header } = this.#opened().base;
    return { height, genesis, genesisRoot, header };
  }

  async initialise(base: StoreBase, state: Iterable<StateEntry> | AsyncIterable<StateEntry>): Promise<void> {
    this.#assertOpen();
    return this.#inTurn(async () => {
      const { files, paths, flat, segmentBytes } = this.#context;
      if (this.#chain !== undefined) throw new StoreError('STORE_INITIALISED', { place: paths.head });
      // The head file makes it a chain: what a creation cut short before it left is no chain, and goes.
      await flat.fill([], true);
      for await (const chunk of inChunks(state)) await flat.fill(chunk, false);
      await flat.filled(base.height);
      const { bytes, checksum } = encodeBase(base);
      const stored: StoredBase = { ...base, checksum };
      const oldest = base.height + 1;
      try {
        await replaceFile(files, paths.base, bytes);
        await syncFolder(files, paths.folder);
        const headFile = await HeadFile.create(paths.head, { height: base.height, checksum, oldest }, files);
        const log = await RecordLog.open(
          { files, folder: paths.records, base: stored, oldest, ...(segmentBytes ? { segmentBytes } : {}) },
          base.height,
        );
        this.#chain = { base: stored, headFile, log, oldest, flushed: base.height };
      } catch (cause) {
        throw writeError(cause, paths.folder);
      }
    });
  }

  async head(): Promise<number> {
    return this.#head(this.#opened());
  }

  async oldest(): Promise<number> {
    return this.#opened().oldest;
  }

  async append(record: BlockRecord): Promise<void> {
    const chain = this.#opened();
    return this.#inTurn(async () => {
      if (this.#failure) throw this.#failure;
      if (this.#reverting !== undefined)
        throw new StoreError('STORE_DISK_FULL', { expected: 'the revert under way to end', place: 'append' });
      const height = record.block.header.height;
      assertNextHeight(this.#head(chain), height);
      const { log } = chain;
      const previous = this.#unacknowledged === undefined ? log.newest.checksum : log.before.checksum;
      const { bytes, checksum } = this.#frames.frame(record, previous);
      try {
        if (this.#unacknowledged === undefined) await log.append(bytes, checksum);
        else if (!bytesEqual(checksum, this.#unacknowledged.checksum))
          throw new StoreError('STORE_WRITE_FAILED', {
            expected: 'the record of the attempt before',
            got: 'another',
          });
        this.#unacknowledged = { height, checksum };
        await this.#acknowledge(chain, this.#unacknowledged);
        this.#unacknowledged = undefined;
      } catch (cause) {
        throw this.#failed(cause, this.#context.paths.folder);
      }
      this.#recent.add(height, record.block.receipts);
    });
  }

  async record(height: number): Promise<BlockRecord> {
    this.#assertHeight(height, height);
    return toRecord(await this.#opened().log.frame(height));
  }

  async *records(from: number, to: number): AsyncIterable<BlockRecord> {
    const { log } = this.#opened();
    if (from > to) return;
    this.#assertHeight(from, to);
    for await (const frame of log.frames(from, to)) yield toRecord(frame);
  }

  async flushedHeight(): Promise<number> {
    return this.#opened().flushed;
  }

  async *entries(): AsyncIterable<StateEntry> {
    this.#opened();
    yield* this.#context.flat.entries();
  }

  async flush(height: number): Promise<void> {
    const chain = this.#opened();
    assertFlushRange(chain.flushed, this.#head(chain), height);
    try {
      await this.#context.flat.flush(height);
    } catch (cause) {
      throw this.#failed(cause, this.#context.paths.level);
    }
    chain.flushed = Math.max(chain.flushed, height);
    this.#recent.drop(chain.flushed);
  }

  async prune(height: number): Promise<void> {
    const chain = this.#opened();
    return this.#inTurn(async () => {
      if (!Number.isInteger(height) || height > chain.flushed + 1)
        throw new StoreError('STORE_RANGE', { expected: `at most ${chain.flushed + 1}`, got: height });
      const oldest = Math.max(chain.oldest, await chain.log.prunable(height));
      try {
        // First the mark: a record is findable as long as it counts as kept.
        if (oldest > chain.oldest) await this.#keepFrom(chain, oldest);
        chain.oldest = oldest;
        const first = await chain.log.firstBelow(oldest);
        if (first === undefined) return;
        await this.#context.flat.forget(first, oldest - 1);
        await chain.log.prune(oldest);
      } catch (cause) {
        throw this.#failed(cause, this.#context.paths.records);
      }
      await this.#context.flat.reread();
    });
  }

  async revert(height: number): Promise<void> {
    const chain = this.#opened();
    return this.#inTurn(async () => {
      const head = this.#head(chain);
      // The header of the new head is in its record, or it is the base's.
      const least = chain.oldest === chain.base.height + 1 ? chain.base.height : chain.oldest;
      if (!Number.isInteger(height) || height < least || height > head)
        throw new StoreError('STORE_RANGE', { expected: `${least}..${head}`, got: height });
      if (height === head && this.#reverting === undefined) return;
      try {
        this.#reverting ??= await this.#beginRevert(chain, height);
        await finishRevert(this.#context, this.#reverting, chain.base);
        await this.#context.flat.reread();
        this.#chain = await openChain(this.#context);
        this.#reverting = undefined;
        this.#recent.clear();
        await chain.log.close();
      } catch (cause) {
        throw this.#failed(cause, this.#context.paths.folder);
      }
    });
  }

  async locate(transactionId: Uint8Array): Promise<{ height: number; index: number } | undefined> {
    const chain = this.#opened();
    const recent = this.#recent.find(transactionId, chain.flushed, this.#head(chain), (height) =>
      this.record(height),
    );
    const stored = await this.#context.flat.locate(transactionId);
    const place = this.#recent.better(stored, await recent);
    if (place === undefined || place.height < chain.oldest || place.height > this.#head(chain))
      return undefined;
    return { height: place.height, index: place.index };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#turn;
    await this.#context.flat.close();
    await this.#chain?.log.close();
    await this.#chain?.headFile.close();
  }

  /** Takes flat state below the new head and lets go of the files; the slot the head file will hold. */
  async #beginRevert(chain: StoredChain, height: number): Promise<Slot> {
    await this.#context.flat.takeBack(height);
    chain.flushed = Math.min(chain.flushed, height);
    const { previous } = await chain.log.frame(height + 1);
    await chain.log.close();
    await chain.headFile.close();
    return { height, checksum: previous, oldest: chain.oldest };
  }

  /** Marks the oldest record kept. The file is written whole: two slots of one height must not differ. */
  async #keepFrom(chain: StoredChain, oldest: number): Promise<void> {
    const { files, paths } = this.#context;
    await chain.headFile.close();
    try {
      chain.headFile = await HeadFile.create(paths.head, { ...chain.log.newest, oldest }, files);
    } catch (cause) {
      // A full disk leaves the file as it was.
      chain.headFile = await HeadFile.open(paths.head, files);
      throw cause;
    }
  }

  /** The second step of an append: from here on the block counts. */
  async #acknowledge(chain: StoredChain, { height, checksum }: Link): Promise<void> {
    await chain.headFile.write({ height, checksum, oldest: chain.oldest });
  }

  #head(chain: StoredChain): number {
    const { newest } = chain.log;
    return this.#unacknowledged === undefined ? newest.height : newest.height - 1;
  }

  /** The coded error of a failed write; any but a full disk ends all writing. */
  #failed(cause: unknown, place: string): StoreError {
    const error = writeError(cause, place);
    if (error.code !== 'STORE_DISK_FULL') this.#failure = error;
    return error;
  }

  #assertHeight(from: number, to: number): void {
    const chain = this.#opened();
    const { base, oldest } = chain;
    const head = this.#head(chain);
    const expected = `${oldest}..${head}`;
    const got = from === to ? from : `${from}..${to}`;
    if (!Number.isInteger(from) || from < Math.max(1, base.height) || to > head)
      throw new StoreError('STORE_UNKNOWN_HEIGHT', { expected, got });
    if (from < oldest) throw new StoreError('STORE_PRUNED', { expected, got });
  }

  /** Runs a writer after those before it. */
  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(write);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError('STORE_CLOSED', { place: this.#context.paths.folder });
  }

  #opened(): StoredChain {
    this.#assertOpen();
    if (this.#chain === undefined)
      throw new StoreError('STORE_UNINITIALISED', { place: this.#context.paths.folder });
    return this.#chain;
  }
}
