// The port to what is on disk: block records (durable, checksummed) and flat state, which follows behind them.
import type { BlockRecord } from '../types/block.js';
import type { StateKey } from '../types/key.js';

/** What a store's records begin after: genesis, or the snapshot it was made from. */
export interface StoreBase {
  /** 0: genesis. */
  readonly height: number;
  /** Canonical bytes. */
  readonly genesis: Uint8Array;
  /** State root of genesis, 32 bytes: the genesis header follows from it. */
  readonly genesisRoot: Uint8Array;
  /** The encoded header of `height`; undefined for genesis. */
  readonly header: Uint8Array | undefined;
}

/**
 * Must: when `append` resolves, the record survives power loss (fsync), and records form one gapless chain.
 * Must: verify checksum, height and link of every record it returns; damage is a coded error, never a shorter chain.
 * Must: hold an exclusive lock on its folder; a second opener gets `STORE_LOCKED`.
 * Must: `flush` batches carry their own height marker and end at a block boundary.
 * Must: after `STORE_DISK_FULL` hold what it held before; the same call succeeds once there is room. After any other
 * failed write, refuse every later one.
 */
export interface Store {
  /** Canonical genesis bytes, or undefined in a new store. */
  genesis(): Promise<Uint8Array | undefined>;
  base(): Promise<StoreBase>;
  /**
   * Writes the base and its state (each key once, no deletes) once, to a new store only. What `state` throws leaves the
   * store new.
   */
  initialise(base: StoreBase, state: Iterable<StateEntry> | AsyncIterable<StateEntry>): Promise<void>;
  /** Height of the newest durable record; the base's without one. */
  head(): Promise<number>;
  /** Oldest height whose record is kept; head + 1 where none is. */
  oldest(): Promise<number>;
  append(record: BlockRecord): Promise<void>;
  record(height: number): Promise<BlockRecord>;
  /** Records from..to inclusive, ascending. */
  records(from: number, to: number): AsyncIterable<BlockRecord>;
  /** Height whose state the flat entries hold: a block boundary, at most `head`. */
  flushedHeight(): Promise<number>;
  /** Flat state of `flushedHeight` as it is at the first entry, any order; later flushes do not show. */
  entries(): AsyncIterable<StateEntry>;
  /** Brings flat state from `flushedHeight` to `height` out of the records, in one atomic batch, off this thread. */
  flush(height: number): Promise<void>;
  /** Removes records below `height`, or fewer. @throws STORE_RANGE above what is flushed */
  prune(height: number): Promise<void>;
  /** Removes the blocks above `height`, flat state included; a crash leaves all of it done or none. */
  revert(height: number): Promise<void>;
  /** Lookup by transaction id: height and index, or undefined (also where its record is pruned). */
  locate(transactionId: Uint8Array): Promise<{ height: number; index: number } | undefined>;
  close(): Promise<void>;
}
export interface StateEntry {
  readonly key: StateKey;
  /** undefined: delete. */
  readonly value: Uint8Array | undefined;
}
