// Copies of a fixed size, word by word: `memory.copy` is a call out of the contract's code and costs more.

/** Copies 32 bytes; the two places may overlap. */
// @ts-ignore: decorator
@inline export function copy32(to: usize, from: usize): void {
  const a = load<u64>(from);
  const b = load<u64>(from, 8);
  const c = load<u64>(from, 16);
  const d = load<u64>(from, 24);
  store<u64>(to, a);
  store<u64>(to, b, 8);
  store<u64>(to, c, 16);
  store<u64>(to, d, 24);
}
