// Canonical bytes of receipts, events and hook receipts, and the roots over them. SPEC: runtime/docs/spec/receipt.md.
import { BytesPart } from '../base/bytes-part.js';
import { decodeExact, Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { indexedRoot, indexedRootOfParts } from '../base/indexed-root.js';
import { LIMITS } from '../base/limits.js';
import type { Address, Hash32 } from './address.js';
import {
  type ContractEvent,
  type Failure,
  type HookReceipt,
  type Phase,
  RECEIPT_STATUS,
  type Receipt,
  type ReceiptStatus,
} from './receipt.js';

const PHASES = ['none', 'ordered', 'tail'] as const satisfies readonly Phase[];
const HOOK_POINTS = ['begin', 'end', 'upgrade'] as const;
const HOOK_STATUS = ['OK', 'REVERT', 'TRAP', 'OUT_OF_GAS', 'DEPTH', 'SKIPPED'] as const;
const STATUS_BY_CODE = new Map<number, ReceiptStatus>(
  Object.entries(RECEIPT_STATUS).map(([status, code]) => [code, status as ReceiptStatus]),
);

/** A receipt's bytes: what the receipt root commits to. @throws CodecError */
export function encodeReceipt(receipt: Receipt): Uint8Array {
  const writer = new Writer();
  writeReceipt(writer, receipt);
  return writer.finish();
}

/** Inverse of `encodeReceipt`. @throws CodecError */
export function decodeReceipt(bytes: Uint8Array): Receipt {
  if (bytes.length > LIMITS.receiptBytes) {
    const expected = `at most ${LIMITS.receiptBytes}`;
    throw new CodecError('CODEC_LIMIT', { expected, got: bytes.length, unit: 'bytes', place: 'receipt' });
  }
  return decodeExact(bytes, 'receipt', readReceipt);
}

export function writeReceipt(writer: Writer, receipt: Receipt): void {
  if (receipt instanceof EncodedReceipt) {
    writer.part(receipt.whole, receipt.start, receipt.length);
    return;
  }
  writer.fixed(receipt.transaction, 32);
  writeReceiptNumbers(writer, receipt);
  writeReceiptEnd(writer, receipt);
}

/** What stands in a receipt behind the transaction's id. */
export type ReceiptNumbers = Omit<Receipt, 'transaction' | keyof ReceiptEnd>;
/** What a receipt says last. */
export type ReceiptEnd = Pick<Receipt, 'failure' | 'results'>;

export function writeReceiptNumbers(writer: Writer, receipt: ReceiptNumbers): void {
  writer.u8(RECEIPT_STATUS[receipt.status]).u8(PHASES.indexOf(receipt.phase));
  const { order } = receipt;
  // As `option` and `list` write them, without a function made for each: there is one of these a transaction.
  if (order === undefined) writer.u8(0);
  else writer.u8(1).u32(order);
  writer.number64(receipt.attemptGas).number64(receipt.gasUsed).u128(receipt.paid);
  writer.u32(receipt.firstEvent).u32(receipt.eventCount);
}

export function writeReceiptEnd(writer: Writer, { failure, results }: ReceiptEnd): void {
  if (failure === undefined) writer.u8(0);
  else writeFailure(writer.u8(1), failure);
  writer.u32(results.length);
  for (const result of results) writer.bytes(result);
}

/** Inverse of `writeReceiptEnd`. */
export function readReceiptEnd(reader: Reader): ReceiptEnd {
  const failure = reader.option(() => readFailure(reader));
  return { failure, results: reader.list(() => reader.bytes(LIMITS.resultBytes), LIMITS.calls) };
}

/** Where a receipt's order stands, and behind an order what it is followed by. */
const STATUS_AT = 32;
const ORDER_AT = 34;
const BEHIND_ORDER = 39;
/** From the gas of the attempt on. */
const GAS_USED = 8;
const PAID = 16;
const FIRST_EVENT = 32;
const EVENT_COUNT = 36;
const END = 40;

/** A receipt of our own making as its bytes: read off them when somebody asks, which the way through a block does not. */
export class EncodedReceipt extends BytesPart implements Receipt {
  get transaction(): Hash32 {
    return this.#readerAt(0).fixed(32) as Hash32;
  }

  get status(): ReceiptStatus {
    return readStatus(this.#readerAt(STATUS_AT));
  }

  get phase(): Phase {
    return PHASES[this.whole[this.start + STATUS_AT + 1]!]!;
  }

  get order(): number | undefined {
    return this.#hasOrder ? this.#readerAt(ORDER_AT + 1).u32() : undefined;
  }

  get attemptGas(): number {
    return this.#behindOrder(0).number64();
  }

  get gasUsed(): number {
    return this.#behindOrder(GAS_USED).number64();
  }

  get paid(): bigint {
    return this.#behindOrder(PAID).u128();
  }

  get firstEvent(): number {
    return this.#behindOrder(FIRST_EVENT).u32();
  }

  get eventCount(): number {
    return this.#behindOrder(EVENT_COUNT).u32();
  }

  get failure(): Failure | undefined {
    return readReceiptEnd(this.#behindOrder(END)).failure;
  }

  get results(): readonly Uint8Array[] {
    return readReceiptEnd(this.#behindOrder(END)).results;
  }

  /** The same as a plain object. */
  toJSON(): Receipt {
    return readReceipt(this.#readerAt(0));
  }

  get #hasOrder(): boolean {
    return this.whole[this.start + ORDER_AT] === 1;
  }

  #behindOrder(at: number): Reader {
    return this.#readerAt((this.#hasOrder ? BEHIND_ORDER : ORDER_AT + 1) + at);
  }

  #readerAt(at: number): Reader {
    return new Reader(this.whole, 'receipt', this.start + at);
  }
}

/** Bytes of the lists whose root was made and which somebody still has: a record is made of the same. */
const encodedLists = new WeakMap<readonly Receipt[], Uint8Array>();

/** A block's receipts as a list. */
export function writeReceipts(writer: Writer, receipts: readonly Receipt[]): void {
  const encoded = encodedLists.get(receipts);
  if (encoded === undefined) writer.list(receipts, (receipt) => writeReceipt(writer, receipt));
  else writer.u32(receipts.length).fixed(encoded);
}

function readStatus(reader: Reader): ReceiptStatus {
  const at = reader.offset;
  const code = reader.u8();
  const status = STATUS_BY_CODE.get(code);
  if (status !== undefined) return status;
  const place = reader.placeAt(at);
  throw new CodecError('CODEC_TAG', { expected: 'a receipt status', got: code, place });
}

/** Whose receipt it is and how it ended; the rest is passed over. The id is a view. */
export function readReceiptHead(reader: Reader): Pick<Receipt, 'transaction' | 'status'> {
  const transaction = reader.view(32) as Hash32;
  const status = readStatus(reader);
  reader.skip(1);
  if (reader.tag(2, 'an option') === 1) reader.skip(4);
  reader.skip(8 + 8 + 16 + 4 + 4);
  if (reader.tag(2, 'an option') === 1) {
    reader.skip(32 + 2);
    reader.skip(reader.u32());
  }
  for (let results = reader.u32(); results > 0; results--) reader.skip(reader.u32());
  return { transaction, status };
}

export function readReceipt(reader: Reader): Receipt {
  const transaction = reader.fixed(32) as Hash32;
  const status = readStatus(reader);
  const phase = PHASES[reader.tag(PHASES.length, 'a phase')]!;
  const order = reader.option(() => reader.u32());
  const attemptGas = reader.number64();
  const gasUsed = reader.number64();
  const paid = reader.u128();
  const firstEvent = reader.u32();
  const eventCount = reader.u32();
  const { failure, results } = readReceiptEnd(reader);
  return {
    transaction,
    status,
    phase,
    order,
    attemptGas,
    gasUsed,
    paid,
    firstEvent,
    eventCount,
    failure,
    results,
  };
}

function writeFailure(writer: Writer, failure: Failure): void {
  writer.fixed(failure.contract, 32).u16(failure.code).bytes(failure.data);
}

function readFailure(reader: Reader): Failure {
  return {
    contract: reader.fixed(32) as Address,
    code: reader.u16(),
    data: reader.bytes(LIMITS.resultBytes),
  };
}

/** An event as its bytes: taken apart when somebody asks, which the way through a block does not. */
export class EncodedEvent extends BytesPart implements ContractEvent {
  readonly transaction: number | undefined;
  private parts: ContractEvent | undefined;

  constructor(whole: Uint8Array, start: number, end: number, transaction: number | undefined) {
    super(whole, start, end);
    this.transaction = transaction;
  }

  get contract(): Address {
    return this.#taken().contract;
  }

  get event(): Uint8Array {
    return this.#taken().event;
  }

  get topics(): readonly Uint8Array[] {
    return this.#taken().topics;
  }

  get data(): Uint8Array {
    return this.#taken().data;
  }

  /** Its parts, as a plain object has them. */
  toJSON(): ContractEvent {
    return this.#taken();
  }

  #taken(): ContractEvent {
    this.parts ??= decodeExact(this.encoded, 'event', readEvent);
    return this.parts;
  }
}

/** An event's bytes: what the event root commits to. @throws CodecError */
export function encodeEvent(event: ContractEvent): Uint8Array {
  if (event instanceof EncodedEvent) return event.encoded;
  const writer = new Writer();
  writeEvent(writer, event);
  return writer.finish();
}

/** `encodeEvent(event).length`, without the bytes. */
export function encodedEventBytes(event: ContractEvent): number {
  if (event instanceof EncodedEvent) return event.length;
  const { topics, data, transaction } = event;
  const fixed = 32 + 8 + 4 + 4 + (transaction === undefined ? 1 : 5);
  return topics.reduce((sum, topic) => sum + 4 + topic.length, fixed + data.length);
}

/** Inverse of `encodeEvent`. @throws CodecError */
export function decodeEvent(bytes: Uint8Array): ContractEvent {
  return decodeExact(bytes, 'event', readEvent);
}

/** `count` events of a transaction that stand one after the other in [start, end) of bytes of our own making. */
export function encodedEvents(
  bytes: Uint8Array,
  start: number,
  end: number,
  count: number,
  transaction: number,
): ContractEvent[] {
  if (count === 1) return [new EncodedEvent(bytes, start, end, transaction)];
  const reader = new Reader(bytes, 'events', start);
  return Array.from({ length: count }, () => {
    const at = reader.offset;
    skipEvent(reader);
    return new EncodedEvent(bytes, at, reader.offset, transaction);
  });
}

/** Moves behind an event. */
export function skipEvent(reader: Reader): void {
  reader.skip(32 + 8);
  for (let topics = reader.u32(); topics > 0; topics--) reader.skip(reader.u32());
  reader.skip(reader.u32());
  if (reader.tag(2, 'an option') === 1) reader.skip(4);
}

export function writeEvent(writer: Writer, event: ContractEvent): void {
  if (event instanceof EncodedEvent) {
    writer.part(event.whole, event.start, event.length);
    return;
  }
  if (event.topics.length > LIMITS.eventTopics) {
    const expected = `at most ${LIMITS.eventTopics}`;
    throw new CodecError('CODEC_LIMIT', { expected, got: event.topics.length, place: 'event topics' });
  }
  writer.fixed(event.contract, 32).fixed(event.event, 8);
  writer.list(event.topics, (topic) => writer.bytes(topic)).bytes(event.data);
  writer.option(event.transaction, (index) => writer.u32(index));
}

export function readEvent(reader: Reader): ContractEvent {
  const contract = reader.fixed(32) as Address;
  const event = reader.fixed(8);
  const topics = reader.list(() => reader.bytes(LIMITS.eventBytes), LIMITS.eventTopics);
  const data = reader.bytes(LIMITS.eventBytes);
  return { contract, event, topics, data, transaction: reader.option(() => reader.u32()) };
}

export function writeHookReceipt(writer: Writer, receipt: HookReceipt): void {
  writer.fixed(receipt.contract, 32).u32(receipt.selector);
  writer.u8(HOOK_POINTS.indexOf(receipt.at)).u8(HOOK_STATUS.indexOf(receipt.status));
  writer.number64(receipt.gasUsed).u128(receipt.paid);
  writer.option(receipt.failure, (failure) => writeFailure(writer, failure));
}

export function readHookReceipt(reader: Reader): HookReceipt {
  const contract = reader.fixed(32) as Address;
  const selector = reader.u32();
  const at = HOOK_POINTS[reader.tag(HOOK_POINTS.length, 'a hook point')]!;
  const status = HOOK_STATUS[reader.tag(HOOK_STATUS.length, 'a hook status')]!;
  const gasUsed = reader.number64();
  const paid = reader.u128();
  const failure = reader.option(() => readFailure(reader));
  return { contract, selector, at, status, gasUsed, paid, failure };
}

/** The receipt root of a block: receipts in block order. */
export function receiptRoot(receipts: readonly Receipt[]): Hash32 {
  const { bytes, root } = rootOfList(receipts, writeReceipt);
  encodedLists.set(receipts, bytes.slice());
  return root;
}

/** The event root of a block: events in effective order. */
export function eventRoot(events: readonly ContractEvent[]): Hash32 {
  return rootOfList(events, writeEvent).root;
}

/** Room for one list, kept from one block to the next. */
const LIST = new Writer();
const LIST_BYTES_MAX = 16 * 1024 * 1024;

/** The items one behind the other, good until the next call, and the root over them. */
function rootOfList<Item>(items: readonly Item[], write: (writer: Writer, item: Item) => void) {
  const writer = LIST.clear(LIST_BYTES_MAX);
  const ends = new Int32Array(items.length);
  for (let index = 0; index < items.length; index++) {
    write(writer, items[index]!);
    ends[index] = writer.length;
  }
  const bytes = writer.view();
  return { bytes, root: indexedRootOfParts(bytes, ends) as Hash32 };
}

/** The transaction root of a block: wire bytes in block order. */
export function transactionRoot(transactions: readonly Uint8Array[]): Hash32 {
  return indexedRoot(transactions) as Hash32;
}
