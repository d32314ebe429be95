import { decodeTransaction, encodeTransaction } from '@weft/runtime/types/transaction-codec';
import { ID_BYTES, transactionIds } from '@weft/runtime/types/transaction-ids';
import { describe, expect, it } from 'vitest';
import { transactionLane } from './samples.js';

describe('transaction ids', () => {
  it('of many are those of each, whatever their length', () => {
    const transactions = Array.from({ length: 150 }, (_, index) => {
      const calls = transactionLane.calls.map((call) => ({
        ...call,
        args: new Uint8Array(2 * index).fill(index),
      }));
      return decodeTransaction(encodeTransaction({ ...transactionLane, calls }));
    });
    const given = transactions.map((transaction, index) => (index % 7 === 3 ? undefined : transaction));
    const ids = transactionIds(given);
    for (const [index, transaction] of given.entries()) {
      const id = ids.subarray(ID_BYTES * index, ID_BYTES * (index + 1));
      if (transaction !== undefined) expect(id).toEqual(transaction.id);
    }
  });
});
