// Proofs of single state values against a state root. The verifier is base/proof, the prover state/tree.
export type { ExistenceProof, ProofStep, StateProof } from '../base/state-tree.js';
