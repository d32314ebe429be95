// Between a record and its frame in the log.
import type { BlockRecord } from '../../types/block.js';
import { decodeBlockRecord, encodeBlockRecord } from '../../types/record-codec.js';
import { StoreError } from '../errors.js';
import { encodeFrame, type Frame } from './frame.js';

/** The frame of a record behind the frame with checksum `previous`. @throws CodecError */
export function toFrame(
  record: BlockRecord,
  previous: Uint8Array,
): { readonly bytes: Uint8Array; readonly checksum: Uint8Array } {
  return encodeFrame({
    height: record.block.header.height,
    transactions: record.block.receipts.length,
    previous,
    payload: encodeBlockRecord(record),
  });
}

/** The record a verified frame holds. @throws STORE_CORRUPT_RECORD */
export function toRecord(frame: Frame): BlockRecord {
  const place = `record ${frame.height}`;
  let record: BlockRecord;
  try {
    record = decodeBlockRecord(frame.payload);
  } catch (cause) {
    throw new StoreError('STORE_CORRUPT_RECORD', { expected: 'an encoded block record', place }, cause);
  }
  const got = record.block.header.height;
  if (got !== frame.height)
    throw new StoreError('STORE_CORRUPT_RECORD', { expected: frame.height, got, place });
  return record;
}
