import { toHex } from '@weft/runtime/base/bytes';
import { createMempool } from '@weft/runtime/mempool/pool';
import type { SignedTransaction } from '@weft/runtime/types/transaction';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, type TransferOptions, testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
const make = (options: TransferOptions): SignedTransaction => decodeTransaction(transfer(genesis, options));
const sequenceOf = ({ nonce }: SignedTransaction) => (nonce.kind === 'lane' ? nonce.sequence : -1n);

describe('mempool', () => {
  it('gives transactions of one price in the order they came, within count and bytes', () => {
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

  it('finds what it holds by its wire bytes, and nothing by others', () => {
    const pool = createMempool();
    const [first, second] = [make({}), make({ sequence: 1n })];
    pool.add(first);
    pool.add(second);
    expect(pool.find(first.bytes.slice())).toBe(first);
    // The signature stays, and with it what is looked for first.
    const other = first.bytes.slice();
    other[0] = 9;
    expect(pool.find(other)).toBeUndefined();
    expect(pool.find(new Uint8Array(0))).toBeUndefined();
    pool.settle([first.id], () => false);
    expect(pool.find(first.bytes)).toBeUndefined();
    expect(pool.find(second.bytes)).toBe(second);
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

  it('puts dearer gas first and keeps every lane in its order', () => {
    const pool = createMempool();
    const cheap = make({ gasPrice: 1n });
    const behind = make({ sequence: 1n, gasPrice: 9n });
    const dear = make({ from: 1, gasPrice: 5n });
    const other = make({ from: 2, gasPrice: 5n });
    for (const transaction of [cheap, behind, dear, other]) pool.add(transaction);
    expect(pool.peek(10, 1 << 20)).toEqual([dear, other, cheap, behind]);
  });

  it('replaces a pending transaction by one that pays a tenth more, in its place', () => {
    const pool = createMempool();
    const dropped: [bigint, string][] = [];
    pool.onDrop((transaction, reason) => dropped.push([transaction.gasPrice, reason]));
    pool.add(make({ gasPrice: 100n }));
    pool.add(make({ sequence: 1n, gasPrice: 100n }));
    expect(() => pool.add(make({ gasPrice: 109n }))).toThrow(
      expect.objectContaining({
        code: 'MEMPOOL_NONCE_TAKEN',
        context: expect.objectContaining({ expected: 'a gas price of at least 110', got: 109n }),
      }),
    );
    const dearer = make({ gasPrice: 110n });
    expect(pool.reservedBy(addressOf(0), dearer)).toBe(100n * 300_000n);
    pool.add(dearer);
    expect(pool.peek(10, 1 << 20).map(({ gasPrice }) => gasPrice)).toEqual([110n, 100n]);
    expect(pool.reservedBy(addressOf(0))).toBe(210n * 300_000n);
    expect([pool.size, dropped]).toEqual([2, [[100n, 'replaced']]]);
  });

  it('gives up the cheapest ends of lanes when full, never the lane of the one that comes', () => {
    const pool = createMempool({ countMax: 3 });
    const reasons: string[] = [];
    pool.onDrop((_, reason) => reasons.push(reason));
    pool.add(make({ gasPrice: 2n }));
    pool.add(make({ sequence: 1n, gasPrice: 9n }));
    pool.add(make({ from: 1, gasPrice: 5n }));
    const refused = { code: 'MEMPOOL_FULL' };
    expect(() => pool.add(make({ from: 2, gasPrice: 5n }))).toThrow(expect.objectContaining(refused));
    pool.add(make({ from: 2, gasPrice: 6n }));
    expect(pool.holdsNonce(addressOf(1), { kind: 'lane', lane: 0, sequence: 0n })).toBe(false);
    // Account 0's next would have to push out its own predecessor or somebody as dear.
    expect(() => pool.add(make({ sequence: 2n, gasPrice: 6n }))).toThrow(expect.objectContaining(refused));
    expect([pool.size, reasons]).toEqual([3, ['evicted']]);
  });

  it('agrees with a plain model on random adds, replacements and blocks', () => {
    const seed = Number(process.env['WEFT_SEED'] ?? Date.now() % 2 ** 31);
    console.log(`mempool: WEFT_SEED=${seed}`);
    const known: SignedTransaction[] = [];
    for (let from = 0; from < 4; from++) {
      for (let sequence = 0n; sequence < 5n; sequence++) {
        for (const gasPrice of [1n, 2n, 3n, 5n]) known.push(make({ from, sequence, gasPrice }));
      }
    }
    const act = fc.oneof(
      { weight: 9, arbitrary: fc.nat(known.length - 1).map((n) => ({ do: 'add', n }) as const) },
      { weight: 1, arbitrary: fc.nat(3).map((n) => ({ do: 'settle', n }) as const) },
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (acts, countMax) => {
        const pool = createMempool({ countMax });
        const model = new ModelPool(countMax);
        for (const { do: what, n } of acts) {
          if (what === 'settle') {
            const included = pool.peek(n, 1 << 20);
            model.settle(included);
            pool.settle(
              included.map(({ id }) => id),
              () => false,
            );
          } else if (model.admits(known[n]!)) {
            expect(refusalOf(() => pool.add(known[n]!))).toBe(model.add(known[n]!));
          }
          expect(pool.peek(100, 1 << 20)).toEqual(model.inOrder());
        }
      }),
      { seed, numRuns: 300 },
    );
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

function sameLane(a: SignedTransaction, b: SignedTransaction): boolean {
  return toHex(a.sender) === toHex(b.sender);
}

function refusalOf(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** The rules in the plainest form: lists, searched from end to end. */
class ModelPool {
  /** In order of arrival. */
  #list: SignedTransaction[] = [];
  readonly #spent = new Map<string, bigint>();

  constructor(readonly countMax: number) {}

  /** What admission asks: the nonce is the lane's next, or pending. */
  admits(transaction: SignedTransaction): boolean {
    const lane = this.#list.filter((one) => sameLane(one, transaction));
    const next = (this.#spent.get(toHex(transaction.sender)) ?? 0n) + BigInt(lane.length);
    const first = this.#spent.get(toHex(transaction.sender)) ?? 0n;
    return sequenceOf(transaction) >= first && sequenceOf(transaction) <= next;
  }

  add(transaction: SignedTransaction): string | undefined {
    if (this.#list.includes(transaction)) return 'MEMPOOL_DUPLICATE';
    const old = this.#list.find(
      (one) => sameLane(one, transaction) && sequenceOf(one) === sequenceOf(transaction),
    );
    if (old !== undefined) {
      if (transaction.gasPrice <= old.gasPrice) return 'MEMPOOL_NONCE_TAKEN';
      this.#list = [...this.#list.filter((one) => one !== old), transaction];
      return undefined;
    }
    if (this.#list.length >= this.countMax) {
      const [cheapest] = this.#list.filter((one) => this.#isEnd(one)).sort((a, b) => this.#compare(b, a));
      const gives = cheapest !== undefined && !sameLane(cheapest, transaction);
      if (!gives || cheapest.gasPrice >= transaction.gasPrice) return 'MEMPOOL_FULL';
      this.#list = this.#list.filter((one) => one !== cheapest);
    }
    this.#list.push(transaction);
    return undefined;
  }

  settle(included: readonly SignedTransaction[]): void {
    this.#list = this.#list.filter((one) => !included.includes(one));
    for (const one of included) this.#spent.set(toHex(one.sender), sequenceOf(one) + 1n);
  }

  inOrder(): SignedTransaction[] {
    const left = [...this.#list];
    const order: SignedTransaction[] = [];
    while (left.length > 0) {
      const heads = left.filter(
        (one) => !left.some((other) => sameLane(one, other) && sequenceOf(other) < sequenceOf(one)),
      );
      const [next] = heads.sort((a, b) => this.#compare(a, b));
      order.push(next!);
      left.splice(left.indexOf(next!), 1);
    }
    return order;
  }

  #isEnd(one: SignedTransaction): boolean {
    return !this.#list.some((other) => sameLane(one, other) && sequenceOf(one) < sequenceOf(other));
  }

  #compare(a: SignedTransaction, b: SignedTransaction): number {
    if (a.gasPrice !== b.gasPrice) return a.gasPrice > b.gasPrice ? -1 : 1;
    return this.#list.indexOf(a) - this.#list.indexOf(b);
  }
}
