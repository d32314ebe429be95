// What hashing many messages at once looks like to its users. `#hash-batch` has two: four messages at a time in WebAssembly on
// Node, one after the other where it has to run in a browser.

/** SHA-256 of many messages. Its user lays out the memory; one user, one thread. */
export interface HashBatch {
  /** Memory of the user: digests come here, and messages may be composed here. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same in the machine's words, bytes 4i to 4i+3 being word i. */
  readonly words: Int32Array<ArrayBuffer>;
  /** Takes a copy of a message of any length; once `run` has returned, its digest is the 32 bytes at `to`. */
  add(message: Uint8Array, to: number): void;
  /** The same for bytes [from, from + length) of some memory. */
  addFrom(memory: DataView, from: number, length: number, to: number): void;
  /**
   * The same for a message of at most `PLACED_BYTES_MAX` that is bytes [at, at + length) already, `at` a multiple of 4, and
   * stays until `run`.
   * What follows it is written over, up to at + paddedBytes(length).
   */
  addPlaced(at: number, length: number, to: number): void;
  /** Hashes what was added since the last run. */
  run(): void;
}

/** Blocks of 64 bytes a message and its padding take, FIPS 180-4 §5.1.1. */
export function blocksOf(length: number): number {
  return (length + 72) >>> 6;
}

/** Bytes a message and its padding take. */
export function paddedBytes(length: number): number {
  return 64 * blocksOf(length);
}

/** Blocks of the longest message that goes through a lane: above, one call of OpenSSL costs less. */
export const LANE_BLOCKS_MAX = 4;
/** The longest message composed in place. */
export const PLACED_BYTES_MAX: number = 64 * LANE_BLOCKS_MAX - 9;
