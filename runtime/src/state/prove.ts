// From a tree to a proof: the path of a leaf, or of the two leaves between which a key is missing.
import { bytesEqual } from '../base/bytes.js';
import type { ExistenceProof, ProofStep, StateProof } from '../types/proof.js';
import { bitAt, sharedBits } from './bits.js';
import { EMPTY, type NodeArena } from './node-arena.js';

/** Proof for a hashed key (32 bytes) in the tree under `top`. */
export function proveKey(arena: NodeArena, top: number, hashedKey: Uint8Array): StateProof {
  if (top === EMPTY) return { kind: 'absent', hashedKey, left: undefined, right: undefined };
  let reference = top;
  while (reference >= 0) reference = arena.child(reference, bitAt(hashedKey, arena.bit(reference)));
  const found = arena.hashedKey(~reference);
  if (bytesEqual(found, hashedKey)) return { kind: 'present', existence: proveLeaf(arena, top, ~reference) };
  const { left, right } = findNeighbours(arena, top, hashedKey, sharedBits(hashedKey, found));
  return {
    kind: 'absent',
    hashedKey,
    left: left === EMPTY ? undefined : proveLeaf(arena, top, ~left),
    right: right === EMPTY ? undefined : proveLeaf(arena, top, ~right),
  };
}

/** The leaves on either side of an absent key, which leaves the tree's paths at bit `parting`. */
function findNeighbours(
  arena: NodeArena,
  top: number,
  hashedKey: Uint8Array,
  parting: number,
): { readonly left: number; readonly right: number } {
  let left = EMPTY;
  let right = EMPTY;
  let reference = top;
  while (reference >= 0 && arena.bit(reference) < parting) {
    const side = bitAt(hashedKey, arena.bit(reference));
    if (side === 0) right = arena.child(reference, 1);
    else left = arena.child(reference, 0);
    reference = arena.child(reference, side);
  }
  // Every leaf below shares `parting` bits with the key and differs in the next.
  if (bitAt(hashedKey, parting) === 0) right = reference;
  else left = reference;
  return { left: outermost(arena, left, 1), right: outermost(arena, right, 0) };
}

/** The last (side 1) or first (side 0) leaf below a reference. */
function outermost(arena: NodeArena, from: number, side: 0 | 1): number {
  let reference = from;
  while (reference >= 0 && reference !== EMPTY) reference = arena.child(reference, side);
  return reference;
}

function proveLeaf(arena: NodeArena, top: number, leaf: number): ExistenceProof {
  const hashedKey = arena.hashedKey(leaf).slice();
  const steps: ProofStep[] = [];
  for (let reference = top; reference >= 0; ) {
    const side = bitAt(hashedKey, arena.bit(reference));
    const hashes = arena.hashes(reference);
    steps.push({ siblingIsLeft: side === 1, sibling: side === 1 ? hashes.slice(0, 32) : hashes.slice(32) });
    reference = arena.child(reference, side);
  }
  return { hashedKey, value: arena.value(leaf), steps: steps.reverse() };
}
