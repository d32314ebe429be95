import { indexedRoot } from '@weft/runtime/base/indexed-root';
import type { Receipt } from '@weft/runtime/types/receipt';
import {
  EncodedEvent,
  EncodedReceipt,
  encodeEvent,
  encodeReceipt,
  eventRoot,
  receiptRoot,
} from '@weft/runtime/types/receipt-codec';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertySeed } from '../support/seed.js';
import * as arbitrary from './arbitraries.js';

/** The receipt as part of a longer string. */
function within(receipt: Receipt): EncodedReceipt {
  const bytes = encodeReceipt(receipt);
  const whole = new Uint8Array(bytes.length + 10).fill(0xff);
  whole.set(bytes, 3);
  return new EncodedReceipt(whole, 3, 3 + bytes.length);
}

test('encoded receipt: every part of it, its bytes and its root are those of the plain one', () => {
  const seed = propertySeed('encoded receipt');
  const property = fc.property(fc.array(arbitrary.receipt, { maxLength: 5 }), (receipts) => {
    const encoded = receipts.map(within);
    encoded.forEach((one, index) => {
      const receipt = receipts[index]!;
      for (const name of Object.keys(receipt) as (keyof Receipt)[]) expect(one[name]).toEqual(receipt[name]);
      expect(one.toJSON()).toEqual(receipt);
      expect(encodeReceipt(one)).toEqual(encodeReceipt(receipt));
    });
    expect(receiptRoot(encoded)).toEqual(indexedRoot(receipts.map(encodeReceipt)));
  });
  fc.assert(property, { seed, numRuns: 200 });
});

test('encoded event: the root over events as parts of one string is that of plain ones', () => {
  const seed = propertySeed('encoded event');
  const property = fc.property(fc.array(arbitrary.contractEvent, { maxLength: 5 }), (events) => {
    const encoded = events.map((event) => {
      const bytes = encodeEvent(event);
      const whole = new Uint8Array([7, ...bytes, 7]);
      return new EncodedEvent(whole, 1, 1 + bytes.length, event.transaction);
    });
    expect(encoded.map(({ topics, data }) => [topics, data])).toEqual(
      events.map(({ topics, data }) => [topics, data]),
    );
    expect(eventRoot(encoded)).toEqual(indexedRoot(events.map(encodeEvent)));
  });
  fc.assert(property, { seed, numRuns: 200 });
});
