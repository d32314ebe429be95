// Permits: an owner signs off chain that a spender may move tokens; whoever brings the signature pays for the transaction.

import { Writer } from '@weft/runtime/base/codec';
import { sha256 } from '@weft/runtime/base/hash';
import { decodeAddress } from '@weft/runtime/types/address';
import type { Account } from '@weft/sdk/client/wallet';

/** What an owner allows. */
export interface PermitTerms {
  /** Address as text. */
  readonly spender: string;
  readonly amount: bigint;
  /** The owner's choice, taken once; any order. */
  readonly nonce: bigint;
  /** Until this time, ms since the epoch. */
  readonly deadline: bigint;
}

/** The domain of a token: SHA-256('weft/permit/1' as Borsh text ‖ contract ‖ the block hash it was created under). */
export function permitDomain(token: string, blockHash: Uint8Array): Uint8Array {
  return sha256(
    new Writer().string('weft/permit/1').fixed(decodeAddress(token), 32).fixed(blockHash, 32).finish(),
  );
}

/** What the owner signs, 32 bytes; equal to the contract's `permitDigest`. */
export function permitDigest(
  domain: Uint8Array,
  owner: string,
  { spender, amount, nonce, deadline }: PermitTerms,
): Uint8Array {
  const parties = sha256(
    new Writer().fixed(domain, 32).fixed(decodeAddress(owner), 32).fixed(decodeAddress(spender), 32).finish(),
  );
  const number = sha256(new Writer().u128(amount).u64(nonce).finish());
  return sha256(new Writer().fixed(parties, 32).fixed(number, 32).u64(deadline).finish());
}

/** The arguments of `permit`, signed by the owner's own key. `digest`: of these terms, by the contract or `permitDigest`. */
export function signPermit(owner: Account, terms: PermitTerms, digest: Uint8Array) {
  return { owner: owner.text, ...terms, key: owner.publicKey, signature: owner.sign(digest) };
}
