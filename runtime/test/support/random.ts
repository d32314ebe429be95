// Small seeded randomness for long loops, where fast-check's shrinking would cost more than it tells.

export interface Random {
  /** A whole number from 0 to `bound - 1`. */
  below(bound: number): number;
  /** That many bytes. */
  bytes(length: number): Uint8Array;
}

/** Mulberry32 (public domain, T. Ettinger). Equal seeds give equal numbers. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    below: (bound) => Math.floor((next() / 2 ** 32) * bound),
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
  };
}
