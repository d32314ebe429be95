// Authorisations: who may speak for an address. Bytes, signing and checking under both Ed25519 rules.
// SPEC: runtime/docs/spec/transaction.md §authorisations.
import {
  ed25519PublicKey,
  ed25519Sign,
  ed25519VerifyStrict,
  ed25519VerifyZip215,
  isAccountKey,
} from '#crypto';
import { bytesEqual, compareBytes } from '../base/bytes.js';
import { decodeExact, type Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { LIMITS } from '../base/limits.js';
import { type Address, accountAddress, SCHEME } from './address.js';
import type { AccountRecord } from './system.js';
import type { Authorisation, SignedTransaction } from './transaction.js';

/** Bytes of the two parts of a scheme 0 authorisation. */
export const ED25519_KEY_BYTES = 32;
export const ED25519_SIGNATURE_BYTES = 64;
/** Keys of one threshold policy. */
export const THRESHOLD_KEYS_MAX = 64;

/** `threshold` of `keys` must sign; keys are Ed25519, ascending, distinct. Its bytes are the account's key. */
export interface ThresholdPolicy {
  readonly threshold: number;
  readonly keys: readonly Uint8Array[];
}

/** Exactly `threshold` signatures, by ascending index of their key. */
export interface ThresholdProof {
  readonly policy: ThresholdPolicy;
  readonly signatures: readonly { readonly index: number; readonly signature: Uint8Array }[];
}

/** u8 threshold, then the list of keys. @throws CodecError */
export function encodeThresholdPolicy(policy: ThresholdPolicy): Uint8Array {
  assertPolicy(policy);
  const writer = new Writer().u8(policy.threshold);
  return writer.list(policy.keys, (key) => writer.fixed(key, ED25519_KEY_BYTES)).finish();
}

/** The bytes of a scheme 1 authorisation. @throws CodecError */
export function encodeThresholdProof(proof: ThresholdProof): Uint8Array {
  const writer = new Writer().fixed(encodeThresholdPolicy(proof.policy));
  assertSignatures(proof);
  writer.list(proof.signatures, ({ index, signature }) =>
    writer.u8(index).fixed(signature, ED25519_SIGNATURE_BYTES),
  );
  return writer.finish();
}

/** Inverse of `encodeThresholdProof`. @throws CodecError */
export function decodeThresholdProof(bytes: Uint8Array): ThresholdProof {
  return decodeExact(bytes, 'threshold authorisation', (reader) => {
    const policy = readPolicy(reader);
    const signatures = reader.list(
      () => ({ index: reader.u8(), signature: reader.fixed(ED25519_SIGNATURE_BYTES) }),
      THRESHOLD_KEYS_MAX,
    );
    const proof = { policy, signatures };
    assertSignatures(proof);
    return proof;
  });
}

/** Inverse of `encodeThresholdPolicy`. @throws CodecError */
export function decodeThresholdPolicy(bytes: Uint8Array): ThresholdPolicy {
  return decodeExact(bytes, 'threshold policy', readPolicy);
}

function readPolicy(reader: Reader): ThresholdPolicy {
  const threshold = reader.u8();
  const keys = reader.list(() => reader.fixed(ED25519_KEY_BYTES), THRESHOLD_KEYS_MAX);
  const policy = { threshold, keys };
  assertPolicy(policy);
  return policy;
}

function assertPolicy({ threshold, keys }: ThresholdPolicy): void {
  const place = 'threshold policy';
  if (keys.length < 1 || keys.length > THRESHOLD_KEYS_MAX) {
    throw new CodecError('CODEC_LIMIT', {
      expected: `1..${THRESHOLD_KEYS_MAX} keys`,
      got: keys.length,
      place,
    });
  }
  if (threshold < 1 || threshold > keys.length) {
    throw new CodecError('CODEC_RANGE', { expected: `1..${keys.length}`, got: threshold, place });
  }
  for (let index = 1; index < keys.length; index++) {
    if (compareBytes(keys[index - 1]!, keys[index]!) >= 0)
      throw new CodecError('CODEC_ORDER', { got: index, place });
  }
}

function assertSignatures({ policy, signatures }: ThresholdProof): void {
  const place = 'threshold signatures';
  if (signatures.length !== policy.threshold) {
    throw new CodecError('CODEC_LENGTH', { expected: policy.threshold, got: signatures.length, place });
  }
  let previous = -1;
  for (const { index } of signatures) {
    if (index <= previous) throw new CodecError('CODEC_ORDER', { got: index, place });
    if (index >= policy.keys.length)
      throw new CodecError('CODEC_RANGE', { expected: `below ${policy.keys.length}`, got: index, place });
    previous = index;
  }
}

/** u8 scheme, then bytes. @throws CodecError for a reserved scheme or bytes that are not its form */
export function writeAuthorisation(writer: Writer, authorisation: Authorisation): void {
  assertAuthorisation(authorisation);
  writer.u8(authorisation.scheme).bytes(authorisation.bytes);
}

/** Inverse of `writeAuthorisation`. @throws CodecError */
export function readAuthorisation(reader: Reader): Authorisation {
  const authorisation = { scheme: reader.u8(), bytes: reader.bytesView(LIMITS.authorisationBytes) };
  assertAuthorisation(authorisation);
  return authorisation;
}

function assertAuthorisation({ scheme, bytes }: Authorisation): void {
  if (scheme === SCHEME.THRESHOLD) {
    decodeThresholdProof(bytes);
    return;
  }
  if (scheme !== SCHEME.ED25519 && scheme !== SCHEME.DEVELOPMENT) {
    throw new CodecError('CODEC_TAG', {
      expected: Object.values(SCHEME),
      got: scheme,
      place: 'authorisation scheme',
    });
  }
  const expected = scheme === SCHEME.ED25519 ? ED25519_KEY_BYTES + ED25519_SIGNATURE_BYTES : 0;
  if (bytes.length !== expected) {
    throw new CodecError('CODEC_LENGTH', {
      expected,
      got: bytes.length,
      unit: 'bytes',
      place: 'authorisation',
    });
  }
}

/** The key material an authorisation speaks with: public key, policy bytes, nothing for a development one. */
export function authorisationKey(authorisation: Authorisation): Uint8Array {
  if (authorisation.scheme === SCHEME.THRESHOLD) {
    return encodeThresholdPolicy(decodeThresholdProof(authorisation.bytes).policy);
  }
  return authorisation.bytes.subarray(0, authorisation.scheme === SCHEME.ED25519 ? ED25519_KEY_BYTES : 0);
}

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
  { payer, senderAuthorisation }: Pick<SignedTransaction, 'payer' | 'senderAuthorisation'>,
): boolean {
  if (found === 'sole') return payer === undefined && senderAuthorisation.scheme === SCHEME.ED25519;
  return found === 'all';
}

/** Signatures an authorisation has checked: what its price counts. A development one counts as one. */
function signatureCount(authorisation: Authorisation): number {
  if (authorisation.scheme !== SCHEME.THRESHOLD) return 1;
  return decodeThresholdProof(authorisation.bytes).signatures.length;
}

/** Signatures a transaction has checked, the payer's included. */
export function signaturesChecked(
  transaction: Pick<SignedTransaction, 'senderAuthorisation' | 'payerAuthorisation'>,
): number {
  const { senderAuthorisation, payerAuthorisation } = transaction;
  return (
    signatureCount(senderAuthorisation) +
    (payerAuthorisation === undefined ? 0 : signatureCount(payerAuthorisation))
  );
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
 * stand behind an account, every signature passes the rule. About 110 us a signature, 3 ms where ZIP-215 has to decide.
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
