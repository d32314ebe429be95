// The tendermint proofs of cosmos/ics23 under our own Merkle verifier: the tree of headers and block lists is theirs.
import { readFileSync } from 'node:fs';
import { ics23 } from '@confio/ics23';
import { fromHex } from '@weft/runtime/base/bytes';
import { type MerkleStep, verifyMerklePath } from '@weft/runtime/base/merkle';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../support/shared-data.js';

interface Exist {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly steps: readonly MerkleStep[];
}

/** An ICS-23 existence proof in our shape: prefix 01 and a left sibling, or a right sibling as suffix. */
function existOf(proof: ics23.IExistenceProof): Exist {
  const steps = (proof.path ?? []).map((step): MerkleStep => {
    const prefix = Uint8Array.from(step.prefix ?? []);
    const suffix = Uint8Array.from(step.suffix ?? []);
    return prefix.length > 1
      ? { siblingIsLeft: true, sibling: prefix.slice(1) }
      : { siblingIsLeft: false, sibling: suffix };
  });
  return { key: Uint8Array.from(proof.key ?? []), value: Uint8Array.from(proof.value ?? []), steps };
}

const folder = sharedData('ics23');
describe.skipIf(folder === undefined)('ics23 tendermint vectors', () => {
  const names = [
    'exist_left',
    'exist_middle',
    'exist_right',
    'nonexist_left',
    'nonexist_middle',
    'nonexist_right',
  ];
  it.each(names)('%s verifies, and no other value does', (name) => {
    const file = JSON.parse(readFileSync(`${folder}testdata/tendermint/${name}.json`, 'utf8')) as {
      root: string;
      proof: string;
    };
    const root = fromHex(file.root);
    const commitment = ics23.CommitmentProof.decode(fromHex(file.proof));
    const { left, right } = commitment.nonexist ?? {};
    const proofs = [commitment.exist, left, right].filter(
      (proof) => proof != null && (proof.key?.length ?? 0) > 0,
    );
    expect(proofs.length).toBeGreaterThan(0);
    for (const proof of proofs) {
      const { key, value, steps } = existOf(proof as ics23.IExistenceProof);
      expect(verifyMerklePath(root, { key, value }, steps)).toBe(true);
      expect(verifyMerklePath(root, { key, value: Uint8Array.from([...value, 0]) }, steps)).toBe(false);
      expect(verifyMerklePath(root, { key, value }, steps.slice(1))).toBe(false);
    }
  });
});
