// The port between chain and the signature threads.
import type { SignaturesFound } from '../types/authorisation.js';

/**
 * Must: answer `all` only for wire bytes that decode and where every signature of the sender's and the payer's authorisation
 * passes the strict rule for the key the authorisation itself names; `sole` only where `soleSignature` of the bytes passes
 * it. Whose account a key is remains a question of the state, for the caller.
 * Must: answer in the order asked. May: answer undefined for what it does not check (development authorisations).
 * Should: run beside the caller and beside block execution.
 */
export interface SignatureChecker {
  /** Wire bytes, which nobody changes. */
  check(transactions: readonly Uint8Array[]): Promise<readonly (SignaturesFound | undefined)[]>;
  close(): Promise<void>;
}
