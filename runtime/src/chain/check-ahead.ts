// Signatures ahead of admission and execution: many at once, on threads where there are some.
import type { SignatureChecker } from '../ports/signatures.js';
import type { SignaturesFound } from '../types/authorisation.js';
import type { KnownTransactions } from './known-transactions.js';

/**
 * Checks those not known yet and adds to `known` what holds. What does not stays unknown: admission refuses it, and in a block
 * the block's rule decides about it.
 */
export async function checkAhead(
  transactions: readonly Uint8Array[],
  known: KnownTransactions<SignaturesFound>,
  checker: SignatureChecker | undefined,
): Promise<void> {
  if (checker === undefined) return;
  const unknown = transactions.filter((bytes) => known.get(bytes) === undefined);
  if (unknown.length === 0) return;
  const found = await checker.check(unknown);
  for (let index = 0; index < unknown.length; index++) {
    const one = found[index];
    if (one !== undefined) known.set(unknown[index]!, one);
  }
}
