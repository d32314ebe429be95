// Flat state and the index of transactions: what follows behind the records and can be made again from them. One
// interface, in this thread or in one of its own (`flat-thread`).
import type { StateEntry } from '../../ports/store.js';
import type { Location } from './rows.js';

/** Calls take turns in the order they came; an iteration sees one height. */
export interface FlatStorage {
  /** Height whose state it holds. @throws STORE_CORRUPT_MARKER and each damage of the database */
  flushed(): Promise<number>;
  /** Rows of a new base; a creation cut short before is cleared by the first call. */
  fill(entries: readonly StateEntry[], first: boolean): Promise<void>;
  /** The last step of a new base: all of it is on disk, at a height. */
  filled(height: number): Promise<void>;
  /** Moves forward to a height out of the records, in one batch. @throws STORE_DISK_FULL, STORE_WRITE_FAILED */
  flush(height: number): Promise<void>;
  /** Moves back to a height out of the records above it, in one batch, on disk when it resolves. */
  takeBack(height: number): Promise<void>;
  /** Removes the index rows of records that are about to be pruned. */
  forget(from: number, to: number): Promise<void>;
  /** Where a transaction of a flushed block is. */
  locate(id: Uint8Array): Promise<Location | undefined>;
  entries(): AsyncIterable<StateEntry>;
  /** The log's files have changed other than by growing. */
  reread(): Promise<void>;
  close(): Promise<void>;
}
