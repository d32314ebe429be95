// `#crypto` and `#sign` where nothing native runs (browsers): @noble. Must agree with native.ts on every input.
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { isAccountKey, strictPoint, verifyZip215Points } from './points.js';

export { isAccountKey };

const { Point } = ed25519;

/** The public key (32 bytes) of a 32-byte seed. RFC 8032 §5.1.5. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed);
}

/** The signature (64 bytes) of `message` under a 32-byte seed. RFC 8032 §5.1.6. */
export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return ed25519.sign(message, seed);
}

/**
 * The strict rule, as libsodium has it: canonical A and R, neither of small order, s below the group order, and
 * the cofactorless equation s·B = R + k·A. (@noble's own `zip215: false` is cofactored, hence points.)
 */
export function ed25519VerifyStrict(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  const a = strictPoint(publicKey);
  const r = strictPoint(signature.subarray(0, 32));
  const s = littleEndian(signature.subarray(32));
  if (a === undefined || r === undefined || s >= Point.Fn.ORDER) return false;
  const digest = sha512.create().update(signature.subarray(0, 32)).update(publicKey).update(message).digest();
  const k = littleEndian(digest) % Point.Fn.ORDER;
  // multiplyUnsafe is variable-time; verification handles public data only. It takes 0 as well.
  return Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k)).equals(r);
}

/** ZIP-215: every encoding of A and R, cofactored equation. */
export function ed25519VerifyZip215(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  return verifyZip215Points(signature, message, publicKey);
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index]!);
  return value;
}
