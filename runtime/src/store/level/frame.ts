// A record as it lies on disk: a fixed header with checksums of itself and of its payload, then the payload.
// `previous` is the checksum of the record before (the genesis frame's for height 1), so records form one chain
// in which none can be lost, exchanged or stale unnoticed. SPEC: runtime/docs/spec/store.md.
import { bytesEqual, concatBytes, toHex, utf8 } from '../../base/bytes.js';
import { Reader, Writer } from '../../base/codec.js';
import { sha256 } from '../../base/hash.js';
import { LIMITS } from '../../base/limits.js';
import { StoreError } from '../errors.js';

const MAGIC = utf8('weft-rec');
const VERSION = 1;
const CHECKED_BYTES = 89;
/** Bytes before the payload. */
export const FRAME_HEAD_BYTES = CHECKED_BYTES + 32;

export interface Frame {
  readonly height: number;
  /** Rows the record has in the transaction index. */
  readonly transactions: number;
  /** Checksum of the frame of `height - 1`, 32 bytes; zero for genesis. */
  readonly previous: Uint8Array;
  /** SHA-256 of the header, which holds the payload's hash: names the whole frame, 32 bytes. */
  readonly checksum: Uint8Array;
  readonly payload: Uint8Array;
}

/** The bytes of a frame and its checksum. @throws CODEC_RANGE */
export function encodeFrame(frame: Omit<Frame, 'checksum'>): {
  readonly bytes: Uint8Array;
  readonly checksum: Uint8Array;
} {
  const head = new Writer()
    .fixed(MAGIC)
    .u8(VERSION)
    .number64(frame.height)
    .u32(frame.transactions)
    .u32(frame.payload.length)
    .fixed(sha256(frame.payload), 32)
    .fixed(frame.previous, 32)
    .finish();
  const checksum = sha256(head);
  return { bytes: concatBytes(head, checksum, frame.payload), checksum };
}

/** The frame of a height, verified; its payload is a view. @throws STORE_CORRUPT_RECORD, STORE_VERSION */
export function decodeFrame(bytes: Uint8Array, height: number): Frame {
  const place = `record ${height}`;
  const corrupt = (expected: string): StoreError =>
    new StoreError('STORE_CORRUPT_RECORD', { expected, place });
  if (bytes.length < FRAME_HEAD_BYTES) throw corrupt(`at least ${FRAME_HEAD_BYTES} bytes`);
  const head = bytes.subarray(0, CHECKED_BYTES);
  const checksum = bytes.slice(CHECKED_BYTES, FRAME_HEAD_BYTES);
  const payload = bytes.subarray(FRAME_HEAD_BYTES);
  if (!bytesEqual(sha256(head), checksum)) throw corrupt('the checksum of its header');
  const reader = new Reader(head, place);
  if (!bytesEqual(reader.fixed(8), MAGIC)) throw corrupt('the mark of a record');
  const version = reader.u8();
  if (version !== VERSION) throw new StoreError('STORE_VERSION', { expected: VERSION, got: version, place });
  const got = reader.number64();
  if (got !== height) throw new StoreError('STORE_CORRUPT_RECORD', { expected: height, got, place });
  const transactions = reader.u32();
  const length = reader.u32();
  if (length !== payload.length || length > LIMITS.recordBytes) throw corrupt(`a payload of ${length} bytes`);
  if (!bytesEqual(sha256(payload), reader.fixed(32))) throw corrupt('the hash of its payload');
  return { height, transactions, previous: reader.fixed(32), checksum, payload };
}

/** A frame continues the chain. @throws STORE_CORRUPT_RECORD */
export function assertLink(frame: Frame, previous: Uint8Array): void {
  if (bytesEqual(frame.previous, previous)) return;
  throw new StoreError('STORE_CORRUPT_RECORD', {
    expected: `to follow ${toHex(previous)}`,
    got: toHex(frame.previous),
    place: `record ${frame.height}`,
  });
}
