// What a development chain can do that no other can: its blocks and its clock are the developer's, balances come out of
// nothing, anybody can be spoken for, and all of it can be taken back.
import type { ExtraAccess } from '../types/access.js';
import type { Address } from '../types/address.js';
import type { Call } from '../types/transaction.js';

/** What makes blocks: a transaction, a clock, both, or nobody but `seal`. */
export type BlockMode =
  | { readonly kind: 'instant' }
  | { readonly kind: 'interval'; readonly everyMs: number }
  | { readonly kind: 'mixed'; readonly everyMs: number }
  | { readonly kind: 'manual' };

/** The newest block after what was done. */
export interface BlockPoint {
  readonly height: number;
  /** Of its header, ms. */
  readonly time: number;
}

/** A point to come back to, any number of times, until an older one is come back to. */
export interface ChainSnapshot extends BlockPoint {
  readonly id: string;
}

/** Calls in the name of anybody. */
export interface ImpersonatedCalls {
  readonly sender: Address;
  readonly calls: readonly Call[];
  /** Default 10,000,000. */
  readonly gasLimit?: number | undefined;
  /** Native units a gas; default 1. */
  readonly gasPrice?: bigint | undefined;
  readonly extraAccess?: readonly ExtraAccess[] | undefined;
  /** Pays the fee, in its name as well; default: the sender. */
  readonly payer?: Address | undefined;
}

/**
 * Must: change state in blocks only, by transactions any replay runs; exist under a `dev: true` genesis only.
 * Must: come back to a snapshot with state, clock and pending transactions as they were.
 */
export interface DevelopmentChain {
  readonly mode: BlockMode;
  /** @throws SEAL_INTERVAL */
  setMode(mode: BlockMode): void;
  /** Seals blocks, empty ones too; pending transactions go into the first. @throws SEAL_* */
  seal(count: number): Promise<BlockPoint>;
  /**
   * Time goes on from here, ms. `seal` (default true): in an empty block sealed now; else from the next block on.
   * @throws NODE_DEV_TIME for a time before the newest block's
   */
  setTime(time: number, seal?: boolean): Promise<BlockPoint>;
  /** The same, so much later than the newest block or, where that is later, than now. @throws NODE_DEV_TIME */
  increaseTime(ms: number, seal?: boolean): Promise<BlockPoint>;
  /** In a block of its own. @throws NODE_DEV_REFUSED past 2^100 */
  setBalance(account: Address, balance: bigint): Promise<BlockPoint>;
  /** Adds to a balance, in a block of its own. @throws NODE_DEV_REFUSED past 2^100 */
  mint(to: Address, amount: bigint): Promise<BlockPoint>;
  /** Submits a transaction without a signature; its id. @throws ADMIT_*, MEMPOOL_* */
  send(request: ImpersonatedCalls): Promise<Uint8Array>;
  /** Pending transactions stop waiting: one, or all. How many did. */
  drop(id?: Uint8Array): number;
  /** @throws NODE_DEV_SNAPSHOTS with too many */
  snapshot(): Promise<ChainSnapshot>;
  /** Everything is as it was then; snapshots taken since are gone. @throws NODE_DEV_SNAPSHOT, NODE_DEV_PRUNED */
  revert(id: string): Promise<BlockPoint>;
  /** Everything is as it was in the beginning; nothing is pending, no snapshot is left. @throws NODE_DEV_PRUNED */
  reset(): Promise<BlockPoint>;
}
