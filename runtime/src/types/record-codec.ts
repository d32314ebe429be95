// A block record's bytes: the block, every value it changed, the seal. What the store makes durable (it adds its own
// framing and checksum) and what undo, replay and repair read. SPEC: runtime/docs/spec/record.md.
import { compareBytes } from '../base/bytes.js';
import { BytesPart } from '../base/bytes-part.js';
import { decodeExact, Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { LIMITS } from '../base/limits.js';
import type { Block, BlockRecord, ChangeList, EncodedList, ValueChange } from './block.js';
import { headerHash, readHeader, writeHeader } from './header-codec.js';
import { asStateKey } from './key.js';
import {
  readEvent,
  readHookReceipt,
  readReceipt,
  writeEvent,
  writeHookReceipt,
  writeReceipts,
} from './receipt-codec.js';

/** The format's version. */
const RECORD_VERSION = 1;

/** @throws CodecError */
export function encodeBlockRecord(record: BlockRecord): Uint8Array {
  const writer = new Writer();
  writeBlockRecord(writer, record);
  return writer.finish();
}

/** The same behind what a writer holds. @throws CodecError */
export function writeBlockRecord(writer: Writer, record: BlockRecord): void {
  writer.u8(RECORD_VERSION);
  writeBlock(writer, record.block);
  assertAligned(record);
  writer.list(record.changes, (changes) => writeChanges(writer, changes));
  writeChanges(writer, record.stateDiff);
  writer.bytes(record.seal);
}

/** Inverse of `encodeBlockRecord`; the block's hash is computed, not read. @throws CodecError */
export function decodeBlockRecord(bytes: Uint8Array): BlockRecord {
  return decodeExact(bytes, 'block record', (reader) => {
    assertRecordVersion(reader.u8());
    const block = readBlock(reader);
    const changes = reader.list(() => readChanges(reader), LIMITS.blockTransactions);
    const record = { block, changes, stateDiff: readChanges(reader), seal: reader.bytes(LIMITS.sealBytes) };
    assertAligned(record);
    return record;
  });
}

/** The block of a record that was verified before; what follows it is not read. @throws CodecError */
export function decodeRecordBlock(bytes: Uint8Array): Block {
  const reader = new Reader(bytes, 'block record');
  assertRecordVersion(reader.u8());
  return readBlock(reader);
}

/** @throws CODEC_VERSION */
export function assertRecordVersion(version: number): void {
  if (version === RECORD_VERSION) return;
  throw new CodecError('CODEC_VERSION', { expected: RECORD_VERSION, got: version, place: 'block record' });
}

function writeBlock(writer: Writer, block: Block): void {
  writeHeader(writer, block.header);
  writer.list(block.transactions, (transaction) => writer.bytes(transaction));
  writeReceipts(writer, block.receipts);
  writer.list(block.events, (event) => writeEvent(writer, event));
  writer.list(block.hooks, (hook) => writeHookReceipt(writer, hook));
}

function readBlock(reader: Reader): Block {
  const header = readHeader(reader);
  // A decided block may hold a transaction past the size limit: it is kept, with an INVALID_FORM receipt.
  const transactions = reader.list(() => reader.bytes(LIMITS.blockBytes), LIMITS.blockTransactions);
  const receipts = reader.list(() => readReceipt(reader), LIMITS.blockTransactions);
  const events = reader.list(() => readEvent(reader), LIMITS.blockEvents);
  const hooks = reader.list(() => readHookReceipt(reader), 2 * LIMITS.hooks + LIMITS.upgrades);
  return { header, hash: headerHash(header), transactions, receipts, events, hooks };
}

/** One receipt and one list of changes a transaction. */
function assertAligned({ block, changes }: Pick<BlockRecord, 'block' | 'changes'>): void {
  const expected = block.transactions.length;
  const got = block.receipts.length === expected ? changes.length : block.receipts.length;
  if (got !== expected) throw new CodecError('CODEC_LENGTH', { expected, got, place: 'block record' });
}

/** Changes of our own making as `writeChanges` writes them. */
export class EncodedChanges extends BytesPart implements EncodedList {
  #list: readonly ValueChange[] | undefined;

  /** See `writtenBytes`. No change is decoded for it: every block asks. */
  get writtenBytes(): number {
    const reader = new Reader(this.encoded, 'changes');
    let written = 0;
    for (let left = reader.u32(); left > 0; left--) {
      written += skipBytes(reader);
      skipValue(reader);
      written += skipValue(reader);
    }
    return written;
  }

  get list(): readonly ValueChange[] {
    this.#list ??= decodeExact(this.encoded, 'changes', readChanges);
    return this.#list;
  }

  /** The list, as plain data has it. */
  toJSON(): readonly ValueChange[] {
    return this.list;
  }
}

/** The changes, whichever way they are held. */
export function listOf(changes: ChangeList): readonly ValueChange[] {
  return changes instanceof EncodedChanges ? changes.list : (changes as readonly ValueChange[]);
}

/** Bytes of the keys and of the values after: what blocks have a limit for. */
export function writtenBytes(changes: ChangeList): number {
  if (changes instanceof EncodedChanges) return changes.writtenBytes;
  let written = 0;
  for (const { key, after } of listOf(changes)) written += key.length + (after?.length ?? 0);
  return written;
}

/** The length of what is passed over. */
function skipBytes(reader: Reader): number {
  const length = reader.u32();
  reader.skip(length);
  return length;
}

function skipValue(reader: Reader): number {
  return reader.bool() ? skipBytes(reader) : 0;
}

/** Keys ascending and distinct. @throws CODEC_ORDER */
export function writeChanges(writer: Writer, changes: ChangeList): void {
  if (changes instanceof EncodedChanges) {
    writer.part(changes.whole, changes.start, changes.length);
    return;
  }
  writeList(writer, listOf(changes));
}

function writeList(writer: Writer, changes: readonly ValueChange[]): void {
  assertAscending(changes);
  writer.list(changes, ({ key, before, after }) => {
    writer.bytes(key);
    writeValue(writer, before);
    writeValue(writer, after);
  });
}

/** As `option`, without a function made for each. */
function writeValue(writer: Writer, value: Uint8Array | undefined): void {
  if (value === undefined) writer.u8(0);
  else writer.u8(1).bytes(value);
}

/** Inverse of `writeChanges`. @throws CodecError */
export function readChanges(reader: Reader): readonly ValueChange[] {
  const readValue = () => reader.bytes(LIMITS.valueBytes);
  const changes = reader.list(() => {
    const key = asStateKey(reader.bytes(LIMITS.keyBytes));
    return { key, before: reader.option(readValue), after: reader.option(readValue) };
  }, LIMITS.blockChanges);
  assertAscending(changes);
  return changes;
}

function assertAscending(changes: readonly ValueChange[]): void {
  for (let index = 1; index < changes.length; index++) {
    if (compareBytes(changes[index - 1]!.key, changes[index]!.key) >= 0) {
      throw new CodecError('CODEC_ORDER', { got: index, place: 'changes of a block record' });
    }
  }
}
