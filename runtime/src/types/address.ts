// Addresses: 32 bytes, a hash over a domain, so accounts, contracts and system contracts never share one.
// Text is bech32m with the human part `weft` on every chain. SPEC: runtime/docs/spec/address.md.
import { fromBech32, toBech32 } from '../base/bech32.js';
import { assertLength } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { sha256Domain } from '../base/hash.js';

export type Address = Uint8Array & { readonly __brand: 'Address' };
export type Hash32 = Uint8Array & { readonly __brand: 'Hash32' };

export const ADDRESS_PREFIX = 'weft';

/** Authorisation schemes; numbers between are reserved and refused. */
export const SCHEME = { ED25519: 0, THRESHOLD: 1, DEVELOPMENT: 255 } as const;

/** Brands 32 bytes. @throws CODEC_LENGTH */
export function asAddress(bytes: Uint8Array): Address {
  return assertLength(bytes, 32, 'address') as Address;
}

/** Brands 32 bytes. @throws CODEC_LENGTH */
export function asHash32(bytes: Uint8Array): Hash32 {
  return assertLength(bytes, 32, 'hash') as Hash32;
}

/** The address of an account key: SHA-256('weft/account/1' ‖ scheme ‖ key). Scheme 0: the 32-byte public key. */
export function accountAddress(scheme: number, key: Uint8Array): Address {
  if (!Number.isInteger(scheme) || scheme < 0 || scheme > 255) {
    throw new CodecError('CODEC_RANGE', { expected: '0..255', got: scheme, place: 'scheme' });
  }
  return sha256Domain('weft/account/1', new Uint8Array([scheme]), key) as Address;
}

/** The address of a contract: SHA-256('weft/contract/1' ‖ creator ‖ salt ‖ code hash), 32 bytes each. */
export function contractAddress(creator: Uint8Array, salt: Uint8Array, codeHash: Uint8Array): Address {
  assertLength(creator, 32, 'creator');
  assertLength(salt, 32, 'salt');
  assertLength(codeHash, 32, 'code hash');
  return sha256Domain('weft/contract/1', creator, salt, codeHash) as Address;
}

/** `weft1…`, lower case. */
export function encodeAddress(address: Uint8Array): string {
  return toBech32(ADDRESS_PREFIX, assertLength(address, 32, 'address'));
}

/** Inverse of `encodeAddress`. @throws CODEC_BECH32, CODEC_LENGTH */
export function decodeAddress(text: string): Address {
  return asAddress(fromBech32(ADDRESS_PREFIX, text));
}
