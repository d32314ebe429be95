// From what a person wants done to signed wire bytes.

import { concatBytes } from '@weft/runtime/base/bytes';
import type { ExtraAccess } from '@weft/runtime/types/access';
import type { Hash32 } from '@weft/runtime/types/address';
import type { Authorisation, Call, Nonce, TransactionBody } from '@weft/runtime/types/transaction';
import { encodeTransaction, signingBytes } from '@weft/runtime/types/transaction-codec';
import type { Account } from './wallet.js';

/** What a transaction needs besides its calls. */
export interface TransactionOptions {
  readonly genesisHash: Hash32;
  readonly nonce: Nonce;
  readonly gasLimit: number;
  /** Native units a gas. */
  readonly gasPrice: bigint;
  /** Last height that may include it. */
  readonly expiry: number;
  readonly extraAccess?: readonly ExtraAccess[];
  /** Pays the fee in the sender's place, and signs too. */
  readonly payer?: Account;
}

/** Signed wire bytes of calls made by an account. @throws CodecError for what has no encoding */
export function buildTransaction(
  sender: Account,
  calls: readonly Call[],
  options: TransactionOptions,
): Uint8Array {
  const body: TransactionBody = {
    version: 1,
    genesisHash: options.genesisHash,
    sender: sender.address,
    payer: options.payer?.address,
    nonce: options.nonce,
    gasLimit: options.gasLimit,
    gasPrice: options.gasPrice,
    expiry: options.expiry,
    calls,
    extraAccess: options.extraAccess ?? [],
  };
  const signed = signingBytes(body);
  return encodeTransaction({
    ...body,
    senderAuthorisation: authorise(sender, signed),
    payerAuthorisation: options.payer && authorise(options.payer, signed),
  });
}

function authorise(account: Account, message: Uint8Array): Authorisation {
  if (account.authorise !== undefined) return account.authorise(message);
  return { scheme: 0, bytes: concatBytes(account.publicKey, account.sign(message)) };
}
