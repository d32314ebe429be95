// The tree's definition written the slow way: sort the hashed keys, cut at the first bit that differs, hash.
import { compareBytes, concatBytes } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { EMPTY_STATE_ROOT, stateLeafHash } from '@weft/runtime/base/state-tree';

/** Root over a content, each key once. */
export function naiveRoot(content: Iterable<readonly [Uint8Array, Uint8Array]>): Uint8Array {
  const leaves = [...content].map(([key, value]) => ({ hashed: sha256(key), value }));
  leaves.sort((a, b) => compareBytes(a.hashed, b.hashed));
  if (leaves.length === 0) return EMPTY_STATE_ROOT;
  const hash = (from: number, to: number, bit: number): Uint8Array => {
    const first = leaves[from]!;
    if (to - from === 1) return stateLeafHash(first.hashed, first.value);
    let middle = from;
    while (middle < to && bitOf(leaves[middle]!.hashed, bit) === 0) middle++;
    if (middle === from || middle === to) return hash(from, to, bit + 1);
    return sha256(concatBytes(hash(from, middle, bit + 1), hash(middle, to, bit + 1)));
  };
  return hash(0, leaves.length, 0);
}

function bitOf(bytes: Uint8Array, bit: number): number {
  return Math.floor(bytes[Math.floor(bit / 8)]! / 2 ** (7 - (bit % 8))) % 2;
}
