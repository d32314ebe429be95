// Numbers from a seed (mulberry32), so that a run is repeated by its seed.

/** `pick(n)` is 0 to n-1. */
export type Pick = (n: number) => number;

/** The numbers of one seed. */
export function randomSource(seed: number): Pick {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}
