// The JSON form of proofs. Documented in runtime/docs/spec/rpc.md.
import type { MerkleStep } from '../base/merkle.js';
import type { ProvenState } from '../ports/query.js';
import type { ProvenField, ProvenItem } from '../types/block-proof.js';
import type { ExistenceProof } from '../types/proof.js';
import { hexJson } from './render.js';

export function provenStateJson({ height, hash, stateRoot, proof, headerPath }: ProvenState) {
  return {
    height,
    hash: hexJson(hash),
    stateRoot: hexJson(stateRoot),
    headerPath: stepsJson(headerPath),
    proof:
      proof.kind === 'present'
        ? { kind: proof.kind, existence: existenceJson(proof.existence) }
        : {
            kind: proof.kind,
            hashedKey: hexJson(proof.hashedKey),
            left: proof.left ? existenceJson(proof.left) : null,
            right: proof.right ? existenceJson(proof.right) : null,
          },
  };
}

export function provenItemJson({ height, hash, part, index, item, root, path, headerPath }: ProvenItem) {
  return {
    height,
    hash: hexJson(hash),
    part,
    index,
    item: hexJson(item),
    root: hexJson(root),
    path: stepsJson(path),
    headerPath: stepsJson(headerPath),
  };
}

export function provenFieldJson({ height, hash, field, value, path }: ProvenField) {
  return { height, hash: hexJson(hash), field, value: hexJson(value), path: stepsJson(path) };
}

function existenceJson({ hashedKey, value, steps }: ExistenceProof) {
  return { hashedKey: hexJson(hashedKey), value: hexJson(value), steps: stepsJson(steps) };
}

/** From the leaf up. */
function stepsJson(steps: readonly MerkleStep[]) {
  return steps.map(({ siblingIsLeft, sibling }) => ({ siblingIsLeft, sibling: hexJson(sibling) }));
}
