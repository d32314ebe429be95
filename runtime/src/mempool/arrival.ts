// Pending transactions in the order they arrived, between admission and the engine's proposals. Bounded in count and
// bytes, in all and per sender; it holds what was checked and judges nothing itself.
import { bytesText, toHex } from '../base/bytes.js';
import type { Mempool } from '../ports/mempool.js';
import type { Nonce, SignedTransaction } from '../types/transaction.js';
import { MempoolError } from './errors.js';

export interface MempoolOptions {
  /** Transactions; default 65,536. */
  readonly countMax?: number;
  /** Bytes of wire form; default 64 MiB. */
  readonly bytesMax?: number;
  /** Transactions per sender; default 16,384. */
  readonly senderCountMax?: number;
}

interface SenderPool {
  readonly transactions: Map<string, SignedTransaction>;
  readonly nonces: Set<string>;
  /** By lane: the sequence after the highest pending one. */
  readonly next: Map<number, bigint>;
}

/** An empty pool in arrival order. `add`, `has`, `nextSequence`, `holdsNonce` and `reservedBy` cost O(1), `settle` O(pool). */
export function createMempool(options: MempoolOptions = {}): Mempool {
  return new ArrivalPool(
    options.countMax ?? 65_536,
    options.bytesMax ?? 64 << 20,
    options.senderCountMax ?? 16_384,
  );
}

class ArrivalPool implements Mempool {
  bytes = 0;
  /** By id text; a Map iterates in the order of insertion, which is the order of arrival. */
  #transactions = new Map<string, SignedTransaction>();
  #senders = new Map<string, SenderPool>();
  #reserved = new Map<string, bigint>();
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly countMax: number,
    readonly bytesMax: number,
    readonly senderCountMax: number,
  ) {}

  get size(): number {
    return this.#transactions.size;
  }

  add(transaction: SignedTransaction): void {
    this.#assertRoom(transaction);
    this.#insert(transaction);
    for (const run of this.#listeners) run();
  }

  peek(count: number, bytes: number): readonly SignedTransaction[] {
    const taken: SignedTransaction[] = [];
    let left = bytes;
    for (const transaction of this.#transactions.values()) {
      left -= transaction.bytes.length;
      if (taken.length >= count || left < 0) break;
      taken.push(transaction);
    }
    return taken;
  }

  settle(
    included: readonly Uint8Array[],
    stale: (transaction: SignedTransaction) => boolean,
  ): readonly Uint8Array[] {
    for (const id of included) this.#transactions.delete(bytesText(id));
    const rest = [...this.#transactions.values()];
    this.#transactions = new Map();
    this.#senders = new Map();
    this.#reserved = new Map();
    this.bytes = 0;
    const dropped: Uint8Array[] = [];
    for (const transaction of rest) {
      if (stale(transaction)) dropped.push(transaction.id);
      else this.#insert(transaction);
    }
    return dropped;
  }

  has(id: Uint8Array): boolean {
    return this.#transactions.has(bytesText(id));
  }

  pendingOf(sender: Uint8Array): readonly SignedTransaction[] {
    return [...(this.#senders.get(bytesText(sender))?.transactions.values() ?? [])];
  }

  nextSequence(sender: Uint8Array, lane: number): bigint | undefined {
    return this.#senders.get(bytesText(sender))?.next.get(lane);
  }

  holdsNonce(sender: Uint8Array, nonce: Nonce): boolean {
    return this.#senders.get(bytesText(sender))?.nonces.has(nonceText(nonce)) ?? false;
  }

  reservedBy(payer: Uint8Array): bigint {
    return this.#reserved.get(bytesText(payer)) ?? 0n;
  }

  onAdd(run: () => void): () => void {
    this.#listeners.add(run);
    return () => this.#listeners.delete(run);
  }

  #assertRoom(transaction: SignedTransaction): void {
    const place = toHex(transaction.id);
    if (this.has(transaction.id)) throw new MempoolError('MEMPOOL_DUPLICATE', { place });
    if (this.holdsNonce(transaction.sender, transaction.nonce)) {
      throw new MempoolError('MEMPOOL_NONCE_TAKEN', { got: describeNonce(transaction.nonce), place });
    }
    const pending = this.#senders.get(bytesText(transaction.sender))?.transactions.size ?? 0;
    if (pending >= this.senderCountMax) {
      throw new MempoolError('MEMPOOL_SENDER_FULL', {
        expected: `fewer than ${this.senderCountMax}`,
        got: pending,
      });
    }
    if (this.size >= this.countMax) {
      throw new MempoolError('MEMPOOL_FULL', { expected: `fewer than ${this.countMax}`, got: this.size });
    }
    const bytes = this.bytes + transaction.bytes.length;
    if (bytes > this.bytesMax) {
      throw new MempoolError('MEMPOOL_FULL', {
        expected: `at most ${this.bytesMax}`,
        got: bytes,
        unit: 'bytes',
      });
    }
  }

  #insert(transaction: SignedTransaction): void {
    const id = bytesText(transaction.id);
    this.#transactions.set(id, transaction);
    this.bytes += transaction.bytes.length;
    const payer = bytesText(transaction.payer ?? transaction.sender);
    const fee = BigInt(transaction.gasLimit) * transaction.gasPrice;
    this.#reserved.set(payer, (this.#reserved.get(payer) ?? 0n) + fee);
    const sender = this.#senderPool(bytesText(transaction.sender));
    sender.transactions.set(id, transaction);
    sender.nonces.add(nonceText(transaction.nonce));
    if (transaction.nonce.kind === 'lane') {
      const { lane, sequence } = transaction.nonce;
      const next = sender.next.get(lane);
      if (next === undefined || sequence >= next) sender.next.set(lane, sequence + 1n);
    }
  }

  #senderPool(sender: string): SenderPool {
    let pool = this.#senders.get(sender);
    if (pool === undefined) {
      pool = { transactions: new Map(), nonces: new Set(), next: new Map() };
      this.#senders.set(sender, pool);
    }
    return pool;
  }
}

function nonceText(nonce: Nonce): string {
  return nonce.kind === 'lane'
    ? `${nonce.lane}/${nonce.sequence}`
    : `x${nonce.expiry}/${bytesText(nonce.bytes)}`;
}

function describeNonce(nonce: Nonce): string {
  return nonce.kind === 'lane'
    ? `lane ${nonce.lane} sequence ${nonce.sequence}`
    : `expiring ${toHex(nonce.bytes)} at height ${nonce.expiry}`;
}
