// The rows of the database: one letter names the kind, numbers are big-endian so that order is height order.
// Rows other than flat state carry a checksum of their own; flat state is checked by its root.
import { bytesEqual, concatBytes } from '../../base/bytes.js';
import { Reader, Writer } from '../../base/codec.js';
import { StoreError } from '../errors.js';
import { crc32c } from './crc32c.js';

const letter = (text: string): number => text.charCodeAt(0);
const FLAT = letter('s');
const FLUSH = letter('f');
const TRANSACTION = letter('t');

/** A half-open range of keys, as the database takes it. */
export interface KeyRange {
  readonly gte: Uint8Array;
  readonly lt: Uint8Array;
}

/** Kind, id, included or not, height, index. */
const TRANSACTION_ROW_BYTES = 1 + 32 + 1 + 8 + 4;

/** All rows of a kind. */
const all = (kind: number): KeyRange => ({ gte: Uint8Array.of(kind), lt: Uint8Array.of(kind + 1) });
export const ALL_FLAT = all(FLAT);
export const ALL_FLUSHES = all(FLUSH);
export const ALL_TRANSACTIONS = all(TRANSACTION);
/** The flushed height. */
export const MARKER_ROW = Uint8Array.of(letter('m'));

export function flatRow(key: Uint8Array): Uint8Array {
  return prefixed(FLAT, key);
}

/** The state key of a flat row. */
export function keyOfRow(row: Uint8Array): Uint8Array {
  return row.slice(1);
}

/** Where a transaction is; `included` false: Reserve refused it there, so its id may come again. */
export interface Location {
  readonly height: number;
  readonly index: number;
  readonly included: boolean;
}

/** Key of one row of the transaction index: an id's included place sorts before its refused ones. */
export function transactionRow(id: Uint8Array, { height, index, included }: Location): Uint8Array {
  const row = new Uint8Array(TRANSACTION_ROW_BYTES);
  row[0] = TRANSACTION;
  row.set(id, 1);
  row[33] = included ? 0 : 1;
  writeBigEndian(row, 34, 8, height);
  writeBigEndian(row, 42, 4, index);
  return row;
}

/** All rows of one id. */
export function transactionRange(id: Uint8Array): KeyRange {
  const row = prefixed(TRANSACTION, id);
  return { gte: row, lt: concatBytes(row, Uint8Array.of(0xff)) };
}

/** The place a row of the index names, its checksum verified. @throws STORE_CORRUPT_INDEX */
export function readTransactionRow(row: Uint8Array, checksum: Uint8Array): Location {
  if (row.length !== TRANSACTION_ROW_BYTES || !bytesEqual(rowChecksum(row), checksum)) {
    throw new StoreError('STORE_CORRUPT_INDEX', {
      expected: 'the checksum of its row',
      place: 'transaction index',
    });
  }
  return {
    height: fromBigEndian(row.subarray(34, 42)),
    index: fromBigEndian(row.subarray(42)),
    included: row[33] === 0,
  };
}

/** What an index row holds, and what stands behind the marker: CRC-32C, 4 bytes. */
export function rowChecksum(row: Uint8Array): Uint8Array {
  return bigEndian(crc32c(row, 0, row.length), 4);
}

/** What the database says of itself: flat state is that of `flushed`; its flushes are journalled from `since` on. */
export interface Marker {
  readonly flushed: number;
  readonly since: number;
}

export function encodeMarker({ flushed, since }: Marker): Uint8Array {
  return checked(new Writer().number64(flushed).number64(since).finish());
}

/** @throws STORE_CORRUPT_MARKER */
export function decodeMarker(stored: Uint8Array | undefined): Marker {
  const reader = new Reader(unchecked(stored, 16, 'marker of the flushed height'), 'marker');
  return { flushed: reader.number64(), since: reader.number64() };
}

/** One row a flush: the height it ended at names the one it began at, so that a lost batch leaves a gap. */
export function flushRow(height: number): Uint8Array {
  return prefixed(FLUSH, bigEndian(height, 8));
}

export function encodeFlush(from: number): Uint8Array {
  return checked(new Writer().number64(from).finish());
}

/** From which height to which a journalled flush went. @throws STORE_CORRUPT_MARKER */
export function decodeFlush(
  row: Uint8Array,
  stored: Uint8Array,
): { readonly from: number; readonly to: number } {
  const from = new Reader(unchecked(stored, 8, 'journal of flushes'), 'journal').number64();
  return { from, to: fromBigEndian(row.subarray(1)) };
}

function checked(bytes: Uint8Array): Uint8Array {
  return concatBytes(bytes, rowChecksum(bytes));
}

function unchecked(stored: Uint8Array | undefined, length: number, place: string): Uint8Array {
  const bytes = stored?.subarray(0, length);
  if (bytes && stored?.length === length + 4 && bytesEqual(rowChecksum(bytes), stored.subarray(length)))
    return bytes;
  throw new StoreError('STORE_CORRUPT_MARKER', { place });
}

function prefixed(kind: number, rest: Uint8Array): Uint8Array {
  const row = new Uint8Array(1 + rest.length);
  row[0] = kind;
  row.set(rest, 1);
  return row;
}

/** Of 4 or 8 bytes. */
export function bigEndian(value: number, width: 4 | 8): Uint8Array {
  const bytes = new Uint8Array(width);
  writeBigEndian(bytes, 0, width, value);
  return bytes;
}

function writeBigEndian(bytes: Uint8Array, from: number, width: 4 | 8, value: number): void {
  for (let at = from + width - 1, rest = value; at >= from; at--, rest = Math.floor(rest / 256))
    bytes[at] = rest % 256;
}

export function fromBigEndian(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}
