// `#sign` on Node: what libsodium (sodium-native) does of Ed25519. Must agree with portable.ts on every input.
import sodium from 'sodium-native';

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
 * False for any other length too. About 60 us.
 */
export function ed25519VerifyStrict(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  return sodium.crypto_sign_verify_detached(signature, message, publicKey);
}
