// What a running chain is given and what it offers: the executor side for engines, and what the query side and the node
// need beside it.
import type { CheckpointFile } from '../ports/checkpoint.js';
import type { Clock } from '../ports/clock.js';
import type { Executor } from '../ports/consensus.js';
import type { BlockExecutor, NextBlock, ViewOutcome, ViewRequest } from '../ports/execution.js';
import type { PendingView, Touched } from '../ports/mempool.js';
import type { AtHeight } from '../ports/query.js';
import type { SignatureChecker } from '../ports/signatures.js';
import type { Store } from '../ports/store.js';
import type { ExplainRecord } from '../types/explain-record.js';
import type { Parameters } from '../types/genesis.js';
import type { BlockOutcome, ReadState } from '../types/outcome.js';
import type { SimulationOutcome, SimulationRequest, TransactionTrace } from '../types/run-notes.js';
import type { SignedTransaction } from '../types/transaction.js';
import type { OpenChain } from './open.js';
import type { SnapshotPlan } from './snapshot/schedule.js';
import type { Waiter, WaitStatus } from './waiting.js';

export interface ChainOptions {
  /** Opened and exclusive; the caller closes it after `close`. */
  readonly store: Store;
  readonly executor: BlockExecutor;
  /** Checks signatures of many transactions at once; default: one by one, on the chain's own thread. */
  readonly signatures?: SignatureChecker | undefined;
  /** Where checkpoints of the state are kept; default: nowhere, and opening reads all of it. */
  readonly checkpoint?: CheckpointFile | undefined;
  /** Told of a checkpoint that is not used or cannot be written: both cost time only. */
  readonly onCheckpointFailure?: ((error: unknown) => void) | undefined;
  /** See `OpenChainOptions`. */
  readonly treeThreads?: number | undefined;
  /** What admission counts as spent; default: nothing is pending. */
  readonly pending?: PendingView;
  /** With a clock, a full disk pauses blocks until there is room; without one it fails them. */
  readonly clock?: Pick<Clock, 'after'>;
  /** Told when a full disk begins to pause blocks. */
  readonly onDiskFull?: (error: unknown) => void;
  /** Block records kept, apart from those something still needs; default: all (an archive). */
  readonly keepBlocks?: number;
  /** Where snapshots for other nodes go, and the one this node is restored from; default: nowhere. */
  readonly snapshots?: SnapshotPlan | undefined;
  readonly onSnapshotFailure?: ((error: unknown) => void) | undefined;
  /** Told how each finalized block ran; outside what is hashed. */
  readonly onOutcome?: (outcome: BlockOutcome, height: number) => void;
}

/** The executor side for engines, and what the query side and the node need beside it. */
export interface Chain extends Executor {
  /** Undefined until the store holds a genesis. */
  readonly opened: OpenChain | undefined;
  readonly workers: number;
  /** As `checkTransaction`, which waits for nothing here. */
  checkTransactionSync(bytes: Uint8Array, recheck: boolean): SignedTransaction;
  /** A fresh predicate over the pool after a block: asked in pool order, true for what no next block can reserve. */
  stale(): (transaction: SignedTransaction) => boolean;
  /**
   * Whose pending transactions may have become stale since this was asked last; undefined: anybody's. For one pool, which
   * held nothing stale then.
   */
  touched(): Touched | undefined;
  /** Of the next block. @throws CHAIN_NO_GENESIS */
  parameters(): Parameters;
  /** Why the last proposal left a pending transaction out; undefined: it did not, or there was none since it came. */
  waitOf(transaction: Waiter): WaitStatus | undefined;
  /**
   * One call as if in the block after `height` (default: the newest), over one height's state; nothing is kept.
   * @throws CHAIN_NO_GENESIS, QUERY_BUSY, QUERY_HEIGHT, EXECUTE_DEADLINE
   */
  view(request: Omit<ViewRequest, keyof NextBlock>, height?: number): Promise<AtHeight<ViewOutcome>>;
  /** What calls would do there; nothing is kept. As `view`. */
  simulate(request: SimulationRequest, height?: number): Promise<AtHeight<SimulationOutcome>>;
  /** Who waited for whom in a recent block: it runs again, beside the chain. @throws QUERY_HEIGHT, QUERY_BUSY */
  explain(height: number): Promise<ExplainRecord>;
  /**
   * How each transaction of a recent block ran, in block order; of the one at `index` every step. As `explain`.
   * @throws QUERY_HEIGHT, QUERY_BUSY
   */
  trace(height: number, index?: number): Promise<readonly TransactionTrace[]>;
  /** The state after a recent block. @throws QUERY_HEIGHT, STORE_PRUNED */
  readAt(height: number): Promise<ReadState>;
  /** Takes back every block above a height, on disk too. No engine may be at work. @throws STORE_RANGE, QUERY_BUSY */
  revert(height: number): Promise<void>;
  /** Ends waiting for room on a full disk: what waits fails with STORE_DISK_FULL. */
  interrupt(): void;
  /** Flushes what is behind; the store stays open. */
  close(): Promise<void>;
}
