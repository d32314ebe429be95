// One file of the record log: frames of consecutive heights, one behind the other, then, once it is full, a footer.
// Reading needs the file alone, so the storage thread reads what the main thread appends.
import type { FileHandle } from 'node:fs/promises';
import { StoreError } from '../errors.js';
import { type FileSystem, readAt } from './file-system.js';
import { decodeFrame, decodeFrameHead, FRAME_HEAD_BYTES, type Frame } from './frame.js';
import { decodeFooter, FOOTER_LENGTH_BYTES, footerBytes, type SegmentFooter } from './segment-footer.js';

const NAME = /^(\d{12})\.seg$/;

/** The name of the segment that begins with a height. */
export function segmentName(first: number): string {
  return `${String(first).padStart(12, '0')}.seg`;
}

/** First heights of a folder's segments, ascending; other files are passed over. */
export async function listSegments(files: FileSystem, folder: string): Promise<number[]> {
  const firsts = (await files.readdir(folder)).flatMap((name) => {
    const match = NAME.exec(name);
    return match ? [Number(match[1])] : [];
  });
  return firsts.sort((a, b) => a - b);
}

export class Segment {
  readonly first: number;
  readonly path: string;
  readonly #file: FileHandle;
  /** Where each known frame begins, and at last where the next one would. */
  readonly #ends: number[] = [0];

  private constructor(file: FileHandle, path: string, first: number) {
    this.#file = file;
    this.path = path;
    this.first = first;
  }

  /** @throws STORE_MISSING_FILE */
  static async open(files: FileSystem, path: string, first: number): Promise<Segment> {
    try {
      return new Segment(await files.open(path, 'r'), path, first);
    } catch (cause) {
      throw new StoreError('STORE_MISSING_FILE', { place: path }, cause);
    }
  }

  /** The footer of a full segment; undefined where the file does not end with a sound one. */
  async footer(): Promise<SegmentFooter | undefined> {
    const { size } = await this.#file.stat();
    const tail = await readAt(this.#file, Math.max(0, size - FOOTER_LENGTH_BYTES), FOOTER_LENGTH_BYTES);
    const length = footerBytes(tail);
    const from = size - FOOTER_LENGTH_BYTES - length;
    if (length === 0 || from < 0) return undefined;
    const footer = decodeFooter(await readAt(this.#file, from, length));
    if (footer === undefined || footer.first !== this.first) return undefined;
    return footer.lengths.reduce((sum, bytes) => sum + bytes, 0) === from ? footer : undefined;
  }

  /** Takes the places of the frames from the footer, so that none has to be looked for. */
  async useFooter(): Promise<void> {
    const footer = this.#ends.length === 1 ? await this.footer() : undefined;
    for (const length of footer?.lengths ?? []) this.#ends.push(this.#ends.at(-1)! + length);
  }

  /** The frame of a height, verified; undefined where the file ends before it. @throws STORE_CORRUPT_RECORD */
  async frame(height: number): Promise<Frame | undefined> {
    const index = height - this.first;
    while (this.#ends.length <= index + 1) {
      const from = this.#ends.at(-1)!;
      const head = await readAt(this.#file, from, FRAME_HEAD_BYTES);
      if (head.length === 0) return undefined;
      const next = this.first + this.#ends.length - 1;
      this.#ends.push(from + FRAME_HEAD_BYTES + decodeFrameHead(head, next).payloadBytes);
    }
    const from = this.#ends[index]!;
    return decodeFrame(await readAt(this.#file, from, this.#ends[index + 1]! - from), height);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
