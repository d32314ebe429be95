// The port between chain and the signature threads.
import type { SignedTransaction } from '../types/transaction.js';

/**
 * Must: answer true only where every signature of the sender's and the payer's authorisation passes the strict rule for the key
 * the authorisation itself names. Whose account the key is remains a question of the state, for the caller.
 * Must: answer in the order asked. May: answer false for what it does not check (development authorisations).
 * Should: run beside the caller and beside block execution.
 */
export interface SignatureChecker {
  check(transactions: readonly SignedTransaction[]): Promise<readonly boolean[]>;
  close(): Promise<void>;
}
