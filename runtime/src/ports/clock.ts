// Time and entropy come through ports: nothing below `node` reads a clock.
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `ms`; returns a cancel. */
  after(ms: number, run: () => void): () => void;
}
export interface Entropy {
  bytes(length: number): Uint8Array;
}
