// The strict verifier of state proofs: what a light client, a wallet or a bridge trusts. Browser-safe. It accepts a
// subset of what stock ICS-23 verifiers accept under the tree's ProofSpec (adr/0004): every length is exact, every
// direction is one the key's own bits allow, and the proof's key is the one asked for.
import { bytesEqual, compareBytes } from './bytes.js';
import { defineErrors } from './errors.js';
import { hashPair, sha256 } from './hash.js';
import { LIMITS } from './limits.js';
import {
  EMPTY_STATE_ROOT,
  type ExistenceProof,
  type ProofStep,
  type StateProof,
  stateLeafHash,
} from './state-tree.js';

/** Why a proof was refused. */
export class ProofError extends defineErrors('ProofError', {
  PROOF_SHAPE: { what: 'a part of the proof has another length than the tree gives it' },
  PROOF_KEY: { what: 'the proof is of another key' },
  PROOF_ROOT: {
    what: 'the proof leads to another root',
    fix: 'Ask for the proof at the height the root is of.',
  },
  PROOF_ORDER: { what: 'the key is not between the neighbours of the proof' },
  PROOF_ADJACENT: { what: 'the neighbours of the proof are not next to each other' },
  PROOF_FOREIGN: {
    what: 'the proof has operations of another tree than ours',
    fix: 'Ask a node of this chain for the proof.',
  },
}) {}

/**
 * What `key` holds in the state of `root`: the stored value, or undefined where the proof shows that nothing is there.
 * At most 512 hashes.
 * @throws PROOF_SHAPE, PROOF_KEY, PROOF_ROOT, PROOF_ORDER, PROOF_ADJACENT
 */
export function verifyStateProof(
  root: Uint8Array,
  key: Uint8Array,
  proof: StateProof,
): Uint8Array | undefined {
  assertShape(root.length === 32, 'root');
  const hashedKey = sha256(key);
  const claimed = proof.kind === 'present' ? proof.existence.hashedKey : proof.hashedKey;
  if (!bytesEqual(claimed, hashedKey)) throw new ProofError('PROOF_KEY', { place: proof.kind });
  if (proof.kind === 'present') {
    verifyExistence(root, proof.existence, 'present');
    return proof.existence.value;
  }
  verifyAbsence(root, hashedKey, proof.left, proof.right);
  return undefined;
}

function verifyAbsence(
  root: Uint8Array,
  hashedKey: Uint8Array,
  left: ExistenceProof | undefined,
  right: ExistenceProof | undefined,
): void {
  if (left === undefined && right === undefined) {
    if (!bytesEqual(root, EMPTY_STATE_ROOT))
      throw new ProofError('PROOF_ROOT', { expected: 'the root of no keys' });
    return;
  }
  if (left) {
    verifyExistence(root, left, 'left neighbour');
    if (compareBytes(left.hashedKey, hashedKey) >= 0)
      throw new ProofError('PROOF_ORDER', { place: 'left neighbour' });
  }
  if (right) {
    verifyExistence(root, right, 'right neighbour');
    if (compareBytes(hashedKey, right.hashedKey) >= 0)
      throw new ProofError('PROOF_ORDER', { place: 'right neighbour' });
  }
  if (!isAdjacent(left?.steps, right?.steps)) throw new ProofError('PROOF_ADJACENT');
}

/** Recomputes the root; every step's direction must be the key's bit at some depth below the step above. */
function verifyExistence(root: Uint8Array, proof: ExistenceProof, place: string): void {
  assertShape(proof.hashedKey.length === 32, `${place}, hashed key`);
  assertShape(proof.value.length > 0, `${place}, value`);
  assertShape(proof.steps.length <= LIMITS.proofSteps, `${place}, steps`);
  let hash = stateLeafHash(proof.hashedKey, proof.value);
  for (const { sibling, siblingIsLeft } of proof.steps) {
    assertShape(sibling.length === 32, `${place}, sibling`);
    hash = siblingIsLeft ? hashPair(sibling, hash) : hashPair(hash, sibling);
  }
  if (!bytesEqual(hash, root)) throw new ProofError('PROOF_ROOT', { place });
  if (!followsBits(proof.hashedKey, proof.steps))
    throw new ProofError('PROOF_SHAPE', { place: `${place}, directions` });
}

/** Directions from the root down are a subsequence of the key's bits (paths are compressed): taken greedily. */
function followsBits(hashedKey: Uint8Array, steps: readonly ProofStep[]): boolean {
  let bit = 0;
  for (let index = steps.length - 1; index >= 0; index--) {
    const wanted = steps[index]!.siblingIsLeft ? 1 : 0;
    while (bit < 256 && ((hashedKey[bit >> 3]! >> (7 - (bit & 7))) & 1) !== wanted) bit++;
    if (bit === 256) return false;
    bit++;
  }
  return true;
}

/**
 * No leaf stands between two paths (from the leaf up): they share their upper steps, part once to the left and to the
 * right, and below that the left one only goes right and the right one only left. One missing: the other is the edge.
 */
function isAdjacent(
  left: readonly ProofStep[] | undefined,
  right: readonly ProofStep[] | undefined,
): boolean {
  if (left === undefined) return (right ?? []).every((step) => !step.siblingIsLeft);
  if (right === undefined) return left.every((step) => step.siblingIsLeft);
  let leftAt = left.length - 1;
  let rightAt = right.length - 1;
  while (leftAt >= 0 && rightAt >= 0 && isSameStep(left[leftAt]!, right[rightAt]!)) {
    leftAt--;
    rightAt--;
  }
  if (leftAt < 0 || rightAt < 0) return false;
  if (left[leftAt]!.siblingIsLeft || !right[rightAt]!.siblingIsLeft) return false;
  return (
    left.slice(0, leftAt).every((step) => step.siblingIsLeft) &&
    right.slice(0, rightAt).every((step) => !step.siblingIsLeft)
  );
}

function isSameStep(a: ProofStep, b: ProofStep): boolean {
  return a.siblingIsLeft === b.siblingIsLeft && bytesEqual(a.sibling, b.sibling);
}

function assertShape(holds: boolean, place: string): void {
  if (!holds) throw new ProofError('PROOF_SHAPE', { place });
}
