// The proofs of cosmos/ics23 under our own verifier: the tree of headers and block lists is their tendermint spec, and
// proofs of other trees are refused before anything is hashed.
import { readdirSync, readFileSync } from 'node:fs';
import { fromHex } from '@weft/runtime/base/bytes';
import { decodeMerkleCommitment, decodeStateCommitment } from '@weft/runtime/base/ics23';
import { verifyMerklePath } from '@weft/runtime/base/merkle';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../support/shared-data.js';

interface Case {
  readonly root: string;
  readonly proof: string;
  /** Hexadecimal; empty where the proof is of absence. */
  readonly key: string;
  readonly value: string;
}

const folder = sharedData('ics23');
const casesOf = (spec: string): [string, Case][] =>
  folder === undefined
    ? []
    : readdirSync(`${folder}testdata/${spec}`).map((name) => [
        name,
        JSON.parse(readFileSync(`${folder}testdata/${spec}/${name}`, 'utf8')) as Case,
      ]);

describe.skipIf(folder === undefined)('ics23 tendermint vectors', () => {
  it.each(casesOf('tendermint'))(
    '%s verifies, and no other value does',
    (name, { root, proof, key, value }) => {
      const proofs = decodeMerkleCommitment(fromHex(proof));
      expect(proofs).toHaveLength(name === 'nonexist_middle.json' ? 2 : 1);
      if (name.startsWith('exist')) {
        expect(proofs[0]!.item).toEqual({ key: fromHex(key), value: fromHex(value) });
      }
      for (const { item, steps } of proofs) {
        expect(verifyMerklePath(fromHex(root), item, steps)).toBe(true);
        const other = { ...item, value: Uint8Array.from([...item.value, 0]) };
        expect(verifyMerklePath(fromHex(root), other, steps)).toBe(false);
        expect(verifyMerklePath(fromHex(root), item, steps.slice(1))).toBe(false);
      }
    },
  );
});

describe.skipIf(folder === undefined)('ics23 vectors of other trees', () => {
  it.each(['iavl', 'smt'].flatMap((spec) => casesOf(spec).map(([name, one]) => [spec, name, one] as const)))(
    '%s %s is refused with a code',
    (_spec, _name, { proof }) => {
      for (const decode of [decodeMerkleCommitment, decodeStateCommitment]) {
        expect(() => decode(fromHex(proof))).toThrow(expect.objectContaining({ code: 'PROOF_FOREIGN' }));
      }
    },
  );

  it('tendermint proofs are no state proofs', () => {
    for (const [, { proof }] of casesOf('tendermint')) {
      expect(() => decodeStateCommitment(fromHex(proof))).toThrow(
        expect.objectContaining({ code: 'PROOF_FOREIGN' }),
      );
    }
  });
});
