// `#crypto` on Node: libsodium (sodium-native) for signatures, OpenSSL (node:crypto) for hashes. Must agree with
// portable.ts on every input; the suites run on both.
import { hash } from 'node:crypto';
import sodium from 'sodium-native';
import { isAccountKey, verifyZip215Points } from './points.js';

export { isAccountKey };

const PAIR = new Uint8Array(64);

/** SHA-256, 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(32);
  sha256Into(digest, bytes);
  return digest;
}

/**
 * SHA-256 into the first 32 bytes of `digest`. OpenSSL's, which uses the processor's instructions for it, with the digest as
 * a latin1 text: the cheapest way over the border (0.4 us for 47 bytes; 0.6 by libsodium, 0.9 with a Buffer).
 */
export function sha256Into(digest: Uint8Array, bytes: Uint8Array): void {
  const text = hash('sha256', bytes, 'binary');
  for (let index = 0; index < 32; index++) digest[index] = text.charCodeAt(index);
}

/** SHA-256(left ‖ right), two 32-byte nodes. */
export function hashPair(left: Uint8Array, right: Uint8Array): Uint8Array {
  for (let index = 0; index < 32; index++) {
    PAIR[index] = left[index]!;
    PAIR[32 + index] = right[index]!;
  }
  return sha256(PAIR);
}

/** The public key (32 bytes) of a 32-byte seed. RFC 8032 §5.1.5. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  const publicKey = new Uint8Array(sodium.crypto_sign_PUBLICKEYBYTES);
  const secretKey = new Uint8Array(sodium.crypto_sign_SECRETKEYBYTES);
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed);
  return publicKey;
}

/** The signature (64 bytes) of `message` under a 32-byte seed. RFC 8032 §5.1.6. */
export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  const publicKey = new Uint8Array(sodium.crypto_sign_PUBLICKEYBYTES);
  const secretKey = new Uint8Array(sodium.crypto_sign_SECRETKEYBYTES);
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed);
  const signature = new Uint8Array(sodium.crypto_sign_BYTES);
  sodium.crypto_sign_detached(signature, message, secretKey);
  return signature;
}

/**
 * The strict rule: canonical A and R, neither of small order, s below the group order, cofactorless equation.
 * False for any other length too. About 110 us.
 */
export function ed25519VerifyStrict(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  return sodium.crypto_sign_verify_detached(signature, message, publicKey);
}

/**
 * ZIP-215: every encoding of A and R, cofactored equation; a superset of the strict rule, so libsodium's yes decides
 * (110 us) and only its no costs the slow path (3 ms).
 */
export function ed25519VerifyZip215(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  return (
    ed25519VerifyStrict(signature, message, publicKey) || verifyZip215Points(signature, message, publicKey)
  );
}
