import { createMempool } from '@weft/runtime/mempool/arrival';
import type { SignedTransaction } from '@weft/runtime/types/transaction';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { describe, expect, it } from 'vitest';
import { addressOf, type TransferOptions, testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
const make = (options: TransferOptions): SignedTransaction => decodeTransaction(transfer(genesis, options));
const sequenceOf = ({ nonce }: SignedTransaction) => (nonce.kind === 'lane' ? nonce.sequence : -1n);

describe('mempool by arrival', () => {
  it('gives transactions in the order they came, within count and bytes', () => {
    const pool = createMempool();
    const transactions = [0n, 1n, 2n].map((sequence) => make({ sequence }));
    for (const transaction of transactions) pool.add(transaction);
    expect(pool.peek(10, 1 << 20)).toEqual(transactions);
    expect(pool.peek(2, 1 << 20)).toEqual(transactions.slice(0, 2));
    const size = transactions[0]?.bytes.length ?? 0;
    expect(pool.peek(10, 2 * size)).toHaveLength(2);
    expect(pool.peek(10, size - 1)).toHaveLength(0);
    expect(pool).toMatchObject({ size: 3, bytes: 3 * size });
  });

  it('refuses a duplicate, and another transaction with a pending nonce', () => {
    const pool = createMempool();
    const first = make({});
    pool.add(first);
    expect(() => pool.add(first)).toThrow(expect.objectContaining({ code: 'MEMPOOL_DUPLICATE' }));
    expect(() => pool.add(make({ amount: 6n }))).toThrow(
      expect.objectContaining({ code: 'MEMPOOL_NONCE_TAKEN' }),
    );
    expect(pool.size).toBe(1);
  });

  it('is bounded in count, in bytes and per sender, and unchanged by a refusal', () => {
    const size = make({}).bytes.length;
    const full = { code: 'MEMPOOL_FULL' };
    const count = createMempool({ countMax: 1 });
    count.add(make({}));
    expect(() => count.add(make({ from: 1 }))).toThrow(expect.objectContaining(full));
    const bytes = createMempool({ bytesMax: 2 * size - 1 });
    bytes.add(make({}));
    expect(() => bytes.add(make({ from: 1 }))).toThrow(expect.objectContaining(full));
    const sender = createMempool({ senderCountMax: 1 });
    sender.add(make({}));
    const senderFull = { code: 'MEMPOOL_SENDER_FULL' };
    expect(() => sender.add(make({ sequence: 1n }))).toThrow(expect.objectContaining(senderFull));
    sender.add(make({ from: 1 }));
    expect([count.size, bytes.size, sender.size]).toEqual([1, 1, 2]);
  });

  it('tells what admission builds on: next sequence, nonces held, fees set aside', () => {
    const pool = createMempool();
    pool.add(make({}));
    pool.add(make({ sequence: 1n }));
    pool.add(make({ from: 1, payerIndex: 0 }));
    expect(pool.nextSequence(addressOf(0), 0)).toBe(2n);
    expect(pool.nextSequence(addressOf(0), 1)).toBeUndefined();
    expect(pool.holdsNonce(addressOf(0), { kind: 'lane', lane: 0, sequence: 1n })).toBe(true);
    expect(pool.holdsNonce(addressOf(1), { kind: 'lane', lane: 0, sequence: 1n })).toBe(false);
    expect(pool.reservedBy(addressOf(0))).toBe(1_000_000n);
    expect(pool.reservedBy(addressOf(1))).toBe(0n);
  });

  it('settle: removes the included, asks about the rest in order, and drops the stale', () => {
    const pool = createMempool();
    const transactions = [0n, 1n, 2n, 3n].map((sequence) => make({ sequence }));
    for (const transaction of transactions) pool.add(transaction);
    const asked: bigint[] = [];
    const dropped = pool.settle([transactions[0]?.id ?? new Uint8Array(32)], (transaction) => {
      asked.push(sequenceOf(transaction));
      return sequenceOf(transaction) === 2n;
    });
    expect(asked).toEqual([1n, 2n, 3n]);
    expect(dropped).toEqual([transactions[2]?.id]);
    expect(pool.peek(10, 1 << 20).map(sequenceOf)).toEqual([1n, 3n]);
    expect(pool.reservedBy(addressOf(0))).toBe(600_000n);
    expect(pool.has(transactions[0]?.id ?? new Uint8Array(32))).toBe(false);
    expect(pool.pendingOf(addressOf(0))).toHaveLength(2);
  });

  it('tells listeners of each arrival until they leave', () => {
    const pool = createMempool();
    let arrivals = 0;
    const leave = pool.onAdd(() => {
      arrivals++;
    });
    pool.add(make({}));
    leave();
    pool.add(make({ sequence: 1n }));
    expect(arrivals).toBe(1);
  });
});
