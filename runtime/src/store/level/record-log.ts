// The record log: `<folder>/records`, files of frames in order of height. Appending is one write and one sync at the end
// of the newest file; pruning removes whole files; nothing else ever changes a byte. SPEC: runtime/docs/spec/store.md.
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../errors.js';
import { type FileSystem, syncFolder, writeAt, writeError } from './file-system.js';
import { assertLink, decodeFrame, decodeFrameHead, FRAME_HEAD_BYTES, type Frame } from './frame.js';
import { LogReader } from './log-reader.js';
import { listSegments, Segment, segmentName } from './segment.js';
import { encodeFooter, SEGMENT_FRAMES_MAX } from './segment-footer.js';

/** A segment that has reached this many bytes takes no more. */
const SEGMENT_BYTES = 64 << 20;

/** A place in the chain of records: the frame of `height` has `checksum`. */
export interface Link {
  readonly height: number;
  readonly checksum: Uint8Array;
}

/** The newest segment as it is written. */
interface Active {
  readonly file: FileHandle;
  readonly first: number;
  /** What its first frame names as previous. */
  readonly previous: Uint8Array;
  readonly lengths: number[];
  end: number;
}

export interface LogOptions {
  readonly files: FileSystem;
  readonly folder: string;
  /** What the first record there ever was names as previous. */
  readonly base: Link;
  /** Heights below were pruned. */
  readonly oldest: number;
  /** Bytes after which a segment is full; default 64 MiB. */
  readonly segmentBytes?: number;
}

export class RecordLog {
  readonly #options: LogOptions;
  readonly #reader: LogReader;
  #active: Active | undefined;
  /** Newest frame that is whole; one before it. */
  newest: Link;
  before: Link;

  private constructor(options: LogOptions) {
    this.#options = options;
    this.#reader = new LogReader(options.files, options.folder);
    this.newest = options.base;
    this.before = options.base;
  }

  /**
   * Opens a log and verifies it: every full segment by its footer, the newest one frame by frame. What stands behind
   * the last whole frame is cut off if no frame above `acknowledged` was begun there.
   * @throws STORE_MISSING_RECORD, STORE_CORRUPT_RECORD, STORE_MISSING_FILE
   */
  static async open(options: LogOptions, acknowledged: number): Promise<RecordLog> {
    const log = new RecordLog(options);
    const expected = options.oldest;
    // What a prune cut short left goes with the next one.
    const all = await listSegments(options.files, options.folder);
    const firsts = all.filter((first) => first >= expected);
    if ((firsts[0] ?? expected) !== expected)
      throw new StoreError('STORE_MISSING_RECORD', { expected, got: firsts[0], place: options.folder });
    for (const [index, first] of firsts.entries()) {
      if (index < firsts.length - 1) await log.#openFull(first, firsts[index + 1]!);
      else await log.#openNewest(first, acknowledged);
    }
    return log;
  }

  /** The verified frame of a height, with no look at what follows it. @throws as `LogReader.frame` */
  frame(height: number): Promise<Frame> {
    return this.#reader.frame(height);
  }

  frames(from: number, to: number): AsyncGenerator<Frame> {
    return this.#reader.frames(from, to);
  }

