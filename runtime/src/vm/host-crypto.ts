// Host functions that compute: hashes, signatures and 256-bit arithmetic. Same order as in host-storage.ts. What a
// signature check refuses is an answer, never a failure; only pointers and lengths end the call.
import { ed25519VerifyStrict } from '#crypto';
import { blake3 as blake3Bytes, keccak256 as keccakBytes } from '../base/crypto/digests.js';
import {
  isEcdsaKeyLength,
  secp256k1Recover as recoverKey,
  p256Verify as verifyP256,
  secp256k1Verify as verifySecp256k1,
} from '../base/crypto/ecdsa.js';
import { sha256 as sha256Bytes } from '../base/hash.js';
import type { HostPrice } from '../types/gas-schedule.js';
import type { Frame } from './frame.js';
import { chargeHost, pricesOf } from './host-gas.js';
import { assertRange, readBytes, readNumber, viewBytes, writeBytes, writeNumber } from './host-memory.js';

const HASH_BYTES = 32;
const SIGNATURE_BYTES = 64;
const POINT_BYTES = 64;
const WIDE_BITS = 256;
const WIDE_LIMIT = 1n << 256n;

function writeHash(
  frame: Frame,
  price: HostPrice,
  hash: (bytes: Uint8Array) => Uint8Array,
  src: number,
  length: number,
  dst: number,
): void {
  chargeHost(frame, price, length >>> 0);
  assertRange(frame, dst, HASH_BYTES);
  writeBytes(frame, dst, hash(viewBytes(frame, src, length)));
}

/** Host `sha256`. */
export function sha256(frame: Frame, src: number, length: number, dst: number): void {
  writeHash(frame, pricesOf(frame).sha256, sha256Bytes, src, length, dst);
}

/** Host `keccak256`. */
export function keccak256(frame: Frame, src: number, length: number, dst: number): void {
  writeHash(frame, pricesOf(frame).keccak256, keccakBytes, src, length, dst);
}

/** Host `blake3`. */
export function blake3(frame: Frame, src: number, length: number, dst: number): void {
  writeHash(frame, pricesOf(frame).blake3, blake3Bytes, src, length, dst);
}

/** Host `ed25519_verify`, by the strict rule on every node. */
export function ed25519Verify(
  frame: Frame,
  signature: number,
  key: number,
  message: number,
  length: number,
): number {
  chargeHost(frame, pricesOf(frame).ed25519_verify, length >>> 0);
  const signed = viewBytes(frame, message, length);
  const holds = ed25519VerifyStrict(
    readBytes(frame, signature, SIGNATURE_BYTES),
    signed,
    readBytes(frame, key, HASH_BYTES),
  );
  return holds ? 1 : 0;
}

type EcdsaCheck = (signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array) => boolean;

function verifyEcdsa(
  frame: Frame,
  verify: EcdsaCheck,
  signature: number,
  key: number,
  keyLength: number,
  digest: number,
): number {
  const signatureBytes = readBytes(frame, signature, SIGNATURE_BYTES);
  const digestBytes = readBytes(frame, digest, HASH_BYTES);
  assertRange(frame, key, keyLength);
  if (!isEcdsaKeyLength(keyLength >>> 0)) return 0;
  return verify(signatureBytes, digestBytes, readBytes(frame, key, keyLength)) ? 1 : 0;
}

/** Host `secp256k1_verify`. */
export function secp256k1Verify(
  frame: Frame,
  signature: number,
  key: number,
  keyLength: number,
  digest: number,
): number {
  chargeHost(frame, pricesOf(frame).secp256k1_verify, 0);
  return verifyEcdsa(frame, verifySecp256k1, signature, key, keyLength, digest);
}

/** Host `p256_verify`. */
export function p256Verify(
  frame: Frame,
  signature: number,
  key: number,
  keyLength: number,
  digest: number,
): number {
  chargeHost(frame, pricesOf(frame).p256_verify, 0);
  return verifyEcdsa(frame, verifyP256, signature, key, keyLength, digest);
}

/** Host `secp256k1_recover`. */
export function secp256k1Recover(
  frame: Frame,
  signature: number,
  recovery: number,
  digest: number,
  dst: number,
): number {
  chargeHost(frame, pricesOf(frame).secp256k1_recover, 0);
  const signatureBytes = readBytes(frame, signature, SIGNATURE_BYTES);
  const digestBytes = readBytes(frame, digest, HASH_BYTES);
  assertRange(frame, dst, POINT_BYTES);
  const key = recoverKey(signatureBytes, recovery, digestBytes);
  if (key === undefined) return 0;
  writeBytes(frame, dst, key);
  return 1;
}

/** Host `mul_div`: a × b / denominator over the 512-bit product. */
export function mulDiv(frame: Frame, a: number, b: number, denominator: number, dst: number): number {
  chargeHost(frame, pricesOf(frame).mul_div, 0);
  const product = readNumber(frame, a, WIDE_BITS) * readNumber(frame, b, WIDE_BITS);
  const divisor = readNumber(frame, denominator, WIDE_BITS);
  assertRange(frame, dst, WIDE_BITS / 4);
  if (divisor === 0n) return 0;
  const quotient = product / divisor;
  if (quotient >= WIDE_LIMIT) return 0;
  writeNumber(frame, dst, WIDE_BITS, quotient);
  writeNumber(frame, (dst >>> 0) + WIDE_BITS / 8, WIDE_BITS, product - quotient * divisor);
  return 1;
}
