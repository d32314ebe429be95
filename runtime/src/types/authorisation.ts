// Authorisations: signing, and checking under both Ed25519 rules. Their bytes: authorisation-codec.ts.
// SPEC: runtime/docs/spec/transaction.md §authorisations.
import {
  ed25519PublicKey,
  ed25519Sign,
  ed25519VerifyStrict,
  ed25519VerifyZip215,
  isAccountKey,
} from '#crypto';
import { bytesEqual } from '../base/bytes.js';
import { CodecError } from '../base/codec-error.js';
import { type Address, accountAddress, SCHEME } from './address.js';
import {
  authorisationKey,
  decodeThresholdPolicy,
  decodeThresholdProof,
  ED25519_KEY_BYTES,
  ED25519_SIGNATURE_BYTES,
} from './authorisation-codec.js';
import type { AccountRecord } from './system.js';
import type { Authorisation, SignedTransaction } from './transaction.js';

/**
 * What was found of the signatures in wire bytes: all hold; or `sole`, of bytes that end as those of an Ed25519 sender
 * alone do, which were not decoded: that signature holds for them.
 */
export type SignaturesFound = 'all' | 'sole';

/**
 * Whether what was found covers the decoded transaction. Bytes that end like a sole signature may be another authorisation's:
 * what was found of them counts only if they are the form it was found for.
 */
export function coversSignatures(
  found: SignaturesFound | undefined,
  { payer, senderScheme }: Pick<SignedTransaction, 'payer' | 'senderScheme'>,
): boolean {
  if (found === 'sole') return payer === undefined && senderScheme === SCHEME.ED25519;
  return found === 'all';
}

/** True where scheme and key may stand in an account record: a key, or a policy of keys, that can sign. */
export function isAuthorisationKey(scheme: number, key: Uint8Array): boolean {
  if (scheme === SCHEME.ED25519) return isAccountKey(key);
  if (scheme !== SCHEME.THRESHOLD) return false;
  try {
    return decodeThresholdPolicy(key).keys.every((one) => isAccountKey(one));
  } catch (error) {
    if (error instanceof CodecError) return false;
    throw error;
  }
}

/** The address an Ed25519 seed (32 bytes) has by default. */
export function ed25519Address(seed: Uint8Array): Address {
  return accountAddress(SCHEME.ED25519, ed25519PublicKey(seed));
}

/** A scheme 0 authorisation of signing bytes: public key ‖ signature. */
export function authoriseEd25519(seed: Uint8Array, signingBytes: Uint8Array): Authorisation {
  const bytes = new Uint8Array(ED25519_KEY_BYTES + ED25519_SIGNATURE_BYTES);
  bytes.set(ed25519PublicKey(seed), 0);
  bytes.set(ed25519Sign(seed, signingBytes), ED25519_KEY_BYTES);
  return { scheme: SCHEME.ED25519, bytes };
}

/** What checking an authorisation needs besides it. */
export interface AuthorisationCheck {
  /** Whom it speaks for. */
  readonly address: Uint8Array;
  /** Of the account, where rotation left one; it then replaces what the address was made of. */
  readonly record: AccountRecord | undefined;
  readonly signingBytes: Uint8Array;
  /** `strict` at admission and in `process`, `zip215` in `finalize`. */
  readonly rule: 'strict' | 'zip215';
  /** The genesis has `dev: true`: scheme 255 is open. */
  readonly dev: boolean;
}

/**
 * The half of the check that is about the state: the key the authorisation names is the account's. A development
 * authorisation has no other half.
 */
export function speaksFor(
  authorisation: Authorisation,
  { address, record, dev }: Pick<AuthorisationCheck, 'address' | 'record' | 'dev'>,
  hasKey: HasKey = (of, key) => bytesEqual(accountAddress(SCHEME.ED25519, key), of),
): boolean {
  const { scheme } = authorisation;
  if (scheme === SCHEME.DEVELOPMENT) return dev;
  const key = authorisationKey(authorisation);
  if (record !== undefined) return record.scheme === scheme && bytesEqual(record.key, key);
  return scheme === SCHEME.ED25519 ? hasKey(address, key) : bytesEqual(accountAddress(scheme, key), address);
}

/** Whether an address is the one that an Ed25519 key has by default. */
export type HasKey = (address: Uint8Array, key: Uint8Array) => boolean;

/**
 * True when the authorisation speaks for the address: the key is the address's (or its record's), every key may
 * stand behind an account, every signature passes the rule. About 60 us a signature, 3 ms where ZIP-215 has to decide.
 */
export function verifyAuthorisation(authorisation: Authorisation, check: AuthorisationCheck): boolean {
  const { scheme, bytes } = authorisation;
  if (!speaksFor(authorisation, check)) return false;
  if (scheme === SCHEME.DEVELOPMENT) return true;
  if (scheme === SCHEME.ED25519)
    return verifyOne(bytes.subarray(ED25519_KEY_BYTES), authorisationKey(authorisation), check);
  const { policy, signatures } = decodeThresholdProof(bytes);
  return signatures.every(({ index, signature }) => verifyOne(signature, policy.keys[index]!, check));
}

function verifyOne(signature: Uint8Array, publicKey: Uint8Array, check: AuthorisationCheck): boolean {
  if (ed25519VerifyStrict(signature, check.signingBytes, publicKey)) return true;
  if (check.rule === 'strict') return false;
  return isAccountKey(publicKey) && ed25519VerifyZip215(signature, check.signingBytes, publicKey);
}
