// Authorisations as bytes: who may speak for an address. Signing and checking them: authorisation.ts.
// SPEC: runtime/docs/spec/transaction.md §authorisations.
import { compareBytes } from '../base/bytes.js';
import { decodeExact, type Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { LIMITS } from '../base/limits.js';
import { SCHEME } from './address.js';
import type { Authorisation } from './transaction.js';

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

/** As `readAuthorisation`, keeping nothing; how many signatures it has checked. A development one counts as one. */
export function skipAuthorisation(reader: Reader): number {
  const scheme = reader.u8();
  if (scheme === SCHEME.THRESHOLD)
    return decodeThresholdProof(reader.bytesView(LIMITS.authorisationBytes)).signatures.length;
  assertShape(scheme, reader.skipBytes(LIMITS.authorisationBytes));
  return 1;
}

function assertAuthorisation({ scheme, bytes }: Authorisation): void {
  if (scheme === SCHEME.THRESHOLD) decodeThresholdProof(bytes);
  else assertShape(scheme, bytes.length);
}

/** Of a scheme whose bytes have one length. */
function assertShape(scheme: number, length: number): void {
  if (scheme !== SCHEME.ED25519 && scheme !== SCHEME.DEVELOPMENT) {
    throw new CodecError('CODEC_TAG', {
      expected: Object.values(SCHEME),
      got: scheme,
      place: 'authorisation scheme',
    });
  }
  const expected = scheme === SCHEME.ED25519 ? ED25519_KEY_BYTES + ED25519_SIGNATURE_BYTES : 0;
  if (length !== expected) {
    throw new CodecError('CODEC_LENGTH', {
      expected,
      got: length,
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
