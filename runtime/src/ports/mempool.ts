// The port to pending transactions. Skeleton rule: arrival order.
import type { SignedTransaction } from '../types/transaction.js';

/** Must: refuse duplicates and anything past its bounds with a coded error; never lose an accepted one silently. */
export interface Mempool {
  /** @throws MEMPOOL_DUPLICATE, MEMPOOL_FULL, MEMPOOL_SENDER_FULL */
  add(transaction: SignedTransaction): void;
  /** The next ones in order, not removed, at most `count` and `bytes`. */
  peek(count: number, bytes: number): readonly SignedTransaction[];
  /** Removes what a block included and what it can no longer include; returns the ids dropped as stale. */
  settle(included: readonly Uint8Array[], stale: (transaction: SignedTransaction) => boolean): readonly Uint8Array[];
  has(id: Uint8Array): boolean;
  /** Pending transactions of a sender, in order: what admission of the next nonce builds on. */
  pendingOf(sender: Uint8Array): readonly SignedTransaction[];
  readonly size: number;
  readonly bytes: number;
}
