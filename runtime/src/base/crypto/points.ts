// Ed25519 on curve points, shared by both `#crypto` implementations: what libsodium has no function for.
import { ed25519 } from '@noble/curves/ed25519.js';

const { Point } = ed25519;

/** ZIP-215 over @noble/curves; false for wrong lengths. About 3 ms. */
export function verifyZip215Points(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  return ed25519.verify(signature, message, publicKey, { zip215: true });
}

/** True for a canonical encoding of a point that is not of small order: what may stand behind an account. */
export function isAccountKey(publicKey: Uint8Array): boolean {
  return strictPoint(publicKey) !== undefined;
}

/** The point of a canonical encoding (y below p), undefined if there is none or it has small order. */
export function strictPoint(bytes: Uint8Array): InstanceType<typeof Point> | undefined {
  if (bytes.length !== 32) return undefined;
  try {
    const point = Point.fromBytes(bytes, false);
    return point.isSmallOrder() ? undefined : point;
  } catch {
    return undefined; // Not on the curve, or y at least p: the only things fromBytes refuses.
  }
}
