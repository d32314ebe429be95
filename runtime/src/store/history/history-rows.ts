// The rows of the history index: one letter names the kind, numbers in keys are big-endian so that key order is height
// order, every value ends with a CRC-32C of key and value. SPEC: runtime/docs/spec/store.md.
import { bytesEqual, concatBytes } from '../../base/bytes.js';
import { Reader, Writer } from '../../base/codec.js';
import { TERM_BYTES, type Term } from '../../types/history-terms.js';
import { StoreError } from '../errors.js';
import { bigEndian, fromBigEndian, type KeyRange, rowChecksum } from '../level/rows.js';

const letter = (text: string): number => text.charCodeAt(0);
const PLACES = letter('p');
const BATCH = letter('b');
const HEIGHT_AT = 1 + TERM_BYTES;
const CHECKSUM_BYTES = 4;

export const ALL_PLACES: KeyRange = { gte: Uint8Array.of(PLACES), lt: Uint8Array.of(PLACES + 1) };
export const ALL_BATCHES: KeyRange = { gte: Uint8Array.of(BATCH), lt: Uint8Array.of(BATCH + 1) };
/** What the index says of itself. */
export const COVERED_ROW = Uint8Array.of(letter('m'));

/** A row as the database takes it. */
export interface HistoryRow {
  readonly row: Uint8Array;
  readonly value: Uint8Array;
}

/** Places of one term in one block. */
export function placesRow(term: Uint8Array, height: number): Uint8Array {
  return concatBytes(Uint8Array.of(PLACES), term, bigEndian(height, 8));
}

/** Rows of a term from a height to another. */
export function placesRange(term: Term, from: number, to: number): KeyRange {
  return { gte: placesRow(term, from), lt: placesRow(term, to + 1) };
}

export function heightOfRow(row: Uint8Array): number {
  return fromBigEndian(row.subarray(HEIGHT_AT));
}

export function encodePlaces(row: Uint8Array, places: readonly number[]): Uint8Array {
  const writer = new Writer();
  for (const place of places) writer.u32(place);
  return checked(row, writer.finish());
}

/** @throws STORE_CORRUPT_INDEX */
export function decodePlaces(row: Uint8Array, stored: Uint8Array): number[] {
  const reader = new Reader(unchecked(row, stored), 'places');
  return Array.from({ length: reader.remaining / 4 }, () => reader.u32());
}

/** `hash`: of the header of `to`; batches are chained from `since` on. */
export interface Covered {
  readonly from: number;
  readonly to: number;
  readonly since: number;
  readonly hash: Uint8Array;
}

export function encodeCovered({ from, to, since, hash }: Covered): Uint8Array {
  return checked(
    COVERED_ROW,
    new Writer().number64(from).number64(to).number64(since).fixed(hash, 32).finish(),
  );
}

/** @throws STORE_CORRUPT_INDEX */
export function decodeCovered(stored: Uint8Array): Covered {
  const reader = new Reader(unchecked(COVERED_ROW, stored), 'covered');
  return { from: reader.number64(), to: reader.number64(), since: reader.number64(), hash: reader.fixed(32) };
}

/** One row a batch: the height it ended at names the one before it, so that a lost batch leaves a gap. */
export function batchRow(to: number): Uint8Array {
  return concatBytes(Uint8Array.of(BATCH), bigEndian(to, 8));
}

export function encodeBatch(row: Uint8Array, before: number): Uint8Array {
  return checked(row, new Writer().number64(before).finish());
}

/** @throws STORE_CORRUPT_INDEX */
export function decodeBatch(
  row: Uint8Array,
  stored: Uint8Array,
): { readonly before: number; readonly to: number } {
  return {
    before: new Reader(unchecked(row, stored), 'batch').number64(),
    to: fromBigEndian(row.subarray(1)),
  };
}

function checked(row: Uint8Array, value: Uint8Array): Uint8Array {
  return concatBytes(value, rowChecksum(concatBytes(row, value)));
}

function unchecked(row: Uint8Array, stored: Uint8Array): Uint8Array {
  const value = stored.subarray(0, Math.max(0, stored.length - CHECKSUM_BYTES));
  if (bytesEqual(stored.subarray(value.length), rowChecksum(concatBytes(row, value)))) return value;
  throw new StoreError('STORE_CORRUPT_INDEX', {
    expected: 'the checksum of its row',
    place: 'history index',
  });
}
