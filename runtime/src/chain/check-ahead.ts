// Signatures ahead of admission and execution: many at once, on threads where there are some.
import { CodecError } from '../base/codec-error.js';
import type { SignatureChecker } from '../ports/signatures.js';
import type { SignedTransaction } from '../types/transaction.js';
import { decodeTransaction } from '../types/transaction-codec.js';
import type { KnownHashes } from './known-hashes.js';

/**
 * Checks those not known yet and adds to `known` what holds. What does not stays unknown: admission refuses it, and in a block
 * the block's rule decides about it.
 */
export async function checkAhead(
  transactions: readonly Uint8Array[],
  known: KnownHashes,
  checker: SignatureChecker | undefined,
): Promise<void> {
  if (checker === undefined) return;
  const unknown: SignedTransaction[] = [];
  for (const bytes of transactions) {
    const transaction = known.has(bytes) ? undefined : decodeOrUndefined(bytes);
    if (transaction !== undefined) unknown.push(transaction);
  }
  if (unknown.length === 0) return;
  const hold = await checker.check(unknown);
  unknown.forEach(({ bytes }, index) => {
    if (hold[index] === true) known.add(bytes);
  });
}

function decodeOrUndefined(bytes: Uint8Array): SignedTransaction | undefined {
  try {
    return decodeTransaction(bytes);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
