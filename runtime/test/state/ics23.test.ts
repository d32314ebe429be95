// The tree's proofs, put into ICS-23 messages, under the verifier of @confio/ics23 and our ProofSpec (adr/0004).
import { ics23, verifyMembership, verifyNonMembership } from '@confio/ics23';
import { compareBytes, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { decodeStateCommitment, encodeStateCommitment } from '@weft/runtime/base/ics23';
import { type ProofError, verifyStateProof } from '@weft/runtime/base/proof';
import { STATE_LEAF_TAG } from '@weft/runtime/base/state-tree';
import { createTree } from '@weft/runtime/state/tree';
import type { ExistenceProof, StateProof } from '@weft/runtime/types/proof';
import { describe, expect, it } from 'vitest';
import { randomNumbers, testSeed } from '../schedule/random.js';

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

/** As other software gets it: our bytes, their decoder. */
const received = (proof: StateProof): ics23.ICommitmentProof =>
  ics23.CommitmentProof.decode(encodeStateCommitment(proof));

describe('proofs as ICS-23 messages', () => {
  it('200 of presence and 200 of absence, edges included, hold there and here', () => {
    const random = randomNumbers(testSeed('ics23'));
    const entries = Array.from({ length: 3000 }, (_, index) => ({
      key: key(`k${Math.floor(random() * 1e9)}.${index}`),
      value: new Uint8Array(1 + Math.floor(random() * 40)).fill(index),
    }));
    const tree = createTree();
    const root = tree.apply(entries);
    const hashed = entries.map((entry) => sha256(entry.key)).sort(compareBytes);
    const present = [
      ...entries.slice(0, 198),
      ...entries.filter(({ key: own }) => isEdge(sha256(own), hashed)),
    ];
    for (const { key: own, value } of present) {
      const proof = tree.prove(own);
      expect(verifyMembership(received(proof), SPEC, root, sha256(own), value)).toBe(true);
      expect(decodeStateCommitment(encodeStateCommitment(proof))).toEqual(proof);
      expect(verifyStateProof(root, own, decodeStateCommitment(encodeStateCommitment(proof)))).toEqual(value);
    }
    let edges = 0;
    for (let index = 0; index < 200 || edges < 2; index++) {
      const own = key(`absent ${index}`);
      const proof = tree.prove(own);
      if (proof.kind === 'absent' && (proof.left === undefined || proof.right === undefined)) edges++;
      else if (index >= 200) continue;
      expect(verifyNonMembership(received(proof), SPEC, root, sha256(own))).toBe(true);
      expect(
        verifyStateProof(root, own, decodeStateCommitment(encodeStateCommitment(proof))),
      ).toBeUndefined();
    }
  });

  it('every changed, missing or added byte of a message is refused, or says the same', () => {
    const tree = createTree();
    const entries = Array.from({ length: 40 }, (_, index) => ({
      key: key(`k${index}`),
      value: utf8(`v${index}`),
    }));
    const root = tree.apply(entries);
    for (const own of [key('k7'), key('nobody')]) {
      const bytes = encodeStateCommitment(tree.prove(own));
      const held = verifyStateProof(root, own, decodeStateCommitment(bytes));
      const refused = (changed: Uint8Array): string => {
        try {
          const got = verifyStateProof(root, own, decodeStateCommitment(changed));
          expect(got).toEqual(held);
          return 'the same';
        } catch (error) {
          expect((error as ProofError).code).toMatch(/^PROOF_/);
          return 'refused';
        }
      };
      const answers = new Map<string, number>();
      const count = (answer: string) => answers.set(answer, (answers.get(answer) ?? 0) + 1);
      for (let at = 0; at < bytes.length; at++) {
        for (const bit of [0, 3, 7]) {
          const changed = bytes.slice();
          changed[at]! ^= 1 << bit;
          count(refused(changed));
        }
        count(refused(bytes.slice(0, at)));
        count(refused(Uint8Array.from([...bytes.slice(0, at), 0, ...bytes.slice(at)])));
      }
      expect([...answers]).toEqual([['refused', 5 * bytes.length]]);
    }
  });
});

/** Forgeries that general verifiers take, or took: each against the strict decoder and verifier, some against npm's. */
describe('forgeries', () => {
  const tree = createTree();
  const entries = Array.from({ length: 20 }, (_, index) => ({
    key: key(`k${index}`),
    value: utf8(`v${index}`),
  }));
  const root = tree.apply(entries);
  const victim = key('k3');
  const honest = tree.prove(victim) as Extract<StateProof, { kind: 'present' }>;
  const encode = (proof: ics23.ICommitmentProof): Uint8Array =>
    ics23.CommitmentProof.encode(withoutDefaults(proof) as ics23.ICommitmentProof).finish();
  const codeOf = (
    proof: ics23.ICommitmentProof,
    of: Uint8Array = victim,
    under: Uint8Array = root,
  ): string => {
    try {
      const held = verifyStateProof(under, of, decodeStateCommitment(encode(proof)));
      return held === undefined ? 'absent' : `present ${held.join()}`;
    } catch (error) {
      return (error as ProofError).code;
    }
  };
  const exist = toExistence(honest.existence);
  const changed = (change: Partial<ics23.IExistenceProof>): ics23.ICommitmentProof => ({
    exist: { ...exist, ...change },
  });
  const firstStep = (step: ics23.IInnerOp): ics23.ICommitmentProof =>
    changed({ path: [step, ...exist.path!.slice(1)] });
  const sibling = honest.existence.steps[0]!.sibling;

  it('the honest proof holds', () => {
    expect(codeOf({ exist })).toBe(`present ${utf8('v3').join()}`);
    expect(verifyMembership({ exist }, SPEC, root, sha256(victim), utf8('v3'))).toBe(true);
  });

  it('a wrong value, an empty value, no key', () => {
    expect(codeOf(changed({ value: utf8('evil') }))).toBe('PROOF_ROOT');
    expect(codeOf(changed({ value: NONE }))).toBe('PROOF_SHAPE');
    expect(codeOf(changed({ key: NONE }))).toBe('PROOF_SHAPE');
  });

  it('d: a shorter key, the leaf prefix longer by what it lacks', () => {
    const hashedKey = sha256(victim);
    for (const cut of [1, 5, 31]) {
      const prefix = Uint8Array.from([...STATE_LEAF_TAG, ...hashedKey.slice(0, cut)]);
      const proof = changed({ key: hashedKey.slice(cut), leaf: { ...LEAF, length: 0, prefix } });
      expect(codeOf(proof)).toBe('PROOF_FOREIGN');
    }
  });

  it('d2: absence of a present key between a neighbour and a key cut short', () => {
    const hashedKey = sha256(victim);
    const leaf = { ...LEAF, length: 0, prefix: Uint8Array.from([...STATE_LEAF_TAG, hashedKey[0]!]) };
    const left = { ...exist, key: hashedKey.slice(1), leaf };
    expect(codeOf({ nonexist: { key: hashedKey, left, right: null } })).toBe('PROOF_FOREIGN');
    expect(codeOf({ nonexist: { key: hashedKey, left: exist, right: null } })).toBe('PROOF_ORDER');
  });

  it('c: an inner node as a leaf, any other operation of the leaf', () => {
    for (const leaf of [
      { ...LEAF, hash: 0 },
      { ...LEAF, hash: 2 },
      { ...LEAF, prehashKey: 1 },
      { ...LEAF, prehashValue: 0 },
      { ...LEAF, length: 1 },
      { ...LEAF, prefix: NONE },
      { ...LEAF, prefix: STATE_LEAF_TAG.slice(0, 32) },
      { ...LEAF, prefix: Uint8Array.from([...STATE_LEAF_TAG, 0]) },
    ]) {
      expect(codeOf(changed({ leaf }))).toBe('PROOF_FOREIGN');
    }
    expect(codeOf(changed({ leaf: null }))).toBe('PROOF_SHAPE');
  });

  it('e1, e4: a raw key whose hash is taken for a node, so that its preimage is taken for a leaf or a step', () => {
    // The attacker stores a raw key that is a leaf's preimage of (victim, evil): its hash is then a "node" of the tree.
    const evil = Uint8Array.from([...STATE_LEAF_TAG, ...sha256(victim), ...sha256(utf8('evil'))]);
    const planted = createTree();
    const under = planted.apply([...entries, { key: evil, value: utf8('x') }]);
    const carrier = planted.prove(evil) as Extract<StateProof, { kind: 'present' }>;
    const own = toExistence(carrier.existence);
    const tail = Uint8Array.from(sha256(utf8('x')));
    for (const step of [
      { hash: 1, prefix: STATE_LEAF_TAG, suffix: tail },
      { hash: 1, prefix: STATE_LEAF_TAG.slice(0, 32), suffix: tail },
    ]) {
      const proof = {
        exist: { key: sha256(victim), value: utf8('evil'), leaf: LEAF, path: [step, ...own.path!] },
      };
      expect(codeOf(proof, victim, under)).toBe('PROOF_FOREIGN');
      expect(verifyMembership(proof, SPEC, under, sha256(victim), utf8('evil'))).toBe(false);
    }
    // 64 raw bytes that are two nodes: the hash of the key is the hash of an inner node.
    const pair = Uint8Array.from([...sha256(utf8('l')), ...sha256(utf8('r'))]);
    const second = createTree();
    const root64 = second.apply([...entries, { key: pair, value: utf8('x') }]);
    const above = toExistence((second.prove(pair) as typeof carrier).existence);
    const inside = {
      ...above,
      key: pair.slice(0, 32),
      path: [{ hash: 1, prefix: NONE, suffix: pair.slice(32) }, ...above.path!],
    };
    expect(codeOf({ nonexist: { key: sha256(victim), left: inside, right: null } }, victim, root64)).toMatch(
      /^PROOF_/,
    );
  });

  it('odd operations that general verifiers let pass', () => {
    const wide = new Uint8Array(1000);
    for (const step of [
      { hash: 1, prefix: sibling.slice(0, 16), suffix: sibling.slice(16) },
      { hash: 1, prefix: NONE, suffix: wide },
      { hash: 1, prefix: sibling, suffix: sibling },
      { hash: 1, prefix: new Uint8Array([0]), suffix: NONE },
      { hash: 1, prefix: NONE, suffix: NONE },
      { hash: 1, prefix: NONE, suffix: new Uint8Array(64) },
      { hash: 1, prefix: Uint8Array.from([1, ...sibling]), suffix: NONE },
      { hash: 2, prefix: NONE, suffix: sibling },
    ]) {
      expect(codeOf(firstStep(step))).toBe('PROOF_FOREIGN');
    }
    const path = Array.from({ length: 257 }, () => ({ hash: 1, prefix: NONE, suffix: sibling }));
    expect(codeOf(changed({ path }))).toBe('PROOF_SHAPE');
  });

  it('absence with neighbours that are not, and of the wrong key', () => {
    const absent = key('absent');
    const proof = tree.prove(absent) as Extract<StateProof, { kind: 'absent' }>;
    const nonexist = toCommitment(proof).nonexist!;
    expect(codeOf({ nonexist }, absent)).toBe('absent');
    expect(codeOf({ nonexist }, key('another'))).toBe('PROOF_KEY');
    expect(
      codeOf({ nonexist: { ...nonexist, left: nonexist.right!, right: nonexist.left! } }, absent),
    ).toMatch(/^PROOF_/);
    expect(codeOf({ nonexist: { ...nonexist, left: null } }, absent)).toBe('PROOF_ADJACENT');
    expect(codeOf({ nonexist: { ...nonexist, left: null, right: null } }, absent)).toBe('PROOF_ROOT');
    const far = entries
      .map((entry) => tree.prove(entry.key) as typeof honest)
      .map(({ existence }) => existence);
    const below = far.filter(({ hashedKey }) => compareBytes(hashedKey, proof.hashedKey) < 0);
    const farther = below.sort((a, b) => compareBytes(a.hashedKey, b.hashedKey)).at(-2);
    if (farther !== undefined) {
      expect(codeOf({ nonexist: { ...nonexist, left: toExistence(farther) } }, absent)).toBe(
        'PROOF_ADJACENT',
      );
    }
  });

  it('batches, compressed proofs, both kinds at once, fields twice, unknown fields, long varints', () => {
    expect(codeOf({ batch: { entries: [{ exist }] } })).toBe('PROOF_FOREIGN');
    expect(codeOf({ compressed: { entries: [], lookupInners: [] } })).toBe('PROOF_FOREIGN');
    const bytes = encodeStateCommitment(honest);
    const raw = (changedBytes: Uint8Array): string => {
      try {
        decodeStateCommitment(changedBytes);
        return 'decoded';
      } catch (error) {
        return (error as ProofError).code;
      }
    };
    expect(raw(Uint8Array.from([...bytes, ...bytes]))).toBe('PROOF_FOREIGN');
    expect(raw(Uint8Array.from([...bytes, 0x2a, 0]))).toBe('PROOF_FOREIGN');
    expect(raw(new Uint8Array(0))).toBe('PROOF_FOREIGN');
    // The length in three bytes where two do.
    expect(bytes[2]! & 0x80).toBe(0);
    expect(raw(Uint8Array.from([bytes[0]!, bytes[1]!, bytes[2]! | 0x80, 0, ...bytes.slice(3)]))).toBe(
      'PROOF_SHAPE',
    );
    expect(raw(Uint8Array.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]))).toBe('PROOF_SHAPE');
  });
});

/** As encoders of proto3 write: zeros and empty fields are not there. npm's writes them where they are set. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const isDefault = (one: unknown): boolean =>
    one === 0 || one === null || (one instanceof Uint8Array && one.length === 0);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => !isDefault(one))
      .map(([name, one]) => [name, withoutDefaults(one)]),
  );
}

/** The first or the last of them. */
function isEdge(hashedKey: Uint8Array, sorted: readonly Uint8Array[]): boolean {
  return compareBytes(hashedKey, sorted[0]!) === 0 || compareBytes(hashedKey, sorted.at(-1)!) === 0;
}

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
