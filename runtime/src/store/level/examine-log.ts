// Every byte of the record log looked at, for `weft doctor`: unlike opening, which trusts the footers of full files, this
// reads each frame, decodes it, and says where the chain of sound records ends.
import { join } from 'node:path';
import { StoreError } from '../errors.js';
import type { StoredBase } from './base-file.js';
import type { FileSystem } from './file-system.js';
import { assertLink, type Frame } from './frame.js';
import { toRecord } from './record-frame.js';
import type { Link } from './record-log.js';
import { listSegments, Segment, segmentName } from './segment.js';

/** What a log holds. */
export interface LogExamination {
  /** Height of the first record there is; the one after the base where there is none. */
  readonly oldest: number;
  /** Frame before `oldest` and last sound one of the chain that begins there. */
  readonly first: Link;
  readonly newest: Link;
  /** What stands in the way of the next record; undefined: nothing, or a torn end. */
  readonly damage: StoreError | undefined;
  /** Full files whose footer is not sound though every frame in them is. */
  readonly footers: readonly string[];
}

/**
 * Reads the whole log. `known`: what the head file names, if it can be read; behind it an end may be torn.
 * About 5 ns a byte.
 */
export async function examineLog(
  files: FileSystem,
  folder: string,
  base: StoredBase,
  known: { readonly height: number; readonly oldest: number } | undefined,
  onRecord: (height: number) => void = () => undefined,
): Promise<LogExamination> {
  // What a prune cut short left counts no more.
  const firsts = (await listSegments(files, folder)).filter((height) => height >= (known?.oldest ?? 0));
  const oldest = firsts[0] ?? base.height + 1;
  let first: Link = { height: base.height, checksum: base.checksum };
  let newest = first;
  const footers: string[] = [];
  const end = (damage?: StoreError): LogExamination => ({ oldest, first, newest, damage, footers });
  for (const [index, start] of firsts.entries()) {
    const place = join(folder, segmentName(start));
    if (index > 0 && start !== newest.height + 1)
      return end(new StoreError('STORE_MISSING_RECORD', { expected: newest.height + 1, got: start, place }));
    const segment = await Segment.open(files, place, start);
    try {
      for (let height = start; ; height++) {
        const frame = await frameOrDamage(segment, height, firsts[index + 1]);
        if (frame === undefined) break;
        if (frame instanceof StoreError)
          return end(known !== undefined && height > known.height ? undefined : frame);
        if (height === oldest && oldest > base.height + 1) {
          first = { height: oldest - 1, checksum: frame.previous };
          newest = first;
        }
        try {
          assertLink(frame, newest.checksum);
          toRecord(frame);
        } catch (error) {
          return end(error as StoreError);
        }
        newest = { height, checksum: frame.checksum };
        onRecord(height);
      }
      if (index < firsts.length - 1 && (await segment.footer()) === undefined) footers.push(place);
    } finally {
      await segment.close();
    }
  }
  return end();
}

/** The frame, its damage, or undefined at the end of the file (where the next file begins). */
async function frameOrDamage(
  segment: Segment,
  height: number,
  next: number | undefined,
): Promise<Frame | StoreError | undefined> {
  if (height === next) return undefined;
  try {
    const frame = await segment.frame(height);
    if (frame !== undefined || next === undefined) return frame;
    return new StoreError('STORE_MISSING_RECORD', { expected: height, got: next, place: segment.path });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // The newest file may be full already: then its footer stands where a frame would.
    if (next === undefined && (await segment.footer())?.lengths.length === height - segment.first)
      return undefined;
    return new StoreError(
      error.code as 'STORE_CORRUPT_RECORD',
      { ...error.context, place: segment.path, height },
      error,
    );
  }
}
