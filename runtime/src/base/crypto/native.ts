// `#crypto` on Node: libsodium for signatures, curve points for what it has no function for. Must agree with portable.ts on
// every input; the suites run on both.
import { ed25519VerifyStrict } from './native-sign.js';
import { isAccountKey, verifyZip215Points } from './points.js';

export { ed25519PublicKey, ed25519Sign } from './native-sign.js';
export { ed25519VerifyStrict, isAccountKey };

/**
 * ZIP-215: every encoding of A and R, cofactored equation; a superset of the strict rule, so libsodium's yes decides
 * (60 us) and only its no costs the slow path (3 ms).
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
