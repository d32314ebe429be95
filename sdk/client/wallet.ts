// Accounts: a mnemonic becomes ed25519 keys, a key an address and signatures.

import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { entropyToMnemonic, generateMnemonic, mnemonicToSeedSync, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { concatBytes, fromHex, utf8 } from '@weft/runtime/base/bytes';
import { ed25519PublicKey, ed25519Sign } from '@weft/runtime/base/signature';
import { type Address, accountAddress, encodeAddress } from '@weft/runtime/types/address';
import type { Authorisation } from '@weft/runtime/types/transaction';
import { ClientError } from './errors.js';

/** The mnemonic of development chains. Everybody knows it: never put anything of value under it. */
export const DEVELOPMENT_MNEMONIC = 'test test test test test test test test test test test junk';

/** Its seed: 2,048 rounds of HMAC-SHA-512 that every command and node of a development chain would do again. */
const DEVELOPMENT_SEED =
  '9dfc3c64c2f8bede1533b6a79f8570e5943e0b8fd1cf77107adf7b72cef42185' +
  'd564a3aee24cab43f80e3c4538087d70fc824eabbad596a23c97b6ee8322ccc0';

/** Where accounts begin; coin type 1 is the one SLIP-44 keeps for test networks. */
const ACCOUNTS_PATH = "m/44'/1'";

/** Account `index` stands at this SLIP-0010 path. */
export const accountPath = (index: number): string => `${ACCOUNTS_PATH}/${index}'`;

/** What signs for an address: a key's own account, or after a rotation another key or several (rotated-accounts.ts). */
export interface Account {
  readonly address: Address;
  /** bech32m text of the address. */
  readonly text: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes over the message, ed25519 (RFC 8032). */
  sign(message: Uint8Array): Uint8Array;
  /** Default: scheme 0 with the public key and its signature of the signing bytes. */
  authorise?(signingBytes: Uint8Array): Authorisation;
}

/** A new mnemonic from the platform's randomness: 12 words (128 bits) or 24 (256 bits). */
export function createMnemonic(words: 12 | 24 = 12): string {
  return generateMnemonic(wordlist, words === 12 ? 128 : 256);
}

/** The BIP-39 mnemonic of 16, 20, 24, 28 or 32 bytes. @throws CLIENT_MNEMONIC */
export function mnemonicFromEntropy(entropy: Uint8Array): string {
  const { length } = entropy;
  if (length < 16 || length > 32 || length % 4 !== 0)
    throw new ClientError('CLIENT_MNEMONIC', {
      expected: '16 to 32 bytes, by fours',
      got: length,
      unit: 'bytes',
    });
  return entropyToMnemonic(entropy, wordlist);
}

/** The 64-byte BIP-39 seed. Takes 10 ms warm and 200 ms cold by design. @throws CLIENT_MNEMONIC */
export function seedFromMnemonic(mnemonic: string, passphrase = ''): Uint8Array {
  if (mnemonic === DEVELOPMENT_MNEMONIC && passphrase === '') return fromHex(DEVELOPMENT_SEED);
  if (!validateMnemonic(mnemonic, wordlist)) {
    const got = `${mnemonic.trim().split(/\s+/).length} words`;
    throw new ClientError('CLIENT_MNEMONIC', { expected: '12 to 24 words and their checksum', got });
  }
  return mnemonicToSeedSync(mnemonic, passphrase);
}

/** A key of the SLIP-0010 tree: 32 bytes each. */
export interface KeyNode {
  /** Of an ed25519 key. */
  readonly seed: Uint8Array;
  readonly chainCode: Uint8Array;
}

/** The key of a seed at a SLIP-0010 path whose steps are all hardened. @throws CLIENT_KEY_PATH */
export function keyAtPath(seed: Uint8Array, path: string): KeyNode {
  const steps = path
    .split('/')
    .slice(1)
    .map((step) => Number.parseInt(step, 10));
  if (!/^m(\/\d{1,10}')*$/.test(path) || steps.some((step) => step >= HARDENED))
    throw new ClientError('CLIENT_KEY_PATH', { got: path });
  return steps.reduce(childKey, keyNode(hmac(sha512, utf8('ed25519 seed'), seed)));
}

/** What is added to the number of a hardened step; ed25519 has no others (SLIP-0010). */
const HARDENED = 2 ** 31;

/**
 * Hardened child `index`. By hand, since libraries know each parent's fingerprint too: a curve multiplication a step, which
 * takes a short command longer than everything else it does.
 */
function childKey({ seed, chainCode }: KeyNode, index: number): KeyNode {
  const step = new Uint8Array(4);
  new DataView(step.buffer).setUint32(0, HARDENED + index);
  return keyNode(hmac(sha512, chainCode, concatBytes(Uint8Array.of(0), seed, step)));
}

const keyNode = (bytes: Uint8Array): KeyNode => ({ seed: bytes.slice(0, 32), chainCode: bytes.slice(32) });

/** The account of a 32-byte ed25519 seed. */
export function accountFromSeed(seed: Uint8Array): Account {
  const publicKey = ed25519PublicKey(seed);
  const address = accountAddress(0, publicKey);
  return { address, text: encodeAddress(address), publicKey, sign: (message) => ed25519Sign(seed, message) };
}

/**
 * Accounts `first` to `first + count - 1` of a mnemonic (BIP-39 seed, SLIP-0010 ed25519). About 0.4 ms each.
 * @throws CLIENT_MNEMONIC
 */
export function accountsFromMnemonic(mnemonic: string, count: number, first = 0, passphrase = ''): Account[] {
  const parent = keyAtPath(seedFromMnemonic(mnemonic, passphrase), ACCOUNTS_PATH);
  return Array.from({ length: count }, (_, index) => accountFromSeed(childKey(parent, first + index).seed));
}
