// From one version of a part to a proof's steps inside it: the path of a leaf, or the leaves between which a key is
// missing. `tree` adds what stands above the part.
import { toHex } from '../base/bytes.js';
import { stateLeafHashInto } from '../base/state-tree.js';
import type { ExistenceProof, ProofStep } from '../types/proof.js';
import { bitAt, KEY_WORDS, sharedBits, toBytes, writeWords } from './bits.js';
import { StateError } from './errors.js';
import { EMPTY } from './node-arena.js';
import type { VersionView } from './version-view.js';

/** Room for the leaf that is read, which is the only one at that time. */
const HASHED_KEY = new Uint8Array(4 * KEY_WORDS);
const HASH = new Int32Array(KEY_WORDS);
const HASH_BYTES = new Uint8Array(HASH.buffer);

/** The leaf that holds a hashed key (eight words), or EMPTY. */
export function findLeaf(view: VersionView, key: Int32Array): number {
  if (view.top === EMPTY) return EMPTY;
  const leaf = nearestLeaf(view, key);
  return sharedBits(view.pages.leafPage(leaf), view.pages.leafAt(leaf), key, 0) === 256 ? leaf : EMPTY;
}

/**
 * The value a hashed key holds, compared with its leaf's hash: memory and checkpoints are not believed. `own`: the hash
 * of the part. @throws STATE_LEAF_MISMATCH
 */
export function readLeaf(view: VersionView, key: Int32Array, own: Int32Array): Uint8Array | undefined {
  if (view.top === EMPTY) return undefined;
  let leaf = view.top;
  /** The inner node above the leaf and on which side of it; none above a lone leaf. */
  let above = EMPTY;
  let side: 0 | 1 = 0;
  while (leaf >= 0) {
    above = leaf;
    side = bitAt(key, 0, view.pages.bit(above));
    leaf = view.child(above, side);
  }
  if (sharedBits(view.pages.leafPage(leaf), view.pages.leafAt(leaf), key, 0) !== 256) return undefined;
  const value = view.value(leaf);
  writeWords(key, 0, HASHED_KEY, 0);
  stateLeafHashInto(HASH_BYTES, HASHED_KEY, value);
  const holds =
    above === EMPTY ? own.every((word, at) => word === HASH[at]) : view.hasHash(above, side, HASH);
  if (holds) return value;
  const expected = new Uint8Array(32);
  if (above === EMPTY) new Int32Array(expected.buffer).set(own);
  else view.writeHash(above, side, expected, 0);
  throw new StateError('STATE_LEAF_MISMATCH', {
    expected: toHex(expected),
    got: toHex(HASH_BYTES),
    place: `hashed key ${toHex(HASHED_KEY)}`,
  });
}

/** The last leaf before an absent key and the first one behind it; EMPTY where the part has none. */
export function findNeighbours(
  view: VersionView,
  key: Int32Array,
): { readonly left: number; readonly right: number } {
  const { pages, top } = view;
  if (top === EMPTY) return { left: EMPTY, right: EMPTY };
  const nearest = nearestLeaf(view, key);
  const parting = sharedBits(pages.leafPage(nearest), pages.leafAt(nearest), key, 0);
  let left = EMPTY;
  let right = EMPTY;
  let reference = top;
  while (reference >= 0 && pages.bit(reference) < parting) {
    const side = bitAt(key, 0, pages.bit(reference));
    if (side === 0) right = view.child(reference, 1);
    else left = view.child(reference, 0);
    reference = view.child(reference, side);
  }
  // Every leaf below shares `parting` bits with the key and differs in the next.
  if (bitAt(key, 0, parting) === 0) right = reference;
  else left = reference;
  return { left: outermost(view, left, 1), right: outermost(view, right, 0) };
}

/** The last (side 1) or first (side 0) leaf at or below a reference; EMPTY of EMPTY. */
export function outermost(view: VersionView, from: number, side: 0 | 1): number {
  let reference = from;
  while (reference >= 0 && reference !== EMPTY) reference = view.child(reference, side);
  return reference;
}

/** A leaf's proof up to the part's top. */
export function proveLeaf(view: VersionView, leaf: number): ExistenceProof {
  const { pages } = view;
  const words = pages.leafPage(leaf);
  const key = pages.leafAt(leaf);
  const steps: ProofStep[] = [];
  for (let reference = view.top; reference >= 0; ) {
    const side = bitAt(words, key, pages.bit(reference));
    const sibling = new Uint8Array(32);
    view.writeHash(reference, 1 - side, sibling, 0);
    steps.push({ siblingIsLeft: side === 1, sibling });
    reference = view.child(reference, side);
  }
  return { hashedKey: toBytes(words, key), value: view.value(leaf), steps: steps.reverse() };
}

function nearestLeaf(view: VersionView, key: Int32Array): number {
  let reference = view.top;
  while (reference >= 0) reference = view.child(reference, bitAt(key, 0, view.pages.bit(reference)));
  return reference;
}
