// A body and the seeds of its signers to wire bytes.
import { authoriseEd25519 } from './authorisation.js';
import type { TransactionBody } from './transaction.js';
import { encodeTransaction, signingBytes } from './transaction-codec.js';

/** Wire bytes of a body signed by Ed25519 seeds (32 bytes each); `payerSeed` exactly when the body has a payer. */
export function signTransaction(body: TransactionBody, seed: Uint8Array, payerSeed?: Uint8Array): Uint8Array {
  const signed = signingBytes(body);
  return encodeTransaction({
    ...body,
    senderAuthorisation: authoriseEd25519(seed, signed),
    payerAuthorisation: payerSeed && authoriseEd25519(payerSeed, signed),
  });
}
