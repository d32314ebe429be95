// From one part of the tree to a proof's steps inside it: the path of a leaf, or the leaves between which a key is
// missing. `tree` adds what stands above the part.
import type { ExistenceProof, ProofStep } from '../types/proof.js';
import { bitAt, sharedBits, toBytes } from './bits.js';
import { EMPTY, INNER, type NodePages } from './node-arena.js';

/** The leaf that holds a hashed key (eight words) below `top`, or EMPTY. */
export function findLeaf(pages: NodePages, top: number, key: Int32Array): number {
  if (top === EMPTY) return EMPTY;
  const leaf = nearestLeaf(pages, top, key);
  return sharedBits(pages.leafPage(leaf), pages.leafAt(leaf), key, 0) === 256 ? leaf : EMPTY;
}

/** The last leaf before an absent key and the first one behind it; EMPTY where there is none below `top`. */
export function findNeighbours(
  pages: NodePages,
  top: number,
  key: Int32Array,
): { readonly left: number; readonly right: number } {
  if (top === EMPTY) return { left: EMPTY, right: EMPTY };
  const nearest = nearestLeaf(pages, top, key);
  const parting = sharedBits(pages.leafPage(nearest), pages.leafAt(nearest), key, 0);
  let left = EMPTY;
  let right = EMPTY;
  let reference = top;
  while (reference >= 0 && pages.bit(reference) < parting) {
    const side = bitAt(key, 0, pages.bit(reference));
    if (side === 0) right = pages.child(reference, 1);
    else left = pages.child(reference, 0);
    reference = pages.child(reference, side);
  }
  // Every leaf below shares `parting` bits with the key and differs in the next.
  if (bitAt(key, 0, parting) === 0) right = reference;
  else left = reference;
  return { left: outermost(pages, left, 1), right: outermost(pages, right, 0) };
}

/** The last (side 1) or first (side 0) leaf at or below a reference; EMPTY of EMPTY. */
export function outermost(pages: NodePages, from: number, side: 0 | 1): number {
  let reference = from;
  while (reference >= 0 && reference !== EMPTY) reference = pages.child(reference, side);
  return reference;
}

/** A leaf's proof up to `top`. */
export function proveLeaf(pages: NodePages, top: number, leaf: number): ExistenceProof {
  const words = pages.leafPage(leaf);
  const key = pages.leafAt(leaf);
  const steps: ProofStep[] = [];
  for (let reference = top; reference >= 0; ) {
    const side = bitAt(words, key, pages.bit(reference));
    const page = pages.innerPage(reference);
    const hash = pages.innerAt(reference) + INNER.hashes + 8 * (1 - side);
    const sibling = new Uint8Array(32);
    new Int32Array(sibling.buffer).set(page.subarray(hash, hash + 8));
    steps.push({ siblingIsLeft: side === 1, sibling });
    reference = pages.child(reference, side);
  }
  return { hashedKey: toBytes(words, key), value: pages.value(leaf), steps: steps.reverse() };
}

function nearestLeaf(pages: NodePages, top: number, key: Int32Array): number {
  let reference = top;
  while (reference >= 0) {
    const page = pages.innerPage(reference);
    const at = pages.innerAt(reference);
    reference = page[at + bitAt(key, 0, page[at + INNER.path]! >>> 24)]!;
  }
  return reference;
}
