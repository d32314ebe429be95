// ECDSA as contracts have it, held against what others published: Project Wycheproof (both curves), RFC 6979 §A.2.5,
// go-ethereum's tests of its precompile; and P-256 against OpenSSL, a second implementation.
import { createPublicKey, verify as opensslVerify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { concatBytes, fromHex, toHex, utf8 } from '@weft/runtime/base/bytes';
import { keccak256 } from '@weft/runtime/base/crypto/digests';
import { p256Verify, secp256k1Recover, secp256k1Verify } from '@weft/runtime/base/crypto/ecdsa';
import { sha256 } from '@weft/runtime/base/hash';
import { describe, expect, it } from 'vitest';

interface Vector {
  readonly curve: string;
  readonly id: number;
  readonly valid: boolean;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

const vectors = readVectors(new URL('vectors/wycheproof-ecdsa.txt', import.meta.url));

function readVectors(file: URL): Vector[] {
  const found: Vector[] = [];
  let curve = '';
  let key: Uint8Array = new Uint8Array(0);
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [first = '', second = '', message = '', signature = ''] = line.split(' ');
    if (first === '' || first === '#') continue;
    if (first === 'curve') curve = second;
    else if (first === 'key') key = fromHex(second);
    else {
      const bytes = (text: string): Uint8Array => (text === '-' ? new Uint8Array(0) : fromHex(text));
      const test = { curve, id: Number(first), valid: second === '1', key };
      found.push({ ...test, message: bytes(message), signature: bytes(signature) });
    }
  }
  return found;
}

/** SEC 1 compression of an uncompressed key. */
function compressed(key: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(2 + (key[64]! & 1)), key.subarray(1, 33));
}

describe('wycheproof ecdsa', () => {
  it('holds 252 and 262 tests', () => {
    const count = (curve: string): number => vectors.filter((vector) => vector.curve === curve).length;
    expect([count('secp256k1'), count('secp256r1')]).toEqual([252, 262]);
  });

  it.each([
    ['secp256k1', secp256k1Verify],
    ['secp256r1', p256Verify],
  ])('all answers on %s are as published, of either form of the key', (curve, verify) => {
    const wrong = vectors.filter(({ curve: of, key, message, signature, valid }) => {
      if (of !== curve) return false;
      const digest = sha256(message);
      return [key, compressed(key)].some((form) => verify(signature, digest, form) !== valid);
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it('recovery gives the key back for exactly one parity of every valid signature whose r is an x', () => {
    for (const { curve, key, message, signature, valid } of vectors) {
      if (curve !== 'secp256k1' || !valid) continue;
      const digest = sha256(message);
      const keys = [0, 1].map((recovery) => secp256k1Recover(signature, recovery, digest));
      const found = keys.filter((other) => other !== undefined && toHex(other) === toHex(key.subarray(1)));
      // A few tests have R.x at least n: recovery ids 2 and 3, which Ethereum has no v for.
      if (found.length === 0)
        expect(BigInt(`0x${toHex(signature.subarray(0, 32))}`)).toBeLessThan(1n << 129n);
      else expect(found).toHaveLength(1);
    }
  });

  it('OpenSSL answers alike on P-256', () => {
    for (const { curve, key, message, signature } of vectors) {
      if (curve !== 'secp256r1' || signature.length !== 64) continue;
      const [x, y] = [key.subarray(1, 33), key.subarray(33)].map((part) =>
        Buffer.from(part).toString('base64url'),
      );
      const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
      const theirs = opensslVerify(
        'sha256',
        message,
        { key: publicKey, dsaEncoding: 'ieee-p1363' },
        signature,
      );
      expect(p256Verify(signature, sha256(message), key)).toBe(theirs);
    }
  });
});

describe('published vectors', () => {
  it.each([
    [
      'sample',
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
      'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    ],
    [
      'test',
      'f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367',
      '019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083',
    ],
  ])('RFC 6979 §A.2.5, P-256 with SHA-256: "%s"', (message, r, s) => {
    const key = fromHex(
      '0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
    );
    expect(p256Verify(fromHex(r + s), sha256(utf8(message)), key)).toBe(true);
    expect(p256Verify(fromHex(s + r), sha256(utf8(message)), key)).toBe(false);
  });

  // github.com/ethereum/go-ethereum, core/vm/testdata/precompiles/ecRecover.json: hash, v, r ‖ s, address.
  it.each([
    [
      'ValidKey',
      '18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c',
      0x1c,
      '73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75feeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549',
      'a94f5374fce5edbc8e2a8697c15331677e6ebf0b',
    ],
    [
      'CallEcrecoverUnrecoverableKey',
      'a8b53bdf3306a35a7103ab5504a0c9b492295564b6202b1942a84ef300107281',
      0x1b,
      '307835653165303366353363653138623737326363623030393366663731663366353366356337356237346463623331613835616138623838393262346538621122334455667788991011121314151617181920212223242526272829303132',
      undefined,
    ],
  ])('go-ethereum ecRecover: %s', (_name, hash, v, signature, address) => {
    const key = secp256k1Recover(fromHex(signature).subarray(0, 64), v - 27, fromHex(hash));
    expect(key && toHex(keccak256(key).subarray(12))).toBe(address);
  });

  it('recovery of ids other than 0 and 1, of zeros, of r or s at the order, is none', () => {
    const order = fromHex('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
    const one = concatBytes(new Uint8Array(31), Uint8Array.of(1));
    const digest = sha256(utf8('x'));
    for (const recovery of [-1, 2, 3, 27, 28, 256]) {
      expect(secp256k1Recover(concatBytes(one, one), recovery, digest)).toBeUndefined();
    }
    for (const signature of [concatBytes(order, one), concatBytes(one, order), new Uint8Array(64)]) {
      expect(secp256k1Recover(signature, 0, digest)).toBeUndefined();
      expect(secp256k1Verify(signature, digest, concatBytes(Uint8Array.of(2), one))).toBe(false);
    }
    expect(secp256k1Recover(concatBytes(one, one), 0, digest)).toHaveLength(64);
  });

  it('keys of the hybrid form, the point at infinity and other lengths are refused', () => {
    const vector = vectors.find(({ curve, valid }) => curve === 'secp256r1' && valid)!;
    const digest = sha256(vector.message);
    const hybrid = concatBytes(Uint8Array.of(6 + (vector.key[64]! & 1)), vector.key.subarray(1));
    for (const key of [
      hybrid,
      Uint8Array.of(0),
      new Uint8Array(33),
      new Uint8Array(65),
      vector.key.subarray(1),
    ]) {
      expect(p256Verify(vector.signature, digest, key)).toBe(false);
    }
    expect(p256Verify(vector.signature, digest, vector.key)).toBe(true);
  });
});
