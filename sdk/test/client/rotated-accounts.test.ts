// What rotated and shared accounts write is what the chain's own check takes.
import { asHash32 } from '@weft/runtime/types/address';
import { verifyAuthorisation } from '@weft/runtime/types/authorisation';
import { encodeThresholdPolicy } from '@weft/runtime/types/authorisation-codec';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { rotatedAccount, thresholdAccount, thresholdPolicy } from '@weft/sdk/client/rotated-accounts';
import { transferCall } from '@weft/sdk/client/system-abi';
import { buildTransaction } from '@weft/sdk/client/transaction';
import { type Account, accountFromSeed } from '@weft/sdk/client/wallet';
import { describe, expect, it } from 'vitest';

const keys = [1, 2, 3, 4].map((byte) => accountFromSeed(new Uint8Array(32).fill(byte)));
const [old, a, b, c] = keys as [Account, Account, Account, Account];
const policy = thresholdPolicy(
  2,
  [a, b, c].map(({ publicKey }) => publicKey),
);

function isTaken(account: Account, record?: { scheme: number; key: Uint8Array }): boolean {
  const bytes = buildTransaction(account, [transferCall(a.address, 1n)], {
    genesisHash: asHash32(new Uint8Array(32)),
    nonce: { kind: 'lane', lane: 0, sequence: 0n },
    gasLimit: 1_000_000,
    gasPrice: 1n,
    expiry: 9,
  });
  const { senderAuthorisation, signingBytes, sender } = decodeTransaction(bytes);
  const check = { address: sender, record, signingBytes, rule: 'strict', dev: false } as const;
  return verifyAuthorisation(senderAuthorisation, check);
}

describe('rotated accounts', () => {
  it('another key signs for the address once the record says so', () => {
    const account = rotatedAccount(old.address, a);
    expect(account.text).toBe(old.text);
    expect(isTaken(account, { scheme: 0, key: a.publicKey })).toBe(true);
    expect(isTaken(account)).toBe(false);
    expect(isTaken(old, { scheme: 0, key: a.publicKey })).toBe(false);
  });

  it('any two of three sign, for the policy itself or for a rotated address', () => {
    for (const signers of [
      [a, b],
      [c, a],
      [b, c],
      [a, b, c],
    ]) {
      expect(isTaken(thresholdAccount(policy, signers))).toBe(true);
      const record = { scheme: 1, key: encodeThresholdPolicy(policy) };
      expect(isTaken(thresholdAccount(policy, signers, old.address), record)).toBe(true);
    }
  });

  it('too few, the same twice and strangers are refused', () => {
    for (const signers of [[a], [a, a], [a, old], []]) {
      expect(() => thresholdAccount(policy, signers)).toThrow(
        expect.objectContaining({ code: 'CLIENT_ARGUMENT' }),
      );
    }
    expect(() => thresholdPolicy(3, [a.publicKey, b.publicKey])).toThrow();
  });
});
