// The port to what is on disk: block records (durable, checksummed) and flat state.
import type { BlockRecord } from '../types/block.js';
import type { StateKey } from '../types/key.js';

/**
 * Must: when `append` resolves, the record survives power loss (fsync), and records form one gapless chain.
 * Must: verify checksum and height of every record it returns; damage is a coded error, never a shorter chain.
 * Must: hold an exclusive lock on its folder; a second opener gets `STORE_LOCKED`.
 * Must: `flush` batches carry their own height marker and end at a block boundary.
 */
export interface Store {
  /** Canonical genesis bytes, or undefined in a new store. */
  genesis(): Promise<Uint8Array | undefined>;
  /** Writes genesis and its state once, to a new store only. */
  initialise(genesis: Uint8Array, state: readonly StateEntry[]): Promise<void>;
  /** Height of the newest durable record; 0 after genesis. */
  head(): Promise<number>;
  append(record: BlockRecord): Promise<void>;
  record(height: number): Promise<BlockRecord>;
  /** Records from..to inclusive, ascending. */
  records(from: number, to: number): AsyncIterable<BlockRecord>;
  /** Height whose state the flat entries hold: a block boundary, at most `head`. */
  flushedHeight(): Promise<number>;
  /** Flat state of `flushedHeight`, any order. */
  entries(): AsyncIterable<StateEntry>;
  /** Brings flat state from `flushedHeight` to `height` in one atomic batch. */
  flush(height: number, changes: readonly StateEntry[]): Promise<void>;
  /** Genesis state as initialised, for replay. */
  genesisState(): AsyncIterable<StateEntry>;
  /** Lookup by transaction id: height and index, or undefined. */
  locate(transactionId: Uint8Array): Promise<{ height: number; index: number } | undefined>;
  close(): Promise<void>;
}
export interface StateEntry {
  readonly key: StateKey;
  /** undefined: delete. */
  readonly value: Uint8Array | undefined;
}
