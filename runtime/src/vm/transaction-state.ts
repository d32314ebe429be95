// What one transaction sees and may change, as host functions and the host's own transfers use it. Two make it: the
// working set over any state, which says what is meant, and the slots of a parallel block's workers, which are fast.
import type { ByteImage } from '../base/byte-table.js';
import type { Address } from '../types/address.js';

/**
 * Reads, writes and adds of one transaction. Keys come as images and numbers as words (`base/words`), filled just before
 * the call and not kept. Every method throws VIOLATION where the transaction's access does not permit it.
 */
export interface TransactionState {
  /** The stored bytes of a plain key, header byte included; a view, to be copied at once. */
  readStored(key: ByteImage): Uint8Array | undefined;
  /** Sets a plain key to stored bytes (header byte included, kept as they are), or removes it. */
  write(key: ByteImage, stored: Uint8Array | undefined): void;
  /** The stored bytes a plain key had in S0, a view. */
  pastStored(key: ByteImage): Uint8Array | undefined;
  /** Writes a cell's number to the first words of `to`. */
  readCell(key: ByteImage, to: Uint32Array): void;
  pastCell(key: ByteImage, to: Uint32Array): void;
  writeCell(key: ByteImage, from: Uint32Array): void;
  /** Adds to a cell; false, and nothing done, when the result would pass `ceiling` (undefined: the width's maximum). */
  increase(key: ByteImage, amount: Uint32Array, ceiling: Uint32Array | undefined): boolean;
  /** Takes from a cell; false, and nothing done, when the result would be below `floor`. */
  decrease(key: ByteImage, amount: Uint32Array, floor: Uint32Array): boolean;
  /** Throws VIOLATION unless the access reaches the contract. */
  assertReached(contract: Address): void;
  /** A point to come back to. */
  mark(): number;
  /** Undoes every change since the mark, sums of adds included. */
  rollback(mark: number): void;
  /** The engine's stack at the access that was not permitted, where notes are taken. */
  violationStack?: string | undefined;
}
