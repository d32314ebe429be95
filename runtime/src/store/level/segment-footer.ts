// The end of a full segment: how many frames it holds, where each begins, and how the chain enters and leaves it. So a
// store opens by its footers alone, whatever the history, and no segment can be lost, exchanged or cut unnoticed.

import { assert } from '../../base/assert.js';
import { bytesEqual, concatBytes, utf8 } from '../../base/bytes.js';
import { Reader, Writer } from '../../base/codec.js';
import { sha256 } from '../../base/hash.js';

const MAGIC = utf8('weft-seg');
const FIXED_BYTES = 8 + 8 + 4 + 32 + 32;
const DIGEST_BYTES = 32;
/** At the very end: length of the footer before it. */
export const FOOTER_LENGTH_BYTES = 4;
/** Frames of one segment. */
export const SEGMENT_FRAMES_MAX = 16_384;

export interface SegmentFooter {
  /** Height of the first frame. */
  readonly first: number;
  /** What the first frame names as previous, and the checksum of the last one; 32 bytes each. */
  readonly previous: Uint8Array;
  readonly last: Uint8Array;
  /** Bytes of each frame. */
  readonly lengths: readonly number[];
}

export function encodeFooter({ first, previous, last, lengths }: SegmentFooter): Uint8Array {
  assert(lengths.length <= SEGMENT_FRAMES_MAX, 'a segment has a bound');
  const writer = new Writer().fixed(MAGIC).number64(first).u32(lengths.length);
  writer.fixed(previous, 32).fixed(last, 32);
  for (const length of lengths) writer.u32(length);
  const checked = writer.finish();
  const footer = concatBytes(checked, sha256(checked));
  return concatBytes(footer, new Writer().u32(footer.length).finish());
}

/** Bytes of the footer that ends with these four; 0 where they name none. */
export function footerBytes(lastFour: Uint8Array): number {
  if (lastFour.length !== FOOTER_LENGTH_BYTES) return 0;
  const length = new Reader(lastFour, 'segment').u32();
  const frames = (length - FIXED_BYTES - DIGEST_BYTES) / 4;
  return Number.isInteger(frames) && frames >= 1 && frames <= SEGMENT_FRAMES_MAX ? length : 0;
}

/** The footer in these bytes (its length not among them); undefined where they are none. */
export function decodeFooter(bytes: Uint8Array): SegmentFooter | undefined {
  const checked = bytes.subarray(0, bytes.length - DIGEST_BYTES);
  if (checked.length < FIXED_BYTES || !bytesEqual(sha256(checked), bytes.subarray(checked.length)))
    return undefined;
  const reader = new Reader(checked, 'segment footer');
  if (!bytesEqual(reader.fixed(8), MAGIC)) return undefined;
  const first = reader.number64();
  const count = reader.u32();
  if (checked.length !== FIXED_BYTES + 4 * count) return undefined;
  const previous = reader.fixed(32);
  const last = reader.fixed(32);
  return { first, previous, last, lengths: Array.from({ length: count }, () => reader.u32()) };
}
