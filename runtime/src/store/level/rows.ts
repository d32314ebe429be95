// The rows of the database: one letter names the kind, numbers are big-endian so that order is height order.
// Rows other than records and flat state carry a checksum of their own; flat state is checked by its root.
import { bytesEqual, concatBytes } from '../../base/bytes.js';
import { Reader, Writer } from '../../base/codec.js';
import { StoreError } from '../errors.js';
import { crc32c } from './crc32c.js';

const letter = (text: string): number => text.charCodeAt(0);
const FLAT = letter('s');
const GENESIS_STATE = letter('g');
const RECORD = letter('r');
const TRANSACTION = letter('t');

/** A half-open range of keys, as the database takes it. */
export interface KeyRange {
  readonly gte: Uint8Array;
  readonly lt: Uint8Array;
}

/** All rows of a kind. */
const all = (kind: number): KeyRange => ({ gte: Uint8Array.of(kind), lt: Uint8Array.of(kind + 1) });
export const ALL_FLAT = all(FLAT);
export const ALL_GENESIS_STATE = all(GENESIS_STATE);
export const ALL_RECORDS = all(RECORD);
export const ALL_TRANSACTIONS = all(TRANSACTION);
/** The genesis frame. */
export const GENESIS_ROW = Uint8Array.of(letter('a'));
/** The flushed height. */
export const MARKER_ROW = Uint8Array.of(letter('m'));

export function flatRow(key: Uint8Array): Uint8Array {
  return prefixed(FLAT, key);
}

export function genesisStateRow(key: Uint8Array): Uint8Array {
  return prefixed(GENESIS_STATE, key);
}

/** The state key of a flat or genesis state row. */
export function keyOfRow(row: Uint8Array): Uint8Array {
  return row.slice(1);
}

export function recordRow(height: number): Uint8Array {
  return prefixed(RECORD, bigEndian(height, 8));
}

/** Height of a record row; undefined for a row of another length. */
export function heightOfRow(row: Uint8Array): number | undefined {
  return row.length === 9 ? fromBigEndian(row.subarray(1)) : undefined;
}

/** Where a transaction is; `included` false: Reserve refused it there, so its id may come again. */
export interface Location {
  readonly height: number;
  readonly index: number;
  readonly included: boolean;
}

/** Key of one row of the transaction index: an id's included place sorts before its refused ones. */
export function transactionRow(id: Uint8Array, { height, index, included }: Location): Uint8Array {
  return concatBytes(
    Uint8Array.of(TRANSACTION),
    id,
    Uint8Array.of(included ? 0 : 1),
    bigEndian(height, 8),
    bigEndian(index, 4),
  );
}

/** All rows of one id. */
export function transactionRange(id: Uint8Array): KeyRange {
  const row = prefixed(TRANSACTION, id);
  return { gte: row, lt: concatBytes(row, Uint8Array.of(0xff)) };
}

/** The place a row of the index names, its checksum verified. @throws STORE_CORRUPT_INDEX */
export function readTransactionRow(row: Uint8Array, checksum: Uint8Array): Location {
  if (row.length !== 46 || !bytesEqual(rowChecksum(row), checksum)) {
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

export function encodeMarker(height: number): Uint8Array {
  const bytes = new Writer().number64(height).finish();
  return concatBytes(bytes, rowChecksum(bytes));
}

/** The flushed height. @throws STORE_CORRUPT_MARKER */
export function decodeMarker(stored: Uint8Array | undefined): number {
  const corrupt = (): StoreError =>
    new StoreError('STORE_CORRUPT_MARKER', { place: 'marker of the flushed height' });
  if (stored?.length !== 12 || !bytesEqual(rowChecksum(stored.subarray(0, 8)), stored.subarray(8)))
    throw corrupt();
  return new Reader(stored.subarray(0, 8), 'marker').number64();
}

function prefixed(kind: number, rest: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(kind), rest);
}

function bigEndian(value: number, width: 4 | 8): Uint8Array {
  const bytes = new Uint8Array(width);
  for (let at = width - 1, rest = value; at >= 0; at--, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
  return bytes;
}

function fromBigEndian(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}
