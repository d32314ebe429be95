// Hashes and signatures, computed by the host.
import {
  blake3 as hostBlake3,
  ed25519_verify,
  keccak256 as hostKeccak256,
  p256_verify,
  secp256k1_recover,
  secp256k1_verify,
  sha256 as hostSha256,
} from './host';
import { Address, Hash } from './address';
import { encode, sizeOf } from './codec';
import { copy32 } from './words';

/** SHA-256 of bytes. */
export function sha256(bytes: Uint8Array): Hash {
  return digest(bytes.dataStart, bytes.length);
}

/** Keccak-256 of bytes, as Ethereum has it (not SHA3-256). */
export function keccak256(bytes: Uint8Array): Hash {
  const out = heap.alloc(32);
  hostKeccak256(bytes.dataStart, bytes.length, out);
  return changetype<Hash>(out);
}

/** BLAKE3 of bytes, plain mode. */
export function blake3(bytes: Uint8Array): Hash {
  const out = heap.alloc(32);
  hostBlake3(bytes.dataStart, bytes.length, out);
  return changetype<Hash>(out);
}

/** SHA-256 of a value's Borsh encoding. */
export function hashOf<A>(a: A): Hash {
  const size = sizeOf<A>(a);
  const at = heap.alloc(size);
  encode<A>(at, a);
  return digest(at, size);
}

/** SHA-256 of two values' Borsh encodings, concatenated. */
export function hashOf2<A, B>(a: A, b: B): Hash {
  const size = sizeOf<A>(a) + sizeOf<B>(b);
  const at = heap.alloc(size);
  encode<B>(encode<A>(at, a), b);
  return digest(at, size);
}

/** SHA-256 of three values' Borsh encodings, concatenated. */
export function hashOf3<A, B, C>(a: A, b: B, c: C): Hash {
  const size = sizeOf<A>(a) + sizeOf<B>(b) + sizeOf<C>(c);
  const at = heap.alloc(size);
  encode<C>(encode<B>(encode<A>(at, a), b), c);
  return digest(at, size);
}

/** Whether an Ed25519 signature (64 bytes) of a message is by a key (32 bytes), under the strict rule. */
export function ed25519Verify(signature: Uint8Array, key: Hash, message: Uint8Array): bool {
  if (signature.length != 64) return false;
  return ed25519_verify(signature.dataStart, changetype<usize>(key), message.dataStart, message.length) != 0;
}

/** The account whose address stands for an Ed25519 key: SHA-256('weft/account/1' ‖ scheme 0 ‖ key). */
export function accountOf(key: Hash): Address {
  const at = heap.alloc(ACCOUNT_DOMAIN.length + 33);
  const scheme = at + String.UTF8.encodeUnsafe(changetype<usize>(ACCOUNT_DOMAIN), ACCOUNT_DOMAIN.length, at);
  store<u8>(scheme, 0);
  copy32(scheme + 1, changetype<usize>(key));
  return Address.fromHash(digest(at, scheme + 33 - at));
}

const ACCOUNT_DOMAIN: string = 'weft/account/1';

/** Whether an Ed25519 signature (64 bytes) of a digest is by a key. */
export function ed25519Signs(signature: Uint8Array, key: Hash, digest: Hash): bool {
  if (signature.length != 64) return false;
  return ed25519_verify(signature.dataStart, changetype<usize>(key), changetype<usize>(digest), 32) != 0;
}

/**
 * Whether r, s (64 bytes, big-endian) signs a digest under a secp256k1 key in SEC 1 form (33 or 65 bytes). Both s and
 * n-s pass: never take the bytes of a signature for an identity; `isLowS` tells the one form from the other.
 */
export function secp256k1Verify(signature: Uint8Array, key: Uint8Array, digest: Hash): bool {
  if (signature.length != 64) return false;
  return secp256k1_verify(signature.dataStart, key.dataStart, key.length, changetype<usize>(digest)) != 0;
}

/** As `secp256k1Verify`, on P-256: passkeys (over SHA-256 of what the authenticator signed), ES256. */
export function p256Verify(signature: Uint8Array, key: Uint8Array, digest: Hash): bool {
  if (signature.length != 64) return false;
  return p256_verify(signature.dataStart, key.dataStart, key.length, changetype<usize>(digest)) != 0;
}

/** The secp256k1 key (x, y: 64 bytes) whose signature of the digest it is, or null. `recovery`: 0 or 1, Ethereum's v - 27. */
export function secp256k1Recover(signature: Uint8Array, recovery: i32, digest: Hash): Uint8Array | null {
  if (signature.length != 64) return null;
  const key = new Uint8Array(64);
  if (secp256k1_recover(signature.dataStart, recovery, changetype<usize>(digest), key.dataStart) == 0) return null;
  return key;
}

/** The Ethereum address (20 bytes) whose signature of the digest it is, or null. Refuses n-s, as OpenZeppelin does. */
export function recoverEthereum(signature: Uint8Array, recovery: i32, digest: Hash): Uint8Array | null {
  if (signature.length != 64 || !isLowS(signature)) return null;
  const key = secp256k1Recover(signature, recovery, digest);
  if (key === null) return null;
  const hash = heap.alloc(32);
  hostKeccak256(key.dataStart, 64, hash);
  const address = new Uint8Array(20);
  memory.copy(address.dataStart, hash + 12, 20);
  return address;
}

/** Whether s of a secp256k1 signature (64 bytes) is at most half of n: the one of two forms that Ethereum writes. */
export function isLowS(signature: Uint8Array): bool {
  if (signature.length != 64) return false;
  const at = signature.dataStart + 32;
  const a = bswap<u64>(load<u64>(at));
  if (a != 0x7fffffffffffffff) return a < 0x7fffffffffffffff;
  const b = bswap<u64>(load<u64>(at, 8));
  if (b != 0xffffffffffffffff) return true;
  const c = bswap<u64>(load<u64>(at, 16));
  if (c != 0x5d576e7357a4501d) return c < 0x5d576e7357a4501d;
  return bswap<u64>(load<u64>(at, 24)) <= 0xdfe92f46681b20a0;
}

function digest(at: usize, size: usize): Hash {
  const out = heap.alloc(32);
  hostSha256(at, <i32>size, out);
  return changetype<Hash>(out);
}
