// The ordered tree: every path verifies, nothing else does, and stock ICS-23 takes a header field's proof.
import { ics23, tendermintSpec, verifyMembership } from '@confio/ics23';
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { HASH_OF_NOTHING } from '@weft/runtime/base/hash';
import { indexedItems, indexKey, merklePath, merkleRoot, verifyMerklePath } from '@weft/runtime/base/merkle';
import type { Header } from '@weft/runtime/types/block';
import { headerFieldPath, headerFieldValue, headerHash } from '@weft/runtime/types/header-codec';
import { describe, expect, it } from 'vitest';
import { header } from '../types/samples.js';

const values = (count: number) => Array.from({ length: count }, (_, index) => utf8(`item ${index}`));

/** Our path as an ICS-23 message. */
function toIcs23(
  key: Uint8Array,
  value: Uint8Array,
  steps: ReturnType<typeof merklePath>,
): ics23.ICommitmentProof {
  const path = steps.map(({ siblingIsLeft, sibling }) => ({
    hash: ics23.HashOp.SHA256,
    prefix: siblingIsLeft ? Uint8Array.of(1, ...sibling) : Uint8Array.of(1),
    suffix: siblingIsLeft ? new Uint8Array(0) : sibling,
  }));
  return { exist: { key, value, leaf: tendermintSpec.leafSpec!, path } };
}

describe('merkle tree', () => {
  it('no leaves: the hash of nothing', () => {
    expect(merkleRoot([])).toEqual(HASH_OF_NOTHING);
  });

  it.each([1, 2, 3, 4, 5, 8, 13, 64, 100])(
    'every path of %i leaves verifies; other indices and values do not',
    (count) => {
      const items = indexedItems(values(count));
      const root = merkleRoot(items);
      for (const [index, item] of items.entries()) {
        const steps = merklePath(items, index);
        expect(verifyMerklePath(root, item, steps)).toBe(true);
        expect(verifyMerklePath(root, { ...item, key: indexKey(index + 1) }, steps)).toBe(false);
        expect(verifyMerklePath(root, { ...item, value: utf8('other') }, steps)).toBe(false);
        expect(verifyMerklePath(root, item, steps.slice(0, -1))).toBe(count === 1);
        expect(
          verifyMembership(toIcs23(item.key, item.value, steps), tendermintSpec, root, item.key, item.value),
        ).toBe(true);
      }
    },
  );

  it('hostile paths are refused, never thrown on', () => {
    const item = { key: utf8('k'), value: utf8('v') };
    const step = { siblingIsLeft: true, sibling: new Uint8Array(32) };
    expect(verifyMerklePath(new Uint8Array(32), item, new Array(300).fill(step))).toBe(false);
    expect(
      verifyMerklePath(new Uint8Array(32), item, [{ siblingIsLeft: true, sibling: new Uint8Array(31) }]),
    ).toBe(false);
    expect(verifyMerklePath(new Uint8Array(32), { key: new Uint8Array(0), value: utf8('v') }, [])).toBe(
      false,
    );
  });

  it('each header field is proven by one stock ICS-23 step', () => {
    const root = headerHash(header);
    for (const name of Object.keys(header) as (keyof Header)[]) {
      const value = headerFieldValue(header, name);
      const steps = headerFieldPath(header, name);
      expect(verifyMerklePath(root, { key: utf8(name), value }, steps)).toBe(true);
      expect(
        verifyMembership(toIcs23(utf8(name), value, steps), tendermintSpec, root, utf8(name), value),
      ).toBe(true);
      const other = {
        ...header,
        [name]: typeof header[name] === 'number' ? 12_345 : new Uint8Array(32).fill(99),
      };
      expect(toHex(headerHash(other as Header))).not.toBe(toHex(root));
    }
  });
});
