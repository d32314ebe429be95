// A stored value under a header hash by two ICS-23 commitments, as consensus engines hand proofs on: from the value (or its
// absence) to the state root, from there to the hash. Browser-safe. SPEC: runtime/docs/spec/proof.md.
import { bytesEqual, utf8 } from '../base/bytes.js';
import { decodeMerkleCommitment, decodeStateCommitment } from '../base/ics23.js';
import { verifyMerklePath } from '../base/merkle.js';
import { ProofError, verifyStateProof } from '../base/proof.js';

/**
 * What `key` holds in the state a header hash commits to; undefined: nothing. `commitments`: CommitmentProof bytes, state
 * first. @throws PROOF_*
 */
export function verifyCommitments(
  headerHash: Uint8Array,
  key: Uint8Array,
  commitments: readonly Uint8Array[],
): Uint8Array | undefined {
  const [state, header] = commitments;
  if (state === undefined || header === undefined || commitments.length > 2)
    throw new ProofError('PROOF_SHAPE', { expected: '2 commitments', got: commitments.length });
  const [path, other] = decodeMerkleCommitment(header);
  const place = 'header field';
  if (path === undefined || other !== undefined || !bytesEqual(path.item.key, utf8('stateRoot')))
    throw new ProofError('PROOF_KEY', { expected: 'stateRoot', place });
  if (!verifyMerklePath(headerHash, path.item, path.steps)) throw new ProofError('PROOF_ROOT', { place });
  return verifyStateProof(path.item.value, key, decodeStateCommitment(state));
}
