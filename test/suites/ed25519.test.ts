// Ed25519 suites under both rules and both implementations: the strict rule accepts none of the small-order and
// non-canonical cases, ZIP-215 all of them; native and portable agree on every one.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';
import { fromHex, toHex, utf8 } from '@weft/runtime/base/bytes';
import * as native from '@weft/runtime/base/crypto/native';
import * as portable from '@weft/runtime/base/crypto/portable';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../support/shared-data.js';

const IMPLEMENTATIONS = [
  { name: 'native', crypto: native },
  { name: 'portable', crypto: portable },
];
const folder = sharedData('ed25519');
const read = (file: string) => (folder ? readFileSync(`${folder}${file}`, 'utf8') : '[]');

describe.skipIf(folder === undefined).each(IMPLEMENTATIONS)('ed25519, $name', ({ name, crypto }) => {
  it('strict refuses and ZIP-215 accepts each of the 196 small-order and non-canonical cases', () => {
    const cases = JSON.parse(read('zip215.json')) as { vk_bytes: string; sig_bytes: string }[];
    expect(cases).toHaveLength(196);
    for (const { vk_bytes, sig_bytes } of cases) {
      const signature = fromHex(sig_bytes);
      const publicKey = fromHex(vk_bytes);
      expect(crypto.ed25519VerifyStrict(signature, utf8('Zcash'), publicKey)).toBe(false);
      expect(crypto.ed25519VerifyZip215(signature, utf8('Zcash'), publicKey)).toBe(true);
      expect(crypto.isAccountKey(publicKey)).toBe(false);
    }
  });

  it('answers the 12 edge cases as libsodium (strict) and the ZIP-215 reference do', () => {
    const cases = JSON.parse(read('edge-cases.json')) as {
      message: string;
      pub_key: string;
      signature: string;
    }[];
    const answers = (verify: typeof crypto.ed25519VerifyStrict) =>
      cases
        .map((row) =>
          verify(fromHex(row.signature), fromHex(row.message), fromHex(row.pub_key)) ? 'V' : 'X',
        )
        .join('');
    expect(answers(crypto.ed25519VerifyStrict)).toBe('XXXVXXXXXXXX');
    expect(answers(crypto.ed25519VerifyZip215)).toBe('VVVVVVXXXVVV');
  });

  it('signs and verifies the lines of sign.input', { timeout: 120_000 }, () => {
    const lines = read('vectors.txt').trim().split('\n');
    expect(lines).toHaveLength(1024);
    // The portable implementation takes milliseconds a line: every eighth line is enough for it.
    const step = name === 'native' ? 1 : 8;
    for (let index = 0; index < lines.length; index += step) {
      const [secret, publicText, messageText, signedText] = lines[index]!.split(':') as [
        string,
        string,
        string,
        string,
      ];
      const seed = fromHex(secret.slice(0, 64));
      const message = fromHex(messageText);
      const publicKey = crypto.ed25519PublicKey(seed);
      expect(toHex(publicKey)).toBe(publicText);
      const signature = crypto.ed25519Sign(seed, message);
      expect(toHex(signature)).toBe(signedText.slice(0, 128));
      expect(crypto.ed25519VerifyStrict(signature, message, publicKey)).toBe(true);
      expect(crypto.ed25519VerifyZip215(signature, message, publicKey)).toBe(true);
      signature[index % 64]! ^= 1 << (index % 8);
      expect(crypto.ed25519VerifyStrict(signature, message, publicKey)).toBe(false);
    }
  });
});

describe('ed25519, torsion', () => {
  it('native and portable agree on signatures with small-order parts added to A and R', () => {
    const { Point } = ed25519;
    const torsion = Point.fromBytes(
      fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
    );
    const message = utf8('torsion');
    const counts = { strict: 0, zip215: 0 };
    for (let a = 0; a < 8; a++) {
      for (let r = 0; r < 8; r++) {
        const { signature, publicKey } = craftSignature(message, times(torsion, a), times(torsion, r));
        const strict = native.ed25519VerifyStrict(signature, message, publicKey);
        const zip215 = native.ed25519VerifyZip215(signature, message, publicKey);
        expect(portable.ed25519VerifyStrict(signature, message, publicKey)).toBe(strict);
        expect(portable.ed25519VerifyZip215(signature, message, publicKey)).toBe(zip215);
        if (strict) counts.strict++;
        if (zip215) counts.zip215++;
      }
    }
    // The cofactored equation holds for all of them; the cofactorless one where the parts cancel (k mod 8 decides).
    expect(counts.zip215).toBe(64);
    expect(counts.strict).toBeGreaterThan(0);
    expect(counts.strict).toBeLessThan(64);
  });
});

type EdwardsPoint = ReturnType<typeof ed25519.Point.fromBytes>;

function times(point: EdwardsPoint, count: number): EdwardsPoint {
  let sum = ed25519.Point.ZERO;
  for (let index = 0; index < count; index++) sum = sum.add(point);
  return sum;
}

/** s·B = R + k·A up to the torsion parts, with fixed scalars. */
function craftSignature(message: Uint8Array, torsionA: EdwardsPoint, torsionR: EdwardsPoint) {
  const { Point } = ed25519;
  const order = Point.Fn.ORDER;
  const [secret, nonce] = [0x1234_5678_9abcn, 0xfeed_f00dn];
  const publicKey = Point.BASE.multiply(secret).add(torsionA).toBytes();
  const r = Point.BASE.multiply(nonce).add(torsionR).toBytes();
  const digest = createHash('sha512').update(r).update(publicKey).update(message).digest();
  const k = BigInt(`0x${toHex(digest.reverse())}`) % order;
  const s = (nonce + k * secret) % order;
  const signature = new Uint8Array(64);
  signature.set(r);
  for (let index = 0, rest = s; index < 32; index++, rest >>= 8n)
    signature[32 + index] = Number(rest & 0xffn);
  return { signature, publicKey };
}
