// The port to pending transactions: what is admitted and not yet in a block, in the order blocks should take it.
import type { Nonce, SignedTransaction } from '../types/transaction.js';

/** Why an accepted transaction left without a block. */
export type DropReason = 'replaced' | 'evicted' | 'stale';

/**
 * Why a pending transaction was left out of the last proposal though a later one may take it: the block was full (of
 * gas, bytes or transactions), another limit cut it short, its keys were wanted by too many before it, an earlier
 * transaction of its lane or payer waits, or running it went outside its access set or found the tail full.
 */
export type WaitReason =
  | 'BLOCK_GAS'
  | 'BLOCK_BYTES'
  | 'BLOCK_COUNT'
  | 'BLOCK_LIMIT'
  | 'CRITICAL_PATH'
  | 'RESERVE'
  | 'ACCESS_VIOLATION'
  | 'TAIL_FULL';

/**
 * Must: refuse duplicates and anything past its bounds with a coded error; keep a sender's lane in its order and
 * without gaps; tell of each accepted transaction that leaves without a block. Should: put dearer gas first.
 */
export interface Mempool extends PendingView, PoolBounds {
  /**
   * Takes a checked transaction. One with a pending nonce replaces it if its gas price is a tenth higher; a full pool
   * gives up cheaper ones for it.
   * @throws MEMPOOL_DUPLICATE, MEMPOOL_NONCE_TAKEN, MEMPOOL_FULL, MEMPOOL_SENDER_FULL
   */
  add(transaction: SignedTransaction): void;
  /** The next ones in order, not removed, at most `count` and `bytes`. */
  peek(count: number, bytes: number): readonly SignedTransaction[];
  /** Wire bytes of all of them in order, read as it is iterated: costs as many as are taken, and a look at each lane. */
  inOrder(): Iterable<Uint8Array>;
  /**
   * After a block: removes what it included (ids), then asks `stale` about the rest, in order, and removes those too:
   * about all that `touched` accounts send or pay for, all that ended before its height, and what stands in one lane with
   * them or with what was included; without `touched` about every one. Returns the ids dropped as stale.
   */
  settle(
    included: readonly Uint8Array[],
    stale: (transaction: SignedTransaction) => boolean,
    touched?: Touched,
  ): readonly Uint8Array[];
  /**
   * Gas prices at which what is pending fills so much gas: one price an amount of `gas` (ascending), in the pool's order;
   * undefined where it does not.
   */
  pricesAt(gas: readonly number[]): readonly (bigint | undefined)[];
  /** The price of what a full pool would give up first; undefined where it is empty. */
  cheapest(): bigint | undefined;
  /** Gas limits of all that is pending together. */
  readonly gas: number;
  has(id: Uint8Array): boolean;
  /** The pending transaction of this id. */
  get(id: Uint8Array): SignedTransaction | undefined;
  /** Pending transactions of a sender, in order. */
  pendingOf(sender: Uint8Array): readonly SignedTransaction[];
  /** Called after each `add`. Returns an unsubscribe. */
  onAdd(run: (transaction: SignedTransaction) => void): () => void;
  /** Called for each that leaves without a block. Returns an unsubscribe. */
  onDrop(run: (transaction: SignedTransaction, reason: DropReason) => void): () => void;
  readonly size: number;
  readonly bytes: number;
}

/** What blocks may have made stale in a pool that held nothing stale before. */
export interface Touched {
  /** Addresses whose nonces or key changed, or whose balance fell. */
  readonly accounts: readonly Uint8Array[];
  /** Of the next block. */
  readonly height: number;
}

/** Bounds of a pool. */
export interface PoolBounds {
  /** Transactions. */
  readonly countMax: number;
  /** Bytes of wire form. */
  readonly bytesMax: number;
  readonly senderCountMax: number;
}

/** What admission builds on: what is pending already counts as spent. */
export interface PendingView {
  /** The sequence after the highest pending one of a sender's lane, or undefined if none is pending. */
  nextSequence(sender: Uint8Array, lane: number): bigint | undefined;
  /** The pending transaction of these wire bytes, without decoding them. It may miss one, rarely. */
  find(bytes: Uint8Array): SignedTransaction | undefined;
  /** Whether a pending transaction of the sender has this nonce. */
  holdsNonce(sender: Uint8Array, nonce: Nonce): boolean;
  /**
   * Sum of gasLimit × gasPrice over the pending transactions an address pays for, without the one that `instead`
   * would replace.
   */
  reservedBy(payer: Uint8Array, instead?: SignedTransaction): bigint;
  /**
   * Refuses what `add` would refuse whatever its signature says: asked before signatures are checked, so that a flood of
   * cheap ones costs little. @throws as `add`
   */
  assertWelcome(transaction: SignedTransaction): void;
}
