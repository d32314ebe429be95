// Items of a block and fields of its header under the header hash: every one proves, and nothing else passes.
import { toHex } from '@weft/runtime/base/bytes';
import { proveField, proveItem, verifyField, verifyItem } from '@weft/runtime/types/block-proof';
import { HEADER_FIELDS, headerFieldValue } from '@weft/runtime/types/header-codec';
import { encodeEvent, encodeReceipt } from '@weft/runtime/types/receipt-codec';
import { blockProofJson, parseBlockProof, verifyBlockProof } from '@weft/sdk/client/proof';
import { describe, expect, it } from 'vitest';
import { createRealChain } from '../support/real-chain.js';

const chain = await createRealChain({ seed: 5, blocks: 2, transfers: 7 });
const { block } = chain.records[1]!;
const other = chain.records[0]!.block;

describe('block proofs', () => {
  it('prove every transaction and receipt under the header hash, by what they are', () => {
    for (const part of ['transaction', 'receipt'] as const) {
      for (let index = 0; index < block.transactions.length; index++) {
        const proven = proveItem(block, part, index)!;
        const expected =
          part === 'transaction' ? block.transactions[index]! : encodeReceipt(block.receipts[index]!);
        expect(toHex(verifyItem(block.hash, proven))).toBe(toHex(expected));
        expect(() => verifyItem(other.hash, proven)).toThrow(expect.objectContaining({ code: 'PROOF_ROOT' }));
      }
      expect(proveItem(block, part, block.transactions.length)).toBeUndefined();
      expect(proveItem(block, part, -1)).toBeUndefined();
    }
    expect(block.events.map((_, index) => verifyItem(block.hash, proveItem(block, 'event', index)!))).toEqual(
      block.events.map(encodeEvent),
    );
  });

  it('refuse another index, another list, another item, another root, a cut path', () => {
    const proven = proveItem(block, 'receipt', 3)!;
    const changed = [
      { ...proven, index: 2 },
      { ...proven, part: 'transaction' as const },
      { ...proven, item: encodeReceipt(block.receipts[2]!) },
      { ...proven, root: block.header.transactionRoot },
      { ...proven, path: proven.path.slice(1) },
      { ...proven, headerPath: proven.headerPath.slice(1) },
      // A list root of the attacker's own, the item right under it.
      { ...proven, root: proven.item.slice(0, 32), path: [] },
    ];
    for (const one of changed) {
      expect(() => verifyItem(block.hash, one)).toThrow(expect.objectContaining({ code: 'PROOF_ROOT' }));
    }
  });

  it('prove every field of the header, each under its own name only', () => {
    for (const field of HEADER_FIELDS) {
      const proven = proveField(block, field);
      expect(verifyField(block.hash, proven)).toEqual(headerFieldValue(block.header, field));
      for (const name of HEADER_FIELDS) {
        if (name === field) continue;
        expect(() => verifyField(block.hash, { ...proven, field: name })).toThrow(
          expect.objectContaining({ code: 'PROOF_ROOT' }),
        );
      }
    }
  });

  it('travel as files, read strictly', () => {
    for (const file of [proveItem(block, 'transaction', 1)!, proveField(block, 'gasUsed')]) {
      const text = JSON.stringify(blockProofJson(file), null, 2);
      const read = parseBlockProof(text);
      expect(read).toEqual({ ...file, hash: new Uint8Array(block.hash) });
      expect(verifyBlockProof(read, block.hash)).toEqual(verifyBlockProof(file, block.hash));
      const broken = [
        text.replace('"version": 1', '"version": 2'),
        text.replace('weft-block-proof', 'weft-state-proof'),
        text.replace('{', '{ "more": 1,'),
        text.replace('"height"', '"height": 2, "height"'),
        text.replace(/"0x/, '"0X'),
        text.replace('true', '1').replace('false', '0'),
        text.slice(0, -2),
      ];
      for (const one of broken) {
        expect(() => parseBlockProof(one)).toThrow(expect.objectContaining({ code: 'PROOF_FILE' }));
      }
    }
  });
});
