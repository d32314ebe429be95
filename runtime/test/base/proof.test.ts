// The strict proof verifier against the tree: honest proofs pass, every altered one is refused with a code.
import { utf8 } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { hashPair, sha256 } from '@weft/runtime/base/hash';
import { verifyStateProof } from '@weft/runtime/base/proof';
import { EMPTY_STATE_ROOT, type ExistenceProof, type StateProof } from '@weft/runtime/base/state-tree';
import { createTree } from '@weft/runtime/state/tree';
import { describe, expect, it } from 'vitest';

const entries = Array.from({ length: 200 }, (_, index) => ({
  key: utf8(`k${index}`),
  value: utf8(`v${index}`),
}));
const tree = createTree();
const root = tree.apply(entries);

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof WeftError) return error.code;
    throw error;
  }
  return 'accepted';
}

function existenceOf(proof: StateProof): ExistenceProof {
  if (proof.kind !== 'present') throw new Error('expected a proof of presence');
  return proof.existence;
}

function absenceOf(name: string): Extract<StateProof, { kind: 'absent' }> {
  const proof = tree.prove(utf8(name));
  if (proof.kind !== 'absent') throw new Error('expected a proof of absence');
  return proof;
}

describe('state proof verifier', () => {
  it('accepts every honest proof of presence and absence', () => {
    for (const { key, value } of entries) expect(verifyStateProof(root, key, tree.prove(key))).toEqual(value);
    for (let index = 0; index < 300; index++) {
      const key = utf8(`absent${index}`);
      expect(verifyStateProof(root, key, tree.prove(key))).toBeUndefined();
    }
  });

  it('proves absence in a tree without keys, and only there', () => {
    const key = utf8('k');
    const proof = { kind: 'absent', hashedKey: sha256(key), left: undefined, right: undefined } as const;
    expect(verifyStateProof(EMPTY_STATE_ROOT, key, proof)).toBeUndefined();
    expect(codeOf(() => verifyStateProof(root, key, proof))).toBe('PROOF_ROOT');
  });

  it('refuses another key, value, root, length', () => {
    const { key } = entries[7]!;
    const existence = existenceOf(tree.prove(key));
    const verify = (changed: Partial<ExistenceProof>, asked = key, against = root) =>
      codeOf(() =>
        verifyStateProof(against, asked, { kind: 'present', existence: { ...existence, ...changed } }),
      );
    expect(verify({})).toBe('accepted');
    expect(verify({}, utf8('other'))).toBe('PROOF_KEY');
    expect(verify({}, key, sha256(root))).toBe('PROOF_ROOT');
    expect(verify({}, key, new Uint8Array(31))).toBe('PROOF_SHAPE');
    expect(verify({ value: utf8('forged') })).toBe('PROOF_ROOT');
    expect(verify({ value: new Uint8Array(0) })).toBe('PROOF_SHAPE');
    expect(verify({ hashedKey: sha256(utf8('other')) })).toBe('PROOF_KEY');
    expect(verify({ steps: existence.steps.slice(1) })).toBe('PROOF_ROOT');
    expect(verify({ steps: existence.steps.map((step) => ({ ...step, sibling: new Uint8Array(33) })) })).toBe(
      'PROOF_SHAPE',
    );
    const flipped = existence.steps.map((step) => ({ ...step, siblingIsLeft: !step.siblingIsLeft }));
    expect(verify({ steps: flipped })).toBe('PROOF_ROOT');
    expect(verify({ steps: new Array(257).fill(existence.steps[0]) })).toBe('PROOF_SHAPE');
  });

  it('refuses a path whose directions are not bits of the key', () => {
    const key = utf8('lonely');
    const lone = createTree();
    const leaf = lone.apply([{ key, value: utf8('v') }]);
    const bit = sha256(key)[0]! >> 7;
    // A sibling on the other side than the key's bits can ever lead to: all 256 bits are used up.
    const steps = Array.from({ length: 256 }, () => ({
      siblingIsLeft: bit === 0,
      sibling: new Uint8Array(32),
    }));
    let hash = leaf;
    for (const step of steps)
      hash = step.siblingIsLeft ? hashPair(step.sibling, hash) : hashPair(hash, step.sibling);
    const existence = { hashedKey: sha256(key), value: utf8('v'), steps };
    expect(codeOf(() => verifyStateProof(hash, key, { kind: 'present', existence }))).toBe('PROOF_SHAPE');
  });

  it('refuses absence shown by neighbours that are not adjacent, not around the key, or missing', () => {
    const { hashedKey, left, right } = ['a', 'b', 'c', 'd']
      .map(absenceOf)
      .find((proof) => proof.left && proof.right)!;
    const key = ['a', 'b', 'c', 'd']
      .map(utf8)
      .find((name) => sha256(name).every((byte, at) => byte === hashedKey[at]))!;
    const verify = (one: ExistenceProof | undefined, two: ExistenceProof | undefined) =>
      codeOf(() => verifyStateProof(root, key, { kind: 'absent', hashedKey, left: one, right: two }));
    expect(verify(left, right)).toBe('accepted');
    expect(verify(left, undefined)).toBe('PROOF_ADJACENT');
    expect(verify(undefined, right)).toBe('PROOF_ADJACENT');
    expect(verify(right, left)).toBe('PROOF_ORDER');
    expect(verify(left, left)).toBe('PROOF_ORDER');
    let wider = 0;
    for (const entry of entries) {
      const other = existenceOf(tree.prove(entry.key));
      if (verify(left, other) === 'PROOF_ADJACENT') wider++;
      expect(['PROOF_ADJACENT', 'PROOF_ORDER', 'accepted']).toContain(verify(left, other));
    }
    expect(wider).toBeGreaterThan(10);
  });

  it('a present key has no proof of absence, whichever neighbours are given', () => {
    const proofs = entries.slice(0, 40).map(({ key }) => existenceOf(tree.prove(key)));
    const { key } = entries[3]!;
    for (const left of [undefined, ...proofs]) {
      for (const right of [undefined, ...proofs]) {
        const proof = { kind: 'absent', hashedKey: sha256(key), left, right } as const;
        expect(codeOf(() => verifyStateProof(root, key, proof))).not.toBe('accepted');
      }
    }
  });
});
