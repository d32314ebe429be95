// Hash functions the chain itself does not use and contracts ask for: Keccak-256 as Ethereum has it (the padding from
// before FIPS 202), and BLAKE3. One implementation everywhere, @noble/hashes.
import { blake3 as nobleBlake3 } from '@noble/hashes/blake3.js';
import { keccak_256 } from '@noble/hashes/sha3.js';

/** Keccak-256, 32 bytes; about 45 ns a byte. */
export function keccak256(bytes: Uint8Array): Uint8Array {
  return keccak_256(bytes);
}

/** BLAKE3 in its plain mode, 32 bytes; about 20 ns a byte. */
export function blake3(bytes: Uint8Array): Uint8Array {
  return nobleBlake3(bytes);
}
