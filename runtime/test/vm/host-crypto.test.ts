// Hashes, signatures and wide arithmetic through real code: answers, what is written and what is not.

import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, utf8 } from '@weft/runtime/base/bytes';
import { blake3, keccak256 } from '@weft/runtime/base/crypto/digests';
import { sha256 } from '@weft/runtime/base/hash';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { propertySeed } from '../support/seed.js';
import { FREE, PROBE_BYTES, probeArgs, probeResult, probeSelector } from './probe.js';
import { callTo, named, TestChain } from './support.js';

const WIDE = 1n << 256n;
const OUT = 512;
const probe = named('probe');
let chain: TestChain;

beforeEach(() => {
  chain = new TestChain();
  chain.install('probe', PROBE_BYTES);
});

/** Runs one host function; its parameters' free bytes start at 64, and the whole of 1,024 bytes comes back. */
function run(name: string, params: readonly number[], ...free: readonly Uint8Array[]): Uint8Array {
  const args = probeArgs(params, free, 1024);
  const outcome = chain.run([callTo(probe, probeSelector(name), args)]);
  expect(outcome.status).toBe('OK');
  return outcome.results[0]!;
}

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
}

describe('hashes', () => {
  test.each([
    ['sha256', sha256],
    ['keccak256', keccak256],
    ['blake3', blake3],
  ] as const)('%s writes 32 bytes', (name, hash) => {
    expect(run(name, [FREE, 3, OUT], utf8('abc')).slice(OUT, OUT + 33)).toEqual(
      concatBytes(hash(utf8('abc')), Uint8Array.of(0)),
    );
    expect(run(name, [FREE, 0, OUT]).slice(OUT, OUT + 32)).toEqual(hash(new Uint8Array(0)));
  });
});

describe('ecdsa', () => {
  const secret = sha256(utf8('secret'));
  const digest = sha256(utf8('message'));
  const keyAt = FREE + 64;
  const digestAt = keyAt + 65;

  test.each([
    ['secp256k1_verify', secp256k1],
    ['p256_verify', p256],
  ] as const)('%s: both forms of a key, both halves of s; 0 for another digest or length', (name, curve) => {
    const signature = curve.sign(digest, secret, { prehash: false });
    const { r, s } = curve.Signature.fromBytes(signature);
    const high = new curve.Signature(r, curve.Point.Fn.ORDER - s).toBytes();
    const long = curve.getPublicKey(secret, false);
    const short = concatBytes(curve.getPublicKey(secret, true), new Uint8Array(32));
    const verify = (of: Uint8Array, key: Uint8Array, length: number, what = digest): number =>
      probeResult(run(name, [FREE, keyAt, length, digestAt], of, key, what));
    expect([verify(signature, long, 65), verify(signature, short, 33), verify(high, long, 65)]).toEqual([
      1, 1, 1,
    ]);
    expect(verify(signature, long, 65, sha256(digest))).toBe(0);
    expect([0, 32, 34, 64, 66, 500].map((length) => verify(signature, long, length))).toEqual([
      0, 0, 0, 0, 0, 0,
    ]);
  });

  test('secp256k1_recover writes the key, or nothing', () => {
    const signature = secp256k1.sign(digest, secret, { prehash: false, format: 'recovered' });
    const recovery = signature[0]!;
    const recover = (id: number): Uint8Array =>
      run('secp256k1_recover', [FREE, id, keyAt, OUT], signature.subarray(1), digest);
    const found = recover(recovery);
    expect(probeResult(found)).toBe(1);
    expect(found.slice(OUT, OUT + 64)).toEqual(secp256k1.getPublicKey(secret, false).subarray(1));
    const other = recover(1 - recovery);
    expect(other.slice(OUT, OUT + 64)).not.toEqual(found.slice(OUT, OUT + 64));
    const none = recover(2);
    expect([probeResult(none), none.slice(OUT, OUT + 64)]).toEqual([0, new Uint8Array(64)]);
  });
});

describe('mul_div', () => {
  function mulDiv(a: bigint, b: bigint, denominator: bigint): { ok: number; quotient: bigint; rest: bigint } {
    const numbers = [a, b, denominator].map(littleEndian);
    const memory = run('mul_div', [FREE, FREE + 32, FREE + 64, OUT], ...numbers);
    const read = (at: number): bigint =>
      memory.slice(at, at + 32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return { ok: probeResult(memory), quotient: read(OUT), rest: read(OUT + 32) };
  }

  test('the product is exact at 512 bits; zero and overflow write nothing', () => {
    const top = WIDE - 1n;
    expect(mulDiv(top, top, top)).toEqual({ ok: 1, quotient: top, rest: 0n });
    expect(mulDiv(top, 3n, 2n)).toEqual({ ok: 0, quotient: 0n, rest: 0n });
    expect(mulDiv(7n, 5n, 0n)).toEqual({ ok: 0, quotient: 0n, rest: 0n });
    expect(mulDiv(7n, 5n, 4n)).toEqual({ ok: 1, quotient: 8n, rest: 3n });
    // The least quotient that does not fit, and the greatest that does.
    expect(mulDiv(1n << 255n, 2n, 1n).ok).toBe(0);
    expect(mulDiv(top, 1n << 128n, 1n << 128n)).toEqual({ ok: 1, quotient: top, rest: 0n });
  });

  test('agrees with unbounded integers', () => {
    const wide = fc.bigInt({ min: 0n, max: WIDE - 1n });
    const property = fc.property(wide, wide, wide, (a, b, denominator) => {
      const got = mulDiv(a, b, denominator);
      const fits = denominator !== 0n && (a * b) / denominator < WIDE;
      expect(got.ok).toBe(fits ? 1 : 0);
      if (fits) expect(got.quotient * denominator + got.rest).toBe(a * b);
    });
    fc.assert(property, { seed: propertySeed('mul_div'), numRuns: 200 });
  });
});
