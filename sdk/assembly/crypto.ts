// Hashes and signatures, computed by the host.
import { ed25519_verify, sha256 as hostSha256 } from './host';
import { Hash } from './address';
import { encode, sizeOf } from './codec';

/** SHA-256 of bytes. */
export function sha256(bytes: Uint8Array): Hash {
  return digest(bytes.dataStart, bytes.length);
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

function digest(at: usize, size: usize): Hash {
  const out = heap.alloc(32);
  hostSha256(at, <i32>size, out);
  return changetype<Hash>(out);
}
