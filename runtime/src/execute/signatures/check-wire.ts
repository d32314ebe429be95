// The signatures of one transaction, from its wire bytes.
import { CodecError } from '../../base/codec-error.js';
import { SCHEME } from '../../types/address.js';
import type { SignaturesFound } from '../../types/authorisation.js';
import { decodeThresholdProof, ED25519_KEY_BYTES } from '../../types/authorisation-codec.js';
import type { Authorisation, SignedTransaction } from '../../types/transaction.js';
import { decodeTransaction, type SoleSignature, soleSignature } from '../../types/transaction-codec.js';

/** The strict rule. */
export type Verify = (signature: Uint8Array, message: Uint8Array, key: Uint8Array) => boolean;

/** What holds of wire bytes that no other thread changes; undefined: not all of it, or it is not checked here. */
export function checkWire(bytes: Uint8Array, verify: Verify): SignaturesFound | undefined {
  const sole = soleSignature(bytes);
  if (sole !== undefined) return verify(sole.signature, sole.message, sole.key) ? 'sole' : undefined;
  const items = decodedItems(bytes);
  if (items.length === 0) return undefined;
  return items.every((item) => verify(item.signature, item.message, item.key)) ? 'all' : undefined;
}

/** None for bytes that are no transaction. */
function decodedItems(bytes: Uint8Array): SoleSignature[] {
  try {
    return itemsOf(decodeTransaction(bytes));
  } catch (error) {
    if (error instanceof CodecError) return [];
    throw error;
  }
}

/** The checks of one transaction; none where something in it is not checked here. */
export function itemsOf(transaction: SignedTransaction): SoleSignature[] {
  const message = transaction.signingBytes;
  const { senderAuthorisation: sender, payerAuthorisation: payer } = transaction;
  const items = itemsUnder(sender, message);
  if (payer === undefined || items.length === 0) return items;
  const more = itemsUnder(payer, message);
  return more.length === 0 ? [] : [...items, ...more];
}

function itemsUnder({ scheme, bytes }: Authorisation, message: Uint8Array): SoleSignature[] {
  if (scheme === SCHEME.ED25519) {
    const key = bytes.subarray(0, ED25519_KEY_BYTES);
    return [{ key, signature: bytes.subarray(ED25519_KEY_BYTES), message }];
  }
  if (scheme !== SCHEME.THRESHOLD) return [];
  const { policy, signatures } = decodeThresholdProof(bytes);
  return signatures.map(({ index, signature }) => ({ key: policy.keys[index]!, signature, message }));
}
