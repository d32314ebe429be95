// Pending transactions between admission and the engine's proposals: dearest first, each lane of a sender in its own
// order. Bounded in count and bytes, in all and per sender; when it is full the cheapest gives way to a dearer one. It
// holds what was checked and judges nothing but prices and room.
import TinyQueue from 'tinyqueue';
import { bytesText, toHex } from '../base/bytes.js';
import type { DropReason, Mempool, Touched } from '../ports/mempool.js';
import type { Nonce, SignedTransaction } from '../types/transaction.js';
import { MempoolError } from './errors.js';
import { type Entry, feeOf, type Line, PoolIndex } from './pool-index.js';

export interface MempoolOptions {
  /** Transactions; default 65,536. */
  readonly countMax?: number;
  /** Bytes of wire form; default 64 MiB. */
  readonly bytesMax?: number;
  /** Transactions per sender; default 16,384. */
  readonly senderCountMax?: number;
}

/** A replacement pays at least this part more than what it replaces: 1 / 10. */
const RAISE_DIVISOR = 10n;

/**
 * An empty pool. `has`, `nextSequence`, `holdsNonce` and `reservedBy` cost O(1), `add` O(log pool), `peek` O(lanes)
 * and O(log lanes) for each it gives, `settle` the same for those it takes away or asks about.
 */
export function createMempool(options: MempoolOptions = {}): Mempool {
  return new PricedPool(
    options.countMax ?? 65_536,
    options.bytesMax ?? 64 << 20,
    options.senderCountMax ?? 16_384,
  );
}

class PricedPool implements Mempool {
  readonly #index = new PoolIndex();
  /**
   * The last entry of every line, cheapest first; holds stale ones too, which are passed over. Undefined until somebody asks:
   * a pool that is never full needs none, and what stands here outlives its block.
   */
  #tails: TinyQueue<Entry> | undefined;
  #arrivals = 0;
  readonly #added = new Set<(transaction: SignedTransaction) => void>();
  readonly #dropped = new Set<(transaction: SignedTransaction, reason: DropReason) => void>();

  constructor(
    readonly countMax: number,
    readonly bytesMax: number,
    readonly senderCountMax: number,
  ) {}

  get size(): number {
    return this.#index.entries.size;
  }

  get bytes(): number {
    return this.#index.bytes;
  }

