// ECDSA over secp256k1 and P-256 of a digest that is already made, for contracts: SEC 1 §4.1.4 and §4.1.6. One
// implementation everywhere (@noble/curves): no node decides otherwise than another because of its platform.
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';

const SIGNATURE_BYTES = 64;
const DIGEST_BYTES = 32;
/** Both halves of s are accepted, as SEC 1, Ethereum's precompiles and WebAuthn have it. */
const OPTIONS = { prehash: false, lowS: false, format: 'compact' } as const;

/** Length in bytes of a public key as SEC 1 §2.3.3 writes it: compressed, or not. */
export function isEcdsaKeyLength(length: number): boolean {
  return length === 33 || length === 65;
}

/**
 * True if r ‖ s (64 bytes, big-endian) signs a 32-byte digest under a key of 33 or 65 bytes. r and s from 1 to n-1;
 * the key on the curve, canonical, prefix 02, 03 or 04. False for anything else. About 1.5 ms.
 */
export function secp256k1Verify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
  return isFormed(signature, digest, publicKey) && secp256k1.verify(signature, digest, publicKey, OPTIONS);
}

/** As `secp256k1Verify`, on the curve P-256 (secp256r1). About 2.2 ms. */
export function p256Verify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
  return isFormed(signature, digest, publicKey) && p256.verify(signature, digest, publicKey, OPTIONS);
}

function isFormed(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
  return (
    signature.length === SIGNATURE_BYTES &&
    digest.length === DIGEST_BYTES &&
    isEcdsaKeyLength(publicKey.length)
  );
}

/**
 * The key (x ‖ y, 64 bytes) whose signature r ‖ s of a digest this is, `recovery` being the parity of R's y: what
 * Ethereum writes as v - 27. Undefined if there is none, or for a recovery other than 0 and 1. About 1.5 ms.
 */
export function secp256k1Recover(
  signature: Uint8Array,
  recovery: number,
  digest: Uint8Array,
): Uint8Array | undefined {
  if (signature.length !== SIGNATURE_BYTES || digest.length !== DIGEST_BYTES) return undefined;
  if (recovery !== 0 && recovery !== 1) return undefined;
  try {
    const { Signature } = secp256k1;
    const point = Signature.fromBytes(signature, 'compact').addRecoveryBit(recovery).recoverPublicKey(digest);
    return point.toBytes(false).slice(1);
  } catch {
    return undefined; // r or s out of range, no point with that x, or the point at infinity: all it throws for.
  }
}
