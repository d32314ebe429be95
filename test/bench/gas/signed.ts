// Signatures, keys and digests that hold, placed in the probes' memory as data segments.
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';

const SECRET = sha256(utf8('secret'));
const DIGEST = sha256(utf8('message'));
const signature = (curve: typeof p256 | typeof secp256k1): Uint8Array =>
  curve.sign(DIGEST, SECRET, { prehash: false });

/** Where one check's parts stand in memory. */
export interface SignedAt {
  readonly signature: number;
  readonly key: number;
  readonly digest: number;
}

const START = 42_000;
const parts: Uint8Array[] = [];

/** Addresses by scheme, and the data segment. */
export const SIGNED: {
  readonly ed25519: SignedAt;
  readonly secp256k1: SignedAt;
  readonly p256: SignedAt;
  readonly data: string;
} = place();

function place() {
  const ed = add(ed25519.sign(DIGEST, SECRET), ed25519.getPublicKey(SECRET));
  const koblitz = add(signature(secp256k1), secp256k1.getPublicKey(SECRET, true));
  const nist = add(signature(p256), p256.getPublicKey(SECRET, true));
  const text = [...concatBytes(...parts)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  return { ed25519: ed, secp256k1: koblitz, p256: nist, data: `(data (i32.const ${START}) "${text}")` };
}

function add(sign: Uint8Array, key: Uint8Array): SignedAt {
  const at = START + parts.reduce((sum, { length }) => sum + length, 0);
  parts.push(sign, key, DIGEST);
  return { signature: at, key: at + sign.length, digest: at + sign.length + key.length };
}
