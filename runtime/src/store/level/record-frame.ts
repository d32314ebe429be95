// Between a record and its frame in the log.
import { Writer } from '../../base/codec.js';
import type { Block, BlockRecord } from '../../types/block.js';
import { decodeBlockRecord, decodeRecordBlock, writeBlockRecord } from '../../types/record-codec.js';
import { decodeRecordEffects, type RecordEffects } from '../../types/record-effects.js';
import { StoreError } from '../errors.js';
import { FRAME_HEAD_BYTES, type Frame, frameHead } from './frame.js';

/** Room kept from one record to the next. */
const ROOM_BYTES_MAX = 64 * 1024 * 1024;
const NO_HEAD = new Uint8Array(FRAME_HEAD_BYTES);

/** Makes frames in one buffer: large ones are dear to ask for. */
export class FrameWriter {
  readonly #writer = new Writer();

  /** The frame of a record behind the frame with checksum `previous`; its bytes are good until the next. @throws CodecError */
  frame(
    record: BlockRecord,
    previous: Uint8Array,
  ): { readonly bytes: Uint8Array; readonly checksum: Uint8Array } {
    const writer = this.#writer.clear(ROOM_BYTES_MAX).fixed(NO_HEAD);
    writeBlockRecord(writer, record);
    const head = frameHead({
      height: record.block.header.height,
      transactions: record.block.receipts.length,
      previous,
      payload: writer.view().subarray(FRAME_HEAD_BYTES),
    });
    return { bytes: writer.patch(0, head).view(), checksum: head.slice(-32) };
  }
}

/** The record a verified frame holds. @throws STORE_CORRUPT_RECORD */
export function toRecord(frame: Frame): BlockRecord {
  return taken(frame, decodeBlockRecord, ({ block }) => block.header.height);
}

/** Its block alone. @throws STORE_CORRUPT_RECORD */
export function toBlock(frame: Frame): Block {
  return taken(frame, decodeRecordBlock, ({ header }) => header.height);
}

/** What it says of state and of where transactions are, views of the frame. @throws STORE_CORRUPT_RECORD */
export function toEffects(frame: Frame): RecordEffects {
  return taken(frame, decodeRecordEffects, ({ height }) => height);
}

function taken<T>(frame: Frame, decode: (payload: Uint8Array) => T, heightOf: (value: T) => number): T {
  const place = `record ${frame.height}`;
  let value: T;
  try {
    value = decode(frame.payload);
  } catch (cause) {
    throw new StoreError('STORE_CORRUPT_RECORD', { expected: 'an encoded block record', place }, cause);
  }
  const got = heightOf(value);
  if (got !== frame.height)
    throw new StoreError('STORE_CORRUPT_RECORD', { expected: frame.height, got, place });
  return value;
}
