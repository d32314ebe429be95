// Accounts: a mnemonic becomes ed25519 keys, a key an address and signatures.

import { mnemonicToSeedSync, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { ed25519PublicKey, ed25519Sign } from '@weft/runtime/base/signature';
import { type Address, accountAddress, encodeAddress } from '@weft/runtime/types/address';
import { HDKey } from 'micro-key-producer/slip10.js';
import { ClientError } from './errors.js';

/** The mnemonic of development chains. Everybody knows it: never put anything of value under it. */
export const DEVELOPMENT_MNEMONIC = 'test test test test test test test test test test test junk';

/** Account `index` stands at this SLIP-0010 path; coin type 1 is the one SLIP-44 keeps for test networks. */
export const accountPath = (index: number): string => `m/44'/1'/${index}'`;

/** A key that signs: the address is its scheme-0 account until a chain's account record says otherwise. */
export interface Account {
  readonly address: Address;
  /** bech32m text of the address. */
  readonly text: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes over the message, ed25519 (RFC 8032). */
  sign(message: Uint8Array): Uint8Array;
}

/** The account of a 32-byte ed25519 seed. */
export function accountFromSeed(seed: Uint8Array): Account {
  const publicKey = ed25519PublicKey(seed);
  const address = accountAddress(0, publicKey);
  return { address, text: encodeAddress(address), publicKey, sign: (message) => ed25519Sign(seed, message) };
}

/**
 * Accounts 0 to count-1 of a mnemonic (BIP-39 seed without passphrase, SLIP-0010 ed25519). About 0.4 ms each.
 * @throws CLIENT_MNEMONIC
 */
export function accountsFromMnemonic(mnemonic: string, count: number, first = 0): Account[] {
  const accounts: Account[] = [];
  const parent = masterKey(mnemonic).derive("m/44'/1'");
  for (let index = first; index < first + count; index++) {
    accounts.push(accountFromSeed(parent.deriveChild(index + HARDENED).privateKey));
  }
  return accounts;
}

const HARDENED = 0x8000_0000;

function masterKey(mnemonic: string): HDKey {
  if (!validateMnemonic(mnemonic, wordlist)) {
    throw new ClientError('CLIENT_MNEMONIC', {
      expected: '12 to 24 words',
      got: `${mnemonic.split(/\s+/).length} words`,
    });
  }
  return HDKey.fromMasterSeed(mnemonicToSeedSync(mnemonic));
}
