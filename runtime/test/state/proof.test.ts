// Prover and strict verifier together: what the tree says of a key is what the proof shows, and nothing else passes.

import { utf8 } from '@weft/runtime/base/bytes';
import { verifyStateProof } from '@weft/runtime/base/proof';
import { EMPTY_STATE_ROOT } from '@weft/runtime/base/state-tree';
import { createTree } from '@weft/runtime/state/tree';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const SEED = Number(process.env['WEFT_SEED'] ?? Date.now() % 2 ** 31);
console.info(`state proofs: WEFT_SEED=${SEED}`);
const key = (name: number): Uint8Array => utf8(`key ${name}`);

describe('state proofs', () => {
  it('show the value of every key and the absence of every other, in random trees', () => {
    const names = fc.uniqueArray(fc.nat(200), { maxLength: 80 });
    fc.assert(
      fc.property(names, names, (present, asked) => {
        const tree = createTree();
        const root = tree.apply(present.map((name) => ({ key: key(name), value: utf8(`v${name}`) })));
        const held = new Set(present);
        for (const name of [...present, ...asked]) {
          const value = verifyStateProof(root, key(name), tree.prove(key(name)));
          expect(value).toEqual(held.has(name) ? utf8(`v${name}`) : undefined);
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('are refused under another root, for another key and with a step cut off', () => {
    const tree = createTree();
    const root = tree.apply(Array.from({ length: 40 }, (_, name) => ({ key: key(name), value: utf8('v') })));
    const proof = tree.prove(key(7));
    const code = (name: string): unknown => expect.objectContaining({ code: name });
    expect(() => verifyStateProof(EMPTY_STATE_ROOT, key(7), proof)).toThrow(code('PROOF_ROOT'));
    expect(() => verifyStateProof(root, key(8), proof)).toThrow(code('PROOF_KEY'));
    if (proof.kind !== 'present') throw new Error('key 7 is there');
    const { existence } = proof;
    const cut = { kind: 'present' as const, existence: { ...existence, steps: existence.steps.slice(1) } };
    expect(() => verifyStateProof(root, key(7), cut)).toThrow(code('PROOF_ROOT'));
    const absent = {
      kind: 'absent' as const,
      hashedKey: existence.hashedKey,
      left: undefined,
      right: undefined,
    };
    expect(() => verifyStateProof(root, key(7), absent)).toThrow(code('PROOF_ROOT'));
    expect(verifyStateProof(EMPTY_STATE_ROOT, key(7), createTree().prove(key(7)))).toBeUndefined();
  });
});
