// The port to the index of past blocks: where events and an account's transactions are. It follows behind the records,
// can be made again from them, and answers only for the heights it covers; who asks reads the other blocks.
import type { Term } from '../types/history-terms.js';

/** Of one block, the places found, ascending: indexes of events, or places in `effectiveOrder`. */
export interface BlockPlaces {
  readonly height: number;
  readonly places: readonly number[];
}
/** Heights without a gap; `to` below `from`: none. */
export interface HeightRange {
  readonly from: number;
  readonly to: number;
}
export interface FindOptions extends HeightRange {
  /** Blocks at most. */
  readonly limit: number;
  readonly newestFirst: boolean;
}

/**
 * Must: cover a height only once every block up to it from `covered.from` on is indexed; survive a crash at any moment
 * with an index that is behind, never wrong. Must: start anew where what it holds is damaged or of other blocks.
 */
export interface HistoryIndex {
  readonly covered: HeightRange;
  /** Blocks up to this height are durable, whoever saw which. */
  catchUp(height: number): void;
  /** The block of this height is durable. At or below what is covered: it took the place of another. */
  advance(height: number): void;
  /** The store has taken back the blocks above a height. */
  revert(height: number): void;
  /** Records below a height are gone; so may be what is known of them. */
  prune(oldest: number): void;
  /** Blocks with a place under any of the terms, in the order asked for; undefined: not all heights are covered any more. */
  find(terms: readonly Term[], options: FindOptions): Promise<readonly BlockPlaces[] | undefined>;
  /** Resolves when everything announced so far is covered, or indexing has stopped. */
  settled(): Promise<void>;
  close(): Promise<void>;
}
