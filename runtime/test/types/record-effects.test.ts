// What flat storage reads of a record, against decoding all of it; and a transaction's changes as bytes.
import { Writer } from '@weft/runtime/base/codec';
import { CodecError } from '@weft/runtime/base/codec-error';
import {
  decodeBlockRecord,
  decodeRecordBlock,
  EncodedChanges,
  encodeBlockRecord,
  listOf,
  writeChanges,
  writtenBytes,
} from '@weft/runtime/types/record-codec';
import { decodeRecordEffects } from '@weft/runtime/types/record-effects';
import { encodeTransaction, partiesOf } from '@weft/runtime/types/transaction-codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertySeed } from '../support/seed.js';
import { blockRecord, transaction } from './arbitraries.js';

const seed = propertySeed('record effects');

describe('effects of a record', () => {
  it('are those of the whole record', () => {
    fc.assert(
      fc.property(blockRecord, (record) => {
        const bytes = encodeBlockRecord(record);
        const { block, stateDiff } = decodeBlockRecord(bytes);
        expect(decodeRecordBlock(bytes)).toEqual(block);
        const effects = decodeRecordEffects(bytes);
        expect(effects.height).toBe(block.header.height);
        expect(effects.receipts).toEqual(
          block.receipts.map(({ transaction, status }) => ({ transaction, status })),
        );
        expect(effects.stateDiff).toEqual(stateDiff);
      }),
      { seed },
    );
  });

  it('bytes that end early or late are refused with a code', () => {
    fc.assert(
      fc.property(blockRecord, fc.nat(), (record, at) => {
        const bytes = encodeBlockRecord(record);
        for (const wrong of [bytes.subarray(0, at % bytes.length), Uint8Array.of(...bytes, 0)])
          expect(() => decodeRecordEffects(wrong)).toThrow(CodecError);
      }),
      { seed },
    );
  });
});

describe('parties of a transaction', () => {
  it('are those of all of it', () => {
    fc.assert(
      fc.property(transaction, (one) => {
        const { sender, payer } = partiesOf(encodeTransaction(one));
        expect({ sender, payer }).toEqual({ sender: one.sender, payer: one.payer });
      }),
      { seed },
    );
  });
});

describe('changes as bytes', () => {
  it('are written as the list is, and give it back', () => {
    fc.assert(
      fc.property(blockRecord, (record) => {
        for (const changes of record.changes) {
          const encoded = new Writer();
          writeChanges(encoded, changes);
          const held = new EncodedChanges(encoded.finish(), 0, encoded.length);
          const sizes = listOf(changes).map(({ key, after }) => key.length + (after?.length ?? 0));
          const written = sizes.reduce((sum, size) => sum + size, 0);
          expect([writtenBytes(held), writtenBytes(changes)]).toEqual([written, written]);
          expect(listOf(held)).toEqual(listOf(changes));
          expect(JSON.parse(JSON.stringify(held))).toEqual(JSON.parse(JSON.stringify(listOf(changes))));
          const again = new Writer();
          writeChanges(again, held);
          expect(again.finish()).toEqual(encoded.finish());
        }
      }),
      { seed },
    );
  });
});