  assertWelcome(transaction: SignedTransaction): void {
    if (this.#assertAlone(transaction) !== undefined) return;
    const { size, bytes, countMax, bytesMax } = this;
    if (size < countMax && bytes + transaction.bytes.length <= bytesMax) return;
    // The cheapest that ends a line would have to go first: where it pays as much, nothing goes.
    const cheapest = this.#cheapest();
    if (cheapest === undefined || cheapest.transaction.gasPrice >= transaction.gasPrice)
      throw this.#full(transaction, cheapest);
  }

  add(transaction: SignedTransaction): void {
    const replaced = this.#assertAlone(transaction);
    const evicted = this.#makeRoom(transaction, replaced);
    for (const entry of evicted) this.#remove(entry, 'evicted');
    const arrival = this.#arrivals++;
    if (replaced === undefined) this.#noteTail(this.#index.append(transaction, arrival));
    else {
      this.#tell(replaced.transaction, 'replaced');
      this.#noteTail(this.#index.replace(replaced, transaction, arrival));
    }
    for (const run of this.#added) run(transaction);
  }

  get gas(): number {
    return this.#index.gas;
  }

  cheapest(): bigint | undefined {
    return this.#cheapest()?.transaction.gasPrice;
  }

  pricesAt(gas: readonly number[]): readonly (bigint | undefined)[] {
    const prices: bigint[] = [];
    let sum = 0;
    for (const { transaction } of inOrder(this.#index.lines())) {
      sum += transaction.gasLimit;
      while (prices.length < gas.length && sum > (gas[prices.length] as number))
        prices.push(transaction.gasPrice);
      if (prices.length === gas.length) break;
    }
    return gas.map((_, index) => prices[index]);
  }

  peek(count: number, bytes: number): readonly SignedTransaction[] {
    const taken: SignedTransaction[] = [];
    let left = bytes;
    for (const { transaction } of inOrder(this.#index.lines())) {
      left -= transaction.bytes.length;
      if (taken.length >= count || left < 0) break;
      taken.push(transaction);
    }
    return taken;
  }

  *inOrder(): Iterable<Uint8Array> {
    for (const { transaction } of inOrder(this.#index.lines())) yield transaction.bytes;
  }

  settle(
    included: readonly Uint8Array[],
    stale: (transaction: SignedTransaction) => boolean,
    touched?: Touched,
  ): readonly Uint8Array[] {
    const { entries } = this.#index;
    const known = included.map((id) => entries.get(bytesText(id))).filter((entry) => entry !== undefined);
    this.#takeAway(new Set(known));
    const asked = touched && this.#index.linesTouched(touched);
    // A block may include one without effect: what stands behind it then has a gap before it.
    for (const { line } of known) if (line.entries.length > 0) asked?.add(line);
    const dropped = new Set<Entry>();
    for (const entry of inOrder(asked ?? this.#index.lines()))
      if (stale(entry.transaction)) dropped.add(entry);
    this.#takeAway(dropped);
    for (const { transaction } of dropped) this.#tell(transaction, 'stale');
    return Array.from(dropped, ({ transaction }) => transaction.id);
  }

  has(id: Uint8Array): boolean {
    return this.#index.entries.has(bytesText(id));
  }

  get(id: Uint8Array): SignedTransaction | undefined {
    return this.#index.entries.get(bytesText(id))?.transaction;
  }

  find(bytes: Uint8Array): SignedTransaction | undefined {
    return this.#index.find(bytes)?.transaction;
  }

  pendingOf(sender: Uint8Array): readonly SignedTransaction[] {
    const lines = this.#index.linesOf(sender);
    return lines.flatMap((line) => line.entries.map(({ transaction }) => transaction));
  }

  nextSequence(sender: Uint8Array, lane: number): bigint | undefined {
    return this.#index.nextSequence(sender, lane);
  }

  holdsNonce(sender: Uint8Array, nonce: Nonce): boolean {
    return this.#index.withNonce(sender, nonce) !== undefined;
  }

  reservedBy(payer: Uint8Array, instead?: SignedTransaction): bigint {
    const reserved = this.#index.reserved.get(bytesText(payer)) ?? 0n;
    const replaced = instead && this.#index.withNonce(instead.sender, instead.nonce);
    const samePayer = replaced !== undefined && replaced.payer === bytesText(payer);
    return samePayer ? reserved - feeOf(replaced.transaction) : reserved;
  }

  onAdd(run: (transaction: SignedTransaction) => void): () => void {
    this.#added.add(run);
    return () => this.#added.delete(run);
  }

  onDrop(run: (transaction: SignedTransaction, reason: DropReason) => void): () => void {
    this.#dropped.add(run);
    return () => this.#dropped.delete(run);
  }

  /** What it would replace. @throws MEMPOOL_DUPLICATE, MEMPOOL_NONCE_TAKEN, MEMPOOL_SENDER_FULL */
  #assertAlone(transaction: SignedTransaction): Entry | undefined {
    if (this.has(transaction.id)) {
      throw new MempoolError('MEMPOOL_DUPLICATE', { place: toHex(transaction.id) });
    }
    const replaced = this.#index.withNonce(transaction.sender, transaction.nonce);
    if (replaced !== undefined) this.#assertRaises(transaction, replaced);
    else this.#assertSenderRoom(transaction.sender);
    return replaced;
  }

  #assertRaises(transaction: SignedTransaction, replaced: Entry): void {
    const { gasPrice } = replaced.transaction;
    const raise = gasPrice / RAISE_DIVISOR;
    const least = gasPrice + (raise > 0n ? raise : 1n);
    if (transaction.gasPrice >= least) return;
    throw new MempoolError('MEMPOOL_NONCE_TAKEN', {
      expected: `a gas price of at least ${least}`,
      got: transaction.gasPrice,
      place: `${describeNonce(transaction.nonce)}, pending ${toHex(replaced.transaction.id)}`,
    });
  }

  #assertSenderRoom(sender: Uint8Array): void {
    const pending = this.#index.countOf(sender);
    if (pending < this.senderCountMax) return;
    throw new MempoolError('MEMPOOL_SENDER_FULL', {
      expected: `fewer than ${this.senderCountMax}`,
      got: pending,
    });
  }

  /** The cheapest entries that must go for this one to fit; nothing is changed. @throws MEMPOOL_FULL */
  #makeRoom(transaction: SignedTransaction, replaced: Entry | undefined): readonly Entry[] {
    let count = this.size + (replaced === undefined ? 1 : 0) - this.countMax;
    const freed = replaced?.transaction.bytes.length ?? 0;
    let bytes = this.bytes + transaction.bytes.length - freed - this.bytesMax;
    const evicted: Entry[] = [];
    const own = this.#index.lineOf(transaction.sender, transaction.nonce);
    while (count > 0 || bytes > 0) {
      const entry = this.#popTail(evicted);
      if (entry !== undefined) evicted.push(entry);
      const gives = entry !== undefined && entry.line !== own && entry !== replaced;
      if (!gives || entry.transaction.gasPrice >= transaction.gasPrice) {
        for (const one of evicted) this.#noteTail(one);
        throw this.#full(transaction, entry);
      }
      count -= 1;
      bytes -= entry.transaction.bytes.length;
    }
    return evicted;
  }

  #full(transaction: SignedTransaction, cheapest: Entry | undefined): MempoolError {
    return new MempoolError('MEMPOOL_FULL', {
      expected: `a gas price above ${cheapest?.transaction.gasPrice ?? 'any'}`,
      got: transaction.gasPrice,
      place: `${this.size} transactions, ${this.bytes} bytes`,
    });
  }

  /** The cheapest entry that ends its line; it stays. */
  #cheapest(): Entry | undefined {
    const tails = this.#tailsNow();
    for (let entry = tails.peek(); entry !== undefined; entry = tails.peek()) {
      if (entry.line.entries.at(-1) === entry) return entry;
      tails.pop();
    }
    return undefined;
  }

  /** The cheapest entry that ends its line once `evicted` are gone. */
  #popTail(evicted: readonly Entry[]): Entry | undefined {
    const tails = this.#tailsNow();
    const goneOf = (line: Line): number => evicted.filter((one) => one.line === line).length;
    const last = evicted.at(-1);
    const next = last?.line.entries.at(-1 - goneOf(last.line));
    if (next !== undefined) tails.push(next);
    for (let entry = tails.pop(); entry !== undefined; entry = tails.pop()) {
      if (entry.line.entries.at(-1 - goneOf(entry.line)) === entry) return entry;
    }
    return undefined;
  }

  #tailsNow(): TinyQueue<Entry> {
    if (this.#tails === undefined) {
      const tails = Array.from(this.#index.lines(), (line) => line.entries.at(-1) as Entry);
      this.#tails = new TinyQueue(tails, cheapestFirst);
    }
    return this.#tails;
  }

  #noteTail(entry: Entry): void {
    this.#tails?.push(entry);
    this.#forgetTails();
  }