  /**
   * Resolves when the frame of the next height is on disk. After STORE_DISK_FULL the log is as it was.
   * @throws STORE_DISK_FULL, STORE_WRITE_FAILED
   */
  async append(bytes: Uint8Array, checksum: Uint8Array): Promise<void> {
    const height = this.newest.height + 1;
    const active = await this.#writable();
    const created = active.lengths.length === 0;
    try {
      await writeAt(active.file, bytes, active.end);
      await active.file.datasync();
      if (created) await syncFolder(this.#options.files, this.#options.folder);
    } catch (cause) {
      await this.#takeBack(active, cause);
    }
    active.lengths.push(bytes.length);
    active.end += bytes.length;
    this.before = this.newest;
    this.newest = { height, checksum };
  }

  /** Where pruning below `height` would end: the first height of a segment. */
  async prunable(height: number): Promise<number> {
    const firsts = await listSegments(this.#options.files, this.#options.folder);
    return firsts.filter((first) => first <= height).at(-1) ?? this.#options.oldest;
  }

  /** The first height of what stands below `oldest`, if anything does. */
  async firstBelow(oldest: number): Promise<number | undefined> {
    const [first] = await listSegments(this.#options.files, this.#options.folder);
    return first !== undefined && first < oldest ? first : undefined;
  }

  /** Removes the segments below a first height of one. */
  async prune(oldest: number): Promise<void> {
    const { files, folder } = this.#options;
    for (const first of await listSegments(files, folder)) {
      if (first < oldest) await files.unlink(join(folder, segmentName(first)));
    }
    await syncFolder(files, folder);
    await this.#reader.forget();
  }

  /** Removes the frames above `link`, newest segments first; the log is opened anew afterwards. */
  static async cut(options: LogOptions, height: number): Promise<void> {
    const { files, folder } = options;
    const firsts = await listSegments(files, folder);
    for (const first of firsts.reverse()) {
      const path = join(folder, segmentName(first));
      if (first > height) {
        await files.unlink(path);
        continue;
      }
      const segment = await Segment.open(files, path, first);
      let end = 0;
      try {
        for (let at = first; at <= height; at++) {
          const frame = await segment.frame(at);
          if (frame === undefined)
            throw new StoreError('STORE_MISSING_RECORD', { expected: at, place: path });
          end += FRAME_HEAD_BYTES + frame.payload.length;
        }
      } finally {
        await segment.close();
      }
      await truncate(files, path, end);
      break;
    }
    await syncFolder(files, folder);
  }

  async close(): Promise<void> {
    await this.#reader.forget();
    await this.#active?.file.close();
    this.#active = undefined;
  }

  /** Checks a full segment's footer against what it stands between. */
  async #openFull(first: number, next: number): Promise<void> {
    const { files, folder } = this.#options;
    const segment = await Segment.open(files, join(folder, segmentName(first)), first);
    const place = segment.path;
    try {
      const footer = await segment.footer();
      if (footer === undefined)
        throw new StoreError('STORE_CORRUPT_RECORD', { expected: 'a footer of its segment', place });
      if (first + footer.lengths.length !== next) {
        const got = `${footer.lengths.length} records, then ${next}`;
        throw new StoreError('STORE_MISSING_RECORD', { expected: first + footer.lengths.length, got, place });
      }
      this.#assertEntry(first, footer.previous);
      this.newest = { height: next - 1, checksum: footer.last };
    } finally {
      await segment.close();
    }
  }

  /** Reads the newest segment whole and leaves it open for writing. */
  async #openNewest(first: number, acknowledged: number): Promise<void> {
    const { files, folder } = this.#options;
    const path = join(folder, segmentName(first));
    const bytes = await files.readFile(path);
    let end = 0;
    let previous: Uint8Array | undefined;
    const lengths: number[] = [];
    while (end < bytes.length) {
      const height = first + lengths.length;
      const frame = nextFrame(bytes.subarray(end), height, height <= acknowledged, path);
      if (frame === undefined) break;
      if (previous === undefined) this.#assertEntry(first, frame.previous);
      else assertLink(frame, this.newest.checksum);
      previous ??= frame.previous;
      const length = FRAME_HEAD_BYTES + frame.payload.length;
      lengths.push(length);
      end += length;
      this.before = this.newest;
      this.newest = { height, checksum: frame.checksum };
    }
    if (previous === undefined) {
      // Begun and never written: no frame of it was acknowledged.
      if (first <= acknowledged)
        throw new StoreError('STORE_MISSING_RECORD', { expected: first, place: path });
      await files.unlink(path);
      return;
    }
    if (end < bytes.length) await truncate(files, path, end);
    const file = await files.open(path, constants.O_RDWR);
    this.#active = { file, first, previous, lengths, end };
  }

  /** The first frame of a segment follows the newest one; after a prune nobody knows what the oldest follows. */
  #assertEntry(first: number, previous: Uint8Array): void {
    const { base, oldest } = this.#options;
    if (first === oldest && oldest !== base.height + 1) {
      this.newest = { height: first - 1, checksum: previous };
      return;
    }
    if (first !== this.newest.height + 1)
      throw new StoreError('STORE_MISSING_RECORD', { expected: this.newest.height + 1, got: first });
    assertLink({ height: first, previous }, this.newest.checksum);
  }

  /** The segment the next frame goes to, a new one where the newest is full. */
  async #writable(): Promise<Active> {
    const active = this.#active;
    const limit = this.#options.segmentBytes ?? SEGMENT_BYTES;
    if (active !== undefined && active.lengths.length === 0) return active;
    if (active !== undefined && active.end < limit && active.lengths.length < SEGMENT_FRAMES_MAX)
      return active;
    const { files, folder } = this.#options;
    const { height, checksum } = this.newest;
    if (active !== undefined) {
      try {
        const { first, previous, lengths } = active;
        await writeAt(active.file, encodeFooter({ first, previous, last: checksum, lengths }), active.end);
        await active.file.datasync();
      } catch (cause) {
        await this.#takeBack(active, cause);
      }
    }
    const path = join(folder, segmentName(height + 1));
    let file: FileHandle;
    try {
      file = await files.open(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC);
    } catch (cause) {
      throw writeError(cause, path);
    }
    await active?.file.close();
    this.#active = { file, first: height + 1, previous: checksum, lengths: [], end: 0 };
    return this.#active;
  }

  /** Cuts a failed write off again and throws its error. */
  async #takeBack(active: Active, cause: unknown): Promise<never> {
    const error = writeError(cause, join(this.#options.folder, segmentName(active.first)));
    if (error.code !== 'STORE_DISK_FULL') throw error;
    try {
      await active.file.truncate(active.end);
    } catch (second) {
      throw new StoreError('STORE_WRITE_FAILED', error.context, second);
    }
    throw error;
  }
}

/**
 * The frame these bytes begin with. Undefined where they hold no whole one: torn while it was written, which can only be
 * if it was not acknowledged.
 */
function nextFrame(
  bytes: Uint8Array,
  height: number,
  acknowledged: boolean,
  place: string,
): Frame | undefined {
  try {
    const { payloadBytes } = decodeFrameHead(bytes, height);
    return decodeFrame(bytes.subarray(0, FRAME_HEAD_BYTES + payloadBytes), height);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'STORE_VERSION') throw error;
    if (acknowledged)
      throw new StoreError('STORE_CORRUPT_RECORD', { expected: `record ${height}`, place }, error);
    return undefined;
  }
}

async function truncate(files: FileSystem, path: string, length: number): Promise<void> {
  const file = await files.open(path, constants.O_RDWR);
  try {
    await file.truncate(length);
    await file.sync();
  } finally {
    await file.close();
  }
}
