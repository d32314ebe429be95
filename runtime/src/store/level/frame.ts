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
  const head = frameHead(frame);
  return { bytes: concatBytes(head, frame.payload), checksum: head.slice(CHECKED_BYTES) };
}

/** What stands before the payload; its last 32 bytes are the checksum. @throws CODEC_RANGE */
export function frameHead(frame: Omit<Frame, 'checksum'>): Uint8Array {
  const writer = new Writer()
    .fixed(MAGIC)
    .u8(VERSION)
    .number64(frame.height)
    .u32(frame.transactions)
    .u32(frame.payload.length)
    .fixed(sha256(frame.payload), 32)
    .fixed(frame.previous, 32);
  return writer.fixed(sha256(writer.view())).finish();
}

/** What stands before a payload. */
export interface FrameHead extends Omit<Frame, 'payload'> {
  readonly payloadBytes: number;
  readonly payloadHash: Uint8Array;
}

/** The height a frame names, not verified; 0 of fewer bytes than a frame has. */
export function frameHeight(bytes: Uint8Array): number {
  if (bytes.length < FRAME_HEAD_BYTES) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(9, true) + 2 ** 32 * view.getUint32(13, true);
}

/** The head of a height's frame, verified; bytes behind it are not looked at. @throws STORE_CORRUPT_RECORD, STORE_VERSION */
export function decodeFrameHead(bytes: Uint8Array, height: number): FrameHead {
  const place = `record ${height}`;
  if (bytes.length < FRAME_HEAD_BYTES) throw corrupt(`at least ${FRAME_HEAD_BYTES} bytes`, place);
  const head = bytes.subarray(0, CHECKED_BYTES);
  const checksum = bytes.slice(CHECKED_BYTES, FRAME_HEAD_BYTES);
  if (!bytesEqual(sha256(head), checksum)) throw corrupt('the checksum of its header', place);
  const reader = new Reader(head, place);
  if (!bytesEqual(reader.fixed(8), MAGIC)) throw corrupt('the mark of a record', place);
  const version = reader.u8();
  if (version !== VERSION) throw new StoreError('STORE_VERSION', { expected: VERSION, got: version, place });
  const got = reader.number64();
  if (got !== height) throw new StoreError('STORE_CORRUPT_RECORD', { expected: height, got, place });
  const transactions = reader.u32();
  const payloadBytes = reader.u32();
  if (payloadBytes > LIMITS.recordBytes) throw corrupt(`at most ${LIMITS.recordBytes} bytes`, place);
  const payloadHash = reader.fixed(32);
  return { height, transactions, previous: reader.fixed(32), checksum, payloadBytes, payloadHash };
}

/** The frame of a height, verified; its payload is a view. @throws STORE_CORRUPT_RECORD, STORE_VERSION */
export function decodeFrame(bytes: Uint8Array, height: number): Frame {
  const place = `record ${height}`;
  const { payloadBytes, payloadHash, ...head } = decodeFrameHead(bytes, height);
  const payload = bytes.subarray(FRAME_HEAD_BYTES);
  if (payload.length !== payloadBytes) throw corrupt(`a payload of ${payloadBytes} bytes`, place);
  if (!bytesEqual(sha256(payload), payloadHash)) throw corrupt('the hash of its payload', place);
  return { ...head, payload };
}

/** A frame continues the chain. @throws STORE_CORRUPT_RECORD */
export function assertLink(frame: Pick<Frame, 'height' | 'previous'>, previous: Uint8Array): void {
  if (bytesEqual(frame.previous, previous)) return;
  throw new StoreError('STORE_CORRUPT_RECORD', {
    expected: `to follow ${toHex(previous)}`,
    got: toHex(frame.previous),
    place: `record ${frame.height}`,
  });
}

function corrupt(expected: string, place: string): StoreError {
  return new StoreError('STORE_CORRUPT_RECORD', { expected, place });
}