  /** Where most are stale, or nobody will ask soon. */
  #forgetTails(): void {
    const { size, bytes, countMax, bytesMax } = this;
    const stale = this.#tails !== undefined && this.#tails.length > 2 * size + 1024;
    if (stale || (2 * size < countMax && 2 * bytes < bytesMax)) this.#tails = undefined;
  }

  #takeAway(gone: ReadonlySet<Entry>): void {
    for (const tail of this.#index.remove(gone)) this.#tails?.push(tail);
    this.#forgetTails();
  }

  #remove(entry: Entry, reason: DropReason): void {
    const tail = this.#index.removeTail(entry);
    if (tail !== undefined) this.#noteTail(tail);
    this.#tell(entry.transaction, reason);
  }

  #tell(transaction: SignedTransaction, reason: DropReason): void {
    for (const run of this.#dropped) run(transaction, reason);
  }
}

/** The entries of lines, dearest line head first; equal prices in order of arrival. */
function* inOrder(lines: Iterable<Line>): Iterable<Entry> {
  const places = new Map<Line, number>();
  const heads = Array.from(lines, (line) => line.entries[0] as Entry);
  const queue = new TinyQueue<Entry>(heads, dearestFirst);
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    yield entry;
    const place = (places.get(entry.line) ?? 0) + 1;
    places.set(entry.line, place);
    const next = entry.line.entries[place];
    if (next !== undefined) queue.push(next);
  }
}

function dearestFirst(a: Entry, b: Entry): number {
  const left = a.transaction.gasPrice;
  const right = b.transaction.gasPrice;
  return left === right ? a.arrival - b.arrival : left > right ? -1 : 1;
}

/** Among equal prices the latest goes first. */
function cheapestFirst(a: Entry, b: Entry): number {
  return dearestFirst(b, a);
}

function describeNonce(nonce: Nonce): string {
  return nonce.kind === 'lane'
    ? `lane ${nonce.lane} sequence ${nonce.sequence}`
    : `expiring ${toHex(nonce.bytes)} at height ${nonce.expiry}`;
}
