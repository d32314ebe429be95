// Who may speak for an address: each scheme, rotation, both rules.
import { bytesEqual, compareBytes } from '@weft/runtime/base/bytes';
import * as crypto from '@weft/runtime/base/crypto/native';
import { WeftError } from '@weft/runtime/base/errors';
import { accountAddress, SCHEME } from '@weft/runtime/types/address';
import {
  type AuthorisationCheck,
  authoriseEd25519,
  verifyAuthorisation,
} from '@weft/runtime/types/authorisation';
import {
  authorisationKey,
  decodeThresholdProof,
  encodeThresholdPolicy,
  encodeThresholdProof,
} from '@weft/runtime/types/authorisation-codec';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import { decodeTransaction, encodeTransaction } from '@weft/runtime/types/transaction-codec';
import { describe, expect, it } from 'vitest';
import { filled, NOTHING, sponsoredBody, transactionLane } from './samples.js';

const signed = decodeTransaction(signTransaction(sponsoredBody, filled(1), filled(2)));
const check = (changes: Partial<AuthorisationCheck> = {}): AuthorisationCheck => ({
  address: signed.sender,
  record: undefined,
  signingBytes: signed.signingBytes,
  rule: 'strict',
  dev: false,
  ...changes,
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof WeftError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('authorisation', () => {
  it('sender and payer sign the same bytes, each for its own address', () => {
    expect(verifyAuthorisation(signed.senderAuthorisation, check())).toBe(true);
    expect(verifyAuthorisation(signed.payerAuthorisation!, check({ address: signed.payer! }))).toBe(true);
    expect(verifyAuthorisation(signed.payerAuthorisation!, check())).toBe(false);
  });

  it('another message, address or signature is refused under both rules', () => {
    for (const rule of ['strict', 'zip215'] as const) {
      expect(verifyAuthorisation(signed.senderAuthorisation, check({ rule }))).toBe(true);
      expect(verifyAuthorisation(signed.senderAuthorisation, check({ rule, signingBytes: filled(0) }))).toBe(
        false,
      );
      expect(verifyAuthorisation(signed.senderAuthorisation, check({ rule, address: filled(9) }))).toBe(
        false,
      );
      const bytes = signed.senderAuthorisation.bytes.slice();
      bytes[95]! ^= 1;
      expect(verifyAuthorisation({ scheme: 0, bytes }, check({ rule }))).toBe(false);
    }
  });

  it('a key of small order is no account, though ZIP-215 takes its signature', () => {
    const key = new Uint8Array(32);
    key[0] = 1;
    const bytes = new Uint8Array(96);
    bytes.set(key, 0);
    bytes.set(key, 32);
    expect(crypto.ed25519VerifyZip215(bytes.slice(32), signed.signingBytes, key)).toBe(true);
    const address = accountAddress(SCHEME.ED25519, key);
    expect(verifyAuthorisation({ scheme: 0, bytes }, check({ address, rule: 'zip215' }))).toBe(false);
  });

  it('a record replaces the key the address was made of', () => {
    const record = { scheme: 0, key: crypto.ed25519PublicKey(filled(5)) };
    const rotated = authoriseEd25519(filled(5), signed.signingBytes);
    expect(verifyAuthorisation(rotated, check())).toBe(false);
    expect(verifyAuthorisation(rotated, check({ record }))).toBe(true);
    expect(verifyAuthorisation(signed.senderAuthorisation, check({ record }))).toBe(false);
  });

  it('development speaks for anybody on a development chain, and for nobody elsewhere', () => {
    const development = { scheme: 255, bytes: NOTHING };
    expect(verifyAuthorisation(development, check())).toBe(false);
    expect(verifyAuthorisation(development, check({ dev: true }))).toBe(true);
  });
});

describe('threshold authorisation', () => {
  const seeds = [filled(1), filled(2), filled(3)].sort((a, b) =>
    compareBytes(crypto.ed25519PublicKey(a), crypto.ed25519PublicKey(b)),
  );
  const policy = { threshold: 2, keys: seeds.map(crypto.ed25519PublicKey) };
  const address = accountAddress(SCHEME.THRESHOLD, encodeThresholdPolicy(policy));
  const sign = (...indices: number[]) =>
    indices.map((index) => ({ index, signature: crypto.ed25519Sign(seeds[index]!, signed.signingBytes) }));
  const authorise = (...indices: number[]) => ({
    scheme: SCHEME.THRESHOLD,
    bytes: encodeThresholdProof({ policy, signatures: sign(...indices) }),
  });

  it('any two of three speak, under both rules', () => {
    for (const rule of ['strict', 'zip215'] as const) {
      for (const pair of [
        [0, 1],
        [0, 2],
        [1, 2],
      ] as const) {
        expect(verifyAuthorisation(authorise(...pair), check({ address, rule }))).toBe(true);
      }
    }
    expect(bytesEqual(authorisationKey(authorise(0, 1)), encodeThresholdPolicy(policy))).toBe(true);
  });

  it('one wrong signature is enough to refuse', () => {
    const signatures = [...sign(0), { index: 1, signature: sign(2)[0]!.signature }];
    const bytes = encodeThresholdProof({ policy, signatures });
    expect(verifyAuthorisation({ scheme: SCHEME.THRESHOLD, bytes }, check({ address }))).toBe(false);
  });

  it('too few, too many, unordered or unknown signers and odd policies have no encoding', () => {
    const [a, b, c] = [sign(0), sign(1), sign(2)].map((one) => one[0]!);
    const proof = (signatures: (typeof a)[], changes = {}) =>
      codeOf(() =>
        encodeThresholdProof({ policy: { ...policy, ...changes }, signatures: signatures as never }),
      );
    expect(proof([a])).toBe('CODEC_LENGTH');
    expect(proof([a, b, c])).toBe('CODEC_LENGTH');
    expect(proof([b, a])).toBe('CODEC_ORDER');
    expect(proof([a, a])).toBe('CODEC_ORDER');
    expect(proof([a, { index: 3, signature: b!.signature }])).toBe('CODEC_RANGE');
    expect(proof([], { threshold: 0 })).toBe('CODEC_RANGE');
    expect(proof([a, b], { keys: [...policy.keys].reverse() })).toBe('CODEC_ORDER');
    expect(proof([a, b], { keys: [] })).toBe('CODEC_LIMIT');
    expect(codeOf(() => decodeThresholdProof(filled(1)))).not.toBe('accepted');
  });
});

describe('transaction form', () => {
  it('reserved schemes, extensions, versions and sizes are refused', () => {
    const encode = (changes: object) => codeOf(() => encodeTransaction({ ...transactionLane, ...changes }));
    expect(encode({})).toBe('accepted');
    expect(encode({ senderAuthorisation: { scheme: 2, bytes: NOTHING } })).toBe('CODEC_TAG');
    expect(encode({ senderAuthorisation: { scheme: 0, bytes: filled(1) } })).toBe('CODEC_LENGTH');
    expect(encode({ payer: filled(1) })).toBe('CODEC_TAG');
    expect(encode({ version: 2 })).toBe('CODEC_VERSION');
    expect(encode({ calls: [] })).toBe('CODEC_LIMIT');
    expect(encode({ gasLimit: 0 })).toBe('CODEC_RANGE');
    expect(encode({ gasLimit: 2 ** 53 })).toBe('CODEC_RANGE');
    expect(encode({ nonce: { kind: 'lane', lane: 16, sequence: 0n } })).toBe('CODEC_RANGE');
    const call = { ...transactionLane.calls[0]!, args: new Uint8Array(524_288) };
    expect(encode({ calls: [call] })).toBe('CODEC_LIMIT');
    const bytes = encodeTransaction(transactionLane);
    const extensions = bytes.slice();
    extensions[bytes.length - 9] = 1;
    expect(codeOf(() => decodeTransaction(extensions))).toBe('CODEC_VERSION');
    expect(codeOf(() => decodeTransaction(new Uint8Array(524_289)))).toBe('CODEC_LIMIT');
    expect(codeOf(() => decodeTransaction(new Uint8Array(0)))).toBe('CODEC_TRUNCATED');
  });
});
