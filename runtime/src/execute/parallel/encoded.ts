// What transactions of the ordered part came to and all receipts as their bytes: made once, for the root and the record, and
// read off them by whoever asks.
import { BytesPart } from '../../base/bytes-part.js';
import { Reader, Writer } from '../../base/codec.js';
import type { ChangeList } from '../../types/block.js';
import type { ContractEvent, Failure, Receipt, ReceiptStatus } from '../../types/receipt.js';
import {
  EncodedReceipt,
  readReceiptEnd,
  writeReceipt,
  writeReceiptEnd,
  writeReceiptNumbers,
} from '../../types/receipt-codec.js';
import { ID_BYTES } from '../../types/transaction-ids.js';
import { type Executed, type ReceiptParts, receiptNumbers, refusedReceipt } from '../phases/assemble.js';

/** Room kept from one block to the next. */
const ROOM_BYTES_MAX = 64 * 1024 * 1024;
const WRITER = new Writer();

/** What a transaction of the ordered part came to. The bytes are the end of its receipt. */
export class EncodedExecuted extends BytesPart implements Executed {
  constructor(
    whole: Uint8Array,
    start: number,
    end: number,
    readonly status: ReceiptStatus,
    readonly gasUsed: number,
    readonly events: readonly ContractEvent[],
    readonly changes: ChangeList,
  ) {
    super(whole, start, end);
  }

  get phase(): 'ordered' {
    return 'ordered';
  }

  get ran(): true {
    return true;
  }

  get attemptGas(): number {
    return 0;
  }

  get failure(): Failure | undefined {
    return readReceiptEnd(new Reader(this.encoded, 'receipt')).failure;
  }

  get results(): readonly Uint8Array[] {
    return readReceiptEnd(new Reader(this.encoded, 'receipt')).results;
  }
}

/** As `receiptsOf`. */
export function encodedReceipts(parts: ReceiptParts): Receipt[] {
  const writer = WRITER.clear(ROOM_BYTES_MAX);
  const ends = parts.reservations.map((_, index) => {
    writeOne(writer, parts, index);
    return writer.length;
  });
  const bytes = writer.finish();
  return ends.map((end, index) => new EncodedReceipt(bytes, index === 0 ? 0 : ends[index - 1]!, end));
}

function writeOne(writer: Writer, parts: ReceiptParts, index: number): void {
  const reservation = parts.reservations[index]!;
  const one = parts.executed[index];
  if (reservation.kind === 'refused' || one === undefined) {
    writeReceipt(writer, refusedReceipt(reservation));
    return;
  }
  writer.part(parts.ids, ID_BYTES * index, ID_BYTES);
  writeReceiptNumbers(writer, receiptNumbers(parts, index, one));
  if (one instanceof EncodedExecuted) writer.part(one.whole, one.start, one.length);
  else writeReceiptEnd(writer, one);
}
