// Proofs as a wallet, light client or bridge checks them: the strict verifier of the state tree, and paths under a header
// hash. Nothing here asks a node.
export {
  decodeMerkleCommitment,
  decodeStateCommitment,
  encodeStateCommitment,
  type MerkleProof,
} from '@weft/runtime/base/ics23';
export { verifyMerklePath } from '@weft/runtime/base/merkle';
export { ProofError, verifyStateProof } from '@weft/runtime/base/proof';
export {
  type BlockPart,
  type ProvenField,
  type ProvenItem,
  verifyField,
  verifyItem,
} from '@weft/runtime/types/block-proof';
export type { ExistenceProof, StateProof } from '@weft/runtime/types/proof';
export {
  type BlockProofFile,
  blockProofJson,
  parseBlockProof,
  verifyBlockProof,
} from './block-proof-file.js';
export {
  type ProofFile,
  ProofFileError,
  type ProofTrust,
  parseProofFile,
  proofFileJson,
  verifyProofFile,
} from './proof-file.js';
