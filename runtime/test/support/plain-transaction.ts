// A decoded transaction as a plain object, to be changed and encoded again or compared by structure.
import type { Transaction } from '@weft/runtime/types/transaction';
import { plainBody } from '@weft/runtime/types/transaction-codec';

/** The same, without what decoding derives. */
export function plainTransaction(transaction: Transaction): Transaction {
  const { senderAuthorisation, payerAuthorisation } = transaction;
  return { ...plainBody(transaction), senderAuthorisation, payerAuthorisation };
}
