// The two implementations behind `#crypto`, and behind `#hash`, agree; what the suites (test/suites) do not ask.
import { concatBytes, fromHex, toHex, utf8 } from '@weft/runtime/base/bytes';
import * as native from '@weft/runtime/base/crypto/native';
import * as nativeHash from '@weft/runtime/base/crypto/native-hash';
import * as portable from '@weft/runtime/base/crypto/portable';
import * as portableHash from '@weft/runtime/base/crypto/portable-hash';
import { HASH_OF_NOTHING, sha256Domain } from '@weft/runtime/base/hash';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertySeed } from '../support/seed.js';

describe('crypto', () => {
  const seed = propertySeed('crypto');

  it('SHA-256 agrees on lengths around its blocks and around the switch of implementations', () => {
    expect(toHex(HASH_OF_NOTHING)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(toHex(nativeHash.sha256(utf8('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    for (let length = 0; length < 300; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => index * 31 + length);
      expect(toHex(nativeHash.sha256(bytes))).toBe(toHex(portableHash.sha256(bytes)));
      const [first, second] = [new Uint8Array(32), new Uint8Array(32)];
      nativeHash.sha256Into(first, bytes);
      portableHash.sha256Into(second, bytes);
      expect([toHex(first), toHex(second)]).toEqual([
        toHex(nativeHash.sha256(bytes)),
        toHex(nativeHash.sha256(bytes)),
      ]);
      expect(toHex(nativeHash.sha256(concatBytes(Uint8Array.of(1), bytes).subarray(1)))).toBe(
        toHex(portableHash.sha256(bytes)),
      );
    }
  });

  it('hashPair is SHA-256 of both, and gives a new array each time', () => {
    const [left, right] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const first = nativeHash.hashPair(left, right);
    const other = nativeHash.hashPair(right, left);
    expect(toHex(first)).toBe(toHex(portableHash.sha256(concatBytes(left, right))));
    expect(toHex(other)).toBe(toHex(portableHash.hashPair(right, left)));
  });

  it('domains are part of the hash', () => {
    expect(toHex(sha256Domain('a/1', utf8('x'), utf8('y')))).toBe(toHex(nativeHash.sha256(utf8('a/1xy'))));
  });

  it('sign alike, and accept and refuse alike when a bit flips', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const property = fc.property(
      bytes(32),
      fc.uint8Array({ maxLength: 300 }),
      fc.nat(767),
      (secret, message, bit) => {
        const publicKey = native.ed25519PublicKey(secret);
        expect(toHex(portable.ed25519PublicKey(secret))).toBe(toHex(publicKey));
        const signature = native.ed25519Sign(secret, message);
        expect(toHex(portable.ed25519Sign(secret, message))).toBe(toHex(signature));
        expect(native.isAccountKey(publicKey)).toBe(true);
        const both = concatBytes(signature, publicKey);
        both[bit >> 3]! ^= 1 << (bit & 7);
        const flipped = [both.slice(0, 64), message, both.slice(64)] as const;
        expect(native.ed25519VerifyStrict(...flipped)).toBe(false);
        expect(portable.ed25519VerifyStrict(...flipped)).toBe(false);
        expect(native.ed25519VerifyZip215(...flipped)).toBe(portable.ed25519VerifyZip215(...flipped));
      },
    );
    fc.assert(property, { seed, numRuns: 40 });
  });

  it('wrong lengths are false, never thrown', () => {
    for (const { ed25519VerifyStrict, ed25519VerifyZip215, isAccountKey } of [native, portable]) {
      for (const [signature, key] of [
        [63, 32],
        [65, 32],
        [64, 31],
        [64, 33],
        [0, 0],
      ] as const) {
        expect(ed25519VerifyStrict(new Uint8Array(signature), utf8('m'), new Uint8Array(key))).toBe(false);
        expect(ed25519VerifyZip215(new Uint8Array(signature), utf8('m'), new Uint8Array(key))).toBe(false);
      }
      expect(isAccountKey(new Uint8Array(31))).toBe(false);
    }
  });

  it('an account key is canonical and not of small order', () => {
    const refused = [
      '0100000000000000000000000000000000000000000000000000000000000000', // the identity
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', // order 2
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', // order 8
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', // y = p + 1
      '0200000000000000000000000000000000000000000000000000000000000000', // not on the curve
    ];
    for (const { isAccountKey } of [native, portable]) {
      for (const key of refused) expect(isAccountKey(fromHex(key)), key).toBe(false);
    }
  });
});
