// What a block record says of state and of where its transactions are, read past all the rest: what flat storage takes from
// records that were verified before. The format is record-codec.ts's.
import { decodeExact, type Reader } from '../base/codec.js';
import { LIMITS } from '../base/limits.js';
import type { ValueChange } from './block.js';
import { readHeader } from './header-codec.js';
import type { Receipt } from './receipt.js';
import { readHookReceipt, readReceiptHead, skipEvent } from './receipt-codec.js';
import { assertRecordVersion } from './record-codec.js';

/** Byte strings are views of the record's bytes. */
export interface RecordEffects {
  readonly height: number;
  /** Block order. */
  readonly receipts: readonly Pick<Receipt, 'transaction' | 'status'>[];
  /** As the record's. */
  readonly stateDiff: readonly ValueChange[];
}

/** About a tenth of the time that decoding all of it takes. @throws CodecError */
export function decodeRecordEffects(bytes: Uint8Array): RecordEffects {
  return decodeExact(bytes, 'block record', (reader) => {
    assertRecordVersion(reader.u8());
    const { height } = readHeader(reader);
    repeat(reader, skipBytes);
    const receipts = reader.list(() => readReceiptHead(reader), LIMITS.blockTransactions);
    repeat(reader, skipEvent);
    repeat(reader, readHookReceipt);
    repeat(reader, skipChanges);
    const stateDiff = reader.list(() => readChange(reader), LIMITS.blockChanges);
    skipBytes(reader);
    return { height, receipts, stateDiff };
  });
}

/** A list whose items are passed over; each has a byte at least, so a count that is wrong ends with the bytes. */
function repeat(reader: Reader, skip: (reader: Reader) => unknown): void {
  for (let left = reader.u32(); left > 0; left--) skip(reader);
}

function skipBytes(reader: Reader): void {
  reader.skip(reader.u32());
}

function skipValue(reader: Reader): void {
  if (reader.tag(2, 'an option') === 1) skipBytes(reader);
}

function skipChange(reader: Reader): void {
  skipBytes(reader);
  skipValue(reader);
  skipValue(reader);
}

function skipChanges(reader: Reader): void {
  repeat(reader, skipChange);
}

function readValue(reader: Reader): Uint8Array | undefined {
  return reader.tag(2, 'an option') === 1 ? reader.bytesView(LIMITS.valueBytes) : undefined;
}

function readChange(reader: Reader): ValueChange {
  return { key: reader.bytesView(LIMITS.keyBytes), before: readValue(reader), after: readValue(reader) };
}
