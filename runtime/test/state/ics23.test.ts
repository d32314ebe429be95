// The tree's proofs, put into ICS-23 messages, under the verifier of @confio/ics23 and our ProofSpec (adr/0004).
import { type ics23, verifyMembership, verifyNonMembership } from '@confio/ics23';
import { utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { STATE_LEAF_TAG } from '@weft/runtime/base/state-tree';
import { createTree } from '@weft/runtime/state/tree';
import type { ExistenceProof, StateProof } from '@weft/runtime/types/proof';
import { describe, expect, it } from 'vitest';

const NONE = new Uint8Array(0);
const LEAF = { hash: 1, prehashKey: 0, prehashValue: 1, length: 7, prefix: STATE_LEAF_TAG };
const SPEC: ics23.IProofSpec = {
  leafSpec: LEAF,
  innerSpec: {
    childOrder: [0, 1],
    childSize: 32,
    minPrefixLength: 0,
    maxPrefixLength: 0,
    emptyChild: NONE,
    hash: 1,
  },
  maxDepth: 256,
  minDepth: 0,
};

function toExistence({ hashedKey, value, steps }: ExistenceProof): ics23.IExistenceProof {
  const path = steps.map(({ siblingIsLeft, sibling }) => ({
    hash: 1,
    prefix: siblingIsLeft ? sibling : NONE,
    suffix: siblingIsLeft ? NONE : sibling,
  }));
  return { key: hashedKey, value, leaf: LEAF, path };
}

function toCommitment(proof: StateProof): ics23.ICommitmentProof {
  if (proof.kind === 'present') return { exist: toExistence(proof.existence) };
  const { hashedKey: key, left, right } = proof;
  return {
    nonexist: { key, left: left ? toExistence(left) : null, right: right ? toExistence(right) : null },
  };
}

const key = (name: string): Uint8Array => utf8(name);

describe('tree proofs under @confio/ics23', () => {
  it.each([1, 2, 3, 5, 17, 64, 1000])('prove presence and absence in a tree of %i keys', (count) => {
    const tree = createTree();
    const entries = Array.from({ length: count }, (_, index) => ({
      key: key(`k${index}`),
      value: utf8(`v${index}`),
    }));
    const root = tree.apply(entries);
    for (const { key, value } of entries.slice(0, 200)) {
      const proof = tree.prove(key);
      expect(proof.kind).toBe('present');
      expect(verifyMembership(toCommitment(proof), SPEC, root, sha256(key), value)).toBe(true);
      expect(verifyMembership(toCommitment(proof), SPEC, root, sha256(key), utf8('wrong'))).toBe(false);
      expect(verifyNonMembership(toCommitment(proof), SPEC, root, sha256(key))).toBe(false);
    }
    for (let index = 0; index < 200; index++) {
      const absent = key(`absent ${index}`);
      const proof = tree.prove(absent);
      expect(proof.kind).toBe('absent');
      expect(verifyNonMembership(toCommitment(proof), SPEC, root, sha256(absent))).toBe(true);
      expect(verifyNonMembership(toCommitment(proof), SPEC, sha256(root), sha256(absent))).toBe(false);
    }
  });

  it('prove a key absent after its deletion, from a staged batch on only once it is taken', () => {
    const tree = createTree();
    tree.apply(Array.from({ length: 50 }, (_, index) => ({ key: key(`k${index}`), value: utf8('v') })));
    const before = tree.root();
    const staged = tree.stage([{ key: key('k7'), value: undefined }]);
    expect(
      verifyMembership(toCommitment(tree.prove(key('k7'))), SPEC, before, sha256(key('k7')), utf8('v')),
    ).toBe(true);
    staged.commit();
    const proof = tree.prove(key('k7'));
    expect(verifyNonMembership(toCommitment(proof), SPEC, tree.root(), sha256(key('k7')))).toBe(true);
  });

  it('say of an empty tree that a key is absent, without neighbours', () => {
    expect(createTree().prove(key('any'))).toEqual({
      kind: 'absent',
      hashedKey: sha256(key('any')),
      left: undefined,
      right: undefined,
    });
  });
});
