// The wallet's refusals and its accounts; the vectors are in test/suites/wallet.test.ts.
import { pbkdf2Sync } from 'node:crypto';
import { toHex } from '@weft/runtime/base/bytes';
import {
  accountPath,
  accountsFromMnemonic,
  createMnemonic,
  DEVELOPMENT_MNEMONIC,
  keyAtPath,
  mnemonicFromEntropy,
  seedFromMnemonic,
} from '@weft/sdk/client/wallet';
import { describe, expect, it } from 'vitest';

const code = (code: string) => expect.objectContaining({ code });

describe('wallet', () => {
  it('account n stands at its path, whatever range it was asked in', () => {
    const [, second] = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 2);
    const [alone] = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1, 1);
    expect(alone?.text).toBe(second?.text);
    expect(accountPath(1)).toBe("m/44'/1'/1'");
    const [other] = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1, 1, 'another passphrase');
    expect(other?.text).not.toBe(second?.text);
  });

  it('the seed that is written down is the one the development mnemonic has', () => {
    const derived = pbkdf2Sync(DEVELOPMENT_MNEMONIC, 'mnemonic', 2048, 64, 'sha512');
    expect(toHex(seedFromMnemonic(DEVELOPMENT_MNEMONIC))).toBe(derived.toString('hex'));
    expect(toHex(seedFromMnemonic(DEVELOPMENT_MNEMONIC, 'x'))).not.toBe(derived.toString('hex'));
  });

  it('new mnemonics are valid, of the length asked for, and differ', () => {
    const words = createMnemonic();
    expect(words.split(' ')).toHaveLength(12);
    expect(createMnemonic(24).split(' ')).toHaveLength(24);
    expect(createMnemonic()).not.toBe(words);
    expect(seedFromMnemonic(words)).toHaveLength(64);
  });

  it('a wrong checksum, too little entropy and soft paths are refused', () => {
    const wrong = DEVELOPMENT_MNEMONIC.replace(/junk$/, 'test');
    expect(() => seedFromMnemonic(wrong)).toThrow(code('CLIENT_MNEMONIC'));
    expect(() => mnemonicFromEntropy(new Uint8Array(15))).toThrow(code('CLIENT_MNEMONIC'));
    const seed = new Uint8Array(64);
    for (const path of ["m/44'/1", "44'/1'", "m/2147483648'", 'm/'])
      expect(() => keyAtPath(seed, path)).toThrow(code('CLIENT_KEY_PATH'));
  });
});
