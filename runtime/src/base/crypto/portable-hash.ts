// `#hash` where nothing native runs (browsers): @noble. Must agree with native-hash.ts on every input.
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';

/** SHA-256, 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes);
}

/** SHA-256 into the first 32 bytes of `digest`. */
export function sha256Into(digest: Uint8Array, bytes: Uint8Array): void {
  digest.set(nobleSha256(bytes));
}

/** SHA-256(left ‖ right), two 32-byte nodes. */
export function hashPair(left: Uint8Array, right: Uint8Array): Uint8Array {
  return nobleSha256.create().update(left).update(right).digest();
}
