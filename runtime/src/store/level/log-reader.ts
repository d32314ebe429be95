// Reading the record log: a height to its frame, through a few open segments. It keeps no more than places, which a
// growing file does not change; after a prune or a revert it is asked to `forget`.
import { join } from 'node:path';
import { StoreError } from '../errors.js';
import type { FileSystem } from './file-system.js';
import { assertLink, type Frame } from './frame.js';
import { listSegments, Segment, segmentName } from './segment.js';

const OPEN_SEGMENTS_MAX = 4;

export class LogReader {
  readonly #files: FileSystem;
  readonly #folder: string;
  #firsts: readonly number[] | undefined;
  /** By first height, the one used last at the end. */
  readonly #open = new Map<number, Promise<Segment>>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(files: FileSystem, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  /** The frame of a height that is there, verified. @throws STORE_MISSING_RECORD, STORE_CORRUPT_RECORD, STORE_MISSING_FILE */
  frame(height: number): Promise<Frame> {
    return this.#inTurn(async () => {
      this.#firsts ??= await listSegments(this.#files, this.#folder);
      const first = lastAtMost(this.#firsts, height);
      try {
        return await this.#read(first, height);
      } catch (error) {
        // The newest segment known may have become full since.
        if (first !== this.#firsts.at(-1)) throw error;
        this.#firsts = await listSegments(this.#files, this.#folder);
        const newer = lastAtMost(this.#firsts, height);
        if (newer === first) throw error;
        return this.#read(newer, height);
      }
    });
  }

  /** Frames from..to, ascending, each linked to the one before. @throws as `frame` */
  async *frames(from: number, to: number): AsyncGenerator<Frame> {
    let previous: Uint8Array | undefined;
    for (let height = from; height <= to; height++) {
      const frame = await this.frame(height);
      if (previous !== undefined) assertLink(frame, previous);
      previous = frame.checksum;
      yield frame;
    }
  }

  /** Looks at the folder anew. */
  forget(): Promise<void> {
    return this.#inTurn(async () => {
      this.#firsts = undefined;
      const open = [...this.#open.values()];
      this.#open.clear();
      for (const segment of open) await (await segment.catch(() => undefined))?.close();
    });
  }

  /** One at a time: a segment is never closed under a reader. */
  #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(read);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #read(first: number | undefined, height: number): Promise<Frame> {
    const full = first !== this.#firsts?.at(-1);
    const segment = first === undefined ? undefined : await this.#opened(first, full);
    const frame = await segment?.frame(height);
    if (frame !== undefined) return frame;
    throw new StoreError('STORE_MISSING_RECORD', { expected: height, place: segment?.path ?? this.#folder });
  }

  async #opened(first: number, full: boolean): Promise<Segment> {
    const known = this.#open.get(first);
    const segment = known ?? Segment.open(this.#files, join(this.#folder, segmentName(first)), first);
    this.#open.delete(first);
    this.#open.set(first, segment);
    if (known === undefined) {
      segment.catch(() => this.#open.delete(first));
      if (this.#open.size > OPEN_SEGMENTS_MAX) await this.#closeOldest();
    }
    const opened = await segment;
    if (full && known === undefined) await opened.useFooter();
    return opened;
  }

  async #closeOldest(): Promise<void> {
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    this.#open.delete(oldest[0]);
    await (await oldest[1].catch(() => undefined))?.close();
  }
}

/** The last of ascending numbers that is not above a bound. */
function lastAtMost(numbers: readonly number[], bound: number): number | undefined {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! <= bound) low = middle + 1;
    else high = middle;
  }
  return numbers[low - 1];
}
