// BIP-39 and SLIP-0010 vectors of their authors on the wallet: words, seeds, keys at paths.
import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { accountFromSeed, keyAtPath, mnemonicFromEntropy, seedFromMnemonic } from '@weft/sdk/client/wallet';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../support/shared-data.js';

const bip39 = sharedData('bip39');
const slip10 = sharedData('slip-0010');

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

describe.runIf(bip39 !== undefined)('BIP-39 vectors', () => {
  type Row = readonly [entropy: string, mnemonic: string, seed: string];
  const rows =
    bip39 === undefined
      ? []
      : readJson<{ readonly english: readonly Row[] }>(`${bip39}bip39-vectors.json`).english;

  it('are all there', () => expect(rows.length).toBeGreaterThanOrEqual(24));
  it.each(rows)('%s', (entropy, mnemonic, seed) => {
    expect(mnemonicFromEntropy(fromHex(entropy))).toBe(mnemonic);
    expect(toHex(seedFromMnemonic(mnemonic, 'TREZOR'))).toBe(seed);
  });
});

describe.runIf(slip10 !== undefined)('SLIP-0010 ed25519 vectors', () => {
  interface Node {
    readonly path: string;
    readonly chainCode: string;
    readonly privateKey: string;
    readonly publicKey: string;
  }
  interface Vector {
    readonly seed: string;
    readonly chains: readonly Node[];
  }
  const { vectors } =
    slip10 === undefined
      ? { vectors: [] }
      : readJson<{ readonly vectors: readonly Vector[] }>(`${slip10}ed25519.json`);
  const nodes = vectors.flatMap(({ seed, chains }) => chains.map((chain) => ({ from: seed, ...chain })));

  it('are all there', () => expect(nodes).toHaveLength(12));
  it.each(nodes)('$path of $from', ({ from, path, chainCode, privateKey, publicKey }) => {
    const key = keyAtPath(fromHex(from), path);
    expect(toHex(key.chainCode)).toBe(chainCode);
    expect(toHex(key.seed)).toBe(privateKey);
    // The vectors put a 0 byte before ed25519 keys.
    expect(`00${toHex(accountFromSeed(key.seed).publicKey)}`).toBe(publicKey);
  });
});
