// The transaction envelope. Canonical bytes and hashes are in transaction-codec.ts; SPEC: runtime/docs/spec/transaction.md.
import type { ExtraAccess } from './access.js';
import type { Address, Hash32 } from './address.js';

/** One of a transaction's calls; all of them are atomic together. */
export interface Call {
  readonly contract: Address;
  readonly selector: number;
  /** Borsh bytes of the arguments, concatenated. */
  readonly args: Uint8Array;
  /** Native amount moved from the sender to the contract, u128. */
  readonly value: bigint;
}

/** Replay protection: one of 16 lanes counted up by one, or 32 random bytes that expire (at most 128 blocks ahead). */
export type Nonce =
  | { readonly kind: 'lane'; readonly lane: number; readonly sequence: bigint }
  | { readonly kind: 'expiring'; readonly bytes: Uint8Array; readonly expiry: number };

/** 0 ed25519: key(32) ‖ signature(64). 1 threshold. 255 development: empty, only under a `dev: true` genesis. */
export interface Authorisation {
  readonly scheme: number;
  readonly bytes: Uint8Array;
}

/** Everything that is signed. */
export interface TransactionBody {
  /** Envelope version; 1. */
  readonly version: number;
  readonly genesisHash: Hash32;
  readonly sender: Address;
  /** Pays the fee in the sender's place. */
  readonly payer: Address | undefined;
  readonly nonce: Nonce;
  /** 1 to 2^53-1. */
  readonly gasLimit: number;
  /** Native units a gas, u64. */
  readonly gasPrice: bigint;
  /** Last height that may include it. */
  readonly expiry: number;
  /** At least one. */
  readonly calls: readonly Call[];
  readonly extraAccess: readonly ExtraAccess[];
}

export interface Transaction extends TransactionBody {
  readonly senderAuthorisation: Authorisation;
  /** Present exactly when `payer` is. */
  readonly payerAuthorisation: Authorisation | undefined;
}

/**
 * A decoded transaction with what decoding it yields for free. Byte strings and lists of one that was read off wire bytes are
 * made anew each time they are asked for.
 */
export interface SignedTransaction extends Transaction {
  /** Hash of the domain-separated signing bytes. */
  readonly id: Hash32;
  /** Hash of all bytes. */
  readonly wireHash: Hash32;
  readonly signingBytes: Uint8Array;
  readonly bytes: Uint8Array;
  /** How many of `bytes`, from the first on, are the body, which is what is signed. */
  readonly bodyBytes: number;
  readonly callCount: number;
  /** Scheme of the sender's authorisation, which stands behind the body. */
  readonly senderScheme: number;
  /** Signatures it has checked, the payer's included. */
  readonly signatureCount: number;
}
