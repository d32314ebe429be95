// The ordered Merkle tree of headers, transactions, receipts and events: ICS-23 `tendermintSpec`, so stock verifiers
// take its proofs. Leaf = SHA-256(0x00 ‖ varint(key length) ‖ key ‖ 0x20 ‖ SHA-256(value)), inner = SHA-256(0x01 ‖ L ‖ R),
// split at the largest power of two below the count. SPEC: runtime/docs/spec/header.md §trees.
import { assert } from './assert.js';
import { bytesEqual } from './bytes.js';
import { HASH_OF_NOTHING, sha256 } from './hash.js';
import { LIMITS } from './limits.js';

/** Keys here are field names and indices: one varint byte is enough. */
const KEY_BYTES_MAX = 127;
/** Room for what is hashed next: a leaf's prefix is 0, an inner node's 1. */
const LEAF = new Uint8Array(3 + KEY_BYTES_MAX + 32);
const INNER = new Uint8Array(65);
INNER[0] = 1;

/** One leaf's content. Neither part may be empty (ICS-23 refuses such proofs). */
export interface MerkleItem {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** From a leaf up: the sibling's hash, and whether it stands on the left. */
export interface MerkleStep {
  readonly siblingIsLeft: boolean;
  readonly sibling: Uint8Array;
}

/** The hash of one leaf, 32 bytes. */
export function merkleLeaf({ key, value }: MerkleItem): Uint8Array {
  assert(key.length > 0 && key.length <= KEY_BYTES_MAX, 'a Merkle key has 1 to 127 bytes');
  const leaf = LEAF;
  leaf[1] = key.length;
  leaf.set(key, 2);
  leaf[2 + key.length] = 32;
  leaf.set(sha256(value), 3 + key.length);
  return sha256(leaf.subarray(0, 3 + key.length + 32));
}

/** The hash of an inner node, 32 bytes. */
export function merkleInner(left: Uint8Array, right: Uint8Array): Uint8Array {
  const node = INNER;
  for (let index = 0; index < 32; index++) {
    node[1 + index] = left[index]!;
    node[33 + index] = right[index]!;
  }
  return sha256(node);
}

/** The root over leaves in the given order; no leaves: the hash of nothing. 2n hashes. */
export function merkleRoot(items: readonly MerkleItem[]): Uint8Array {
  return items.length === 0 ? HASH_OF_NOTHING : rootOf(items.map(merkleLeaf), 0, items.length);
}

/** The path of the leaf at `index` up to the root. 2n hashes. */
export function merklePath(items: readonly MerkleItem[], index: number): readonly MerkleStep[] {
  assert(Number.isInteger(index) && index >= 0 && index < items.length, 'the index is one of the leaves');
  const leaves = items.map(merkleLeaf);
  const steps: MerkleStep[] = [];
  let [start, end] = [0, leaves.length];
  while (end - start > 1) {
    const split = start + splitOf(end - start);
    if (index < split) {
      steps.push({ siblingIsLeft: false, sibling: rootOf(leaves, split, end) });
      end = split;
    } else {
      steps.push({ siblingIsLeft: true, sibling: rootOf(leaves, start, split) });
      start = split;
    }
  }
  return steps.reverse();
}

/** True when `item` stands under `root` by this path. Never throws on hostile steps. */
export function verifyMerklePath(root: Uint8Array, item: MerkleItem, steps: readonly MerkleStep[]): boolean {
  const { key, value } = item;
  if (key.length === 0 || key.length > KEY_BYTES_MAX || value.length === 0) return false;
  if (steps.length > LIMITS.proofSteps) return false;
  let hash = merkleLeaf(item);
  for (const { siblingIsLeft, sibling } of steps) {
    if (sibling.length !== 32) return false;
    hash = siblingIsLeft ? merkleInner(sibling, hash) : merkleInner(hash, sibling);
  }
  return bytesEqual(hash, root);
}

/** The key of an indexed tree: big-endian u32, so byte order is index order. */
export function indexKey(index: number): Uint8Array {
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, index);
  return key;
}

/** Encoded values as items keyed by their index. */
export function indexedItems(values: readonly Uint8Array[]): readonly MerkleItem[] {
  return values.map((value, index) => ({ key: indexKey(index), value }));
}

/** The root over nodes [start, end), at least one. */
export function rootOf(leaves: readonly Uint8Array[], start: number, end: number): Uint8Array {
  if (end - start === 1) return leaves[start]!;
  const split = start + splitOf(end - start);
  return merkleInner(rootOf(leaves, start, split), rootOf(leaves, split, end));
}

/** The largest power of two below `count`, which is at least 2 and at most 2^31. */
function splitOf(count: number): number {
  return 2 ** (31 - Math.clz32(count - 1));
}
