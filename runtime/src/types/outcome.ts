// What running one transaction or one block yields, before anything is applied. Plain data between vm, execute and chain.

import type { SignaturesFound } from './authorisation.js';
import type { ChangeList, ValueChange } from './block.js';
import type { ExplainedPlan } from './explain-record.js';
import type { StateKey } from './key.js';
import type { ContractEvent, Failure, HookReceipt, Receipt } from './receipt.js';
import type { TransactionNotes } from './run-notes.js';
import type { SignedTransaction } from './transaction.js';

/** The oracle's input and the parallel executor's: one block over one state. */
export interface BlockInput {
  readonly height: number;
  /** Milliseconds. */
  readonly time: number;
  /** Hash of the block before the parent; contracts see this one. */
  readonly grandparentHash: Uint8Array;
  readonly proposer: Uint8Array;
  /** The genesis hash transactions carry; those of another chain are refused. */
  readonly genesisHash: Uint8Array;
  /** Keys of the expiring nonces in the parent state whose expiry is this height: Settle removes them. Any order. */
  readonly expiring: readonly StateKey[];
  /** Wire bytes in block order. */
  readonly transactions: readonly Uint8Array[];
  /**
   * Signature rule and what a refused transaction means: `finalize` (ZIP-215, INVALID_* receipts) for decided
   * blocks, `process` (strict, the first refusal refuses the block).
   */
  readonly rule: 'finalize' | 'process';
  /** Per transaction: which of its signatures are already known to pass the strict rule (cache by wire hash). */
  readonly signaturesFound?: readonly (SignaturesFound | undefined)[];
  /** Per transaction: what its bytes decode to, where that is known. The oracle decodes for itself. */
  readonly decoded?: readonly (SignedTransaction | undefined)[];
  /** Asks the sequential executor for notes; the parallel one takes none. Default false. */
  readonly notes?: boolean;
  /** With notes: the transaction whose steps are wanted too. Default: none. */
  readonly traced?: number;
  /** Asks the parallel executor when and where each ordered transaction ran: `BlockStats.placed`. Default false. */
  readonly timed?: boolean;
}

/** A synchronous read of the state before the block; undefined: absent. Values carry their header byte. */
export type ReadState = (key: StateKey) => Uint8Array | undefined;

export interface BlockOutcome {
  readonly receipts: readonly Receipt[];
  readonly events: readonly ContractEvent[];
  readonly hooks: readonly HookReceipt[];
  /** Per transaction, its own writes (adders: prefix sums in block order), keys ascending. */
  readonly changes: readonly ChangeList[];
  /** The whole block, keys ascending, only keys whose value changed. */
  readonly stateDiff: readonly ValueChange[];
  /** Sum of gasUsed over the receipts. */
  readonly gasUsed: number;
  /** Hashed: the longest chain of conflicting ordered transactions, weighted by gas limit. */
  readonly criticalPathGas: number;
  /** Unfactored gas the tail used. */
  readonly tailGas: number;
  /** Outside what is hashed: how the block ran. */
  readonly stats: BlockStats;
  /** Outside what is hashed, per transaction, where they were asked for; undefined: it did not run. */
  readonly notes?: readonly (TransactionNotes | undefined)[];
  /** As `notes`: what transactions wait for. */
  readonly explained?: ExplainedPlan;
}

export interface BlockStats {
  readonly workers: number;
  /** Transactions run in the ordered part and in the tail. */
  readonly ordered: number;
  readonly tail: number;
  /** Milliseconds of wall time: whole block, and the ordered part. */
  readonly wallMs: number;
  readonly orderedMs: number;
  /** Of the parallel executor: where the wall time went. */
  readonly stages?: StageTimes;
  /** Where it was asked for, by transaction: the runs of the ordered part. */
  readonly placed?: readonly PlacedRun[];
}

/** One run of the ordered part; times in microseconds since the first of the block's began. */
export interface PlacedRun {
  readonly transaction: number;
  readonly worker: number;
  readonly startUs: number;
  readonly endUs: number;
}

/** Milliseconds of wall time by stage; together they are the block's. */
export interface StageTimes {
  /** Decoding, signatures not known yet, nonces, fees. */
  readonly reserve: number;
  /** Upgrades, begin hooks and end hooks. */
  readonly hooks: number;
  readonly resolve: number;
  readonly plan: number;
  /** Writing the block into the arena. */
  readonly lay: number;
  /** The ordered part on the workers, first to last. */
  readonly run: number;
  /** Reading out of the arena what they wrote. */
  readonly merge: number;
  readonly tail: number;
  /** Refunds, fees, the state diff, receipts. */
  readonly settle: number;
}

/** Why and how one run of a transaction ended, before fees. */
export interface TransactionOutcome {
  readonly status: 'OK' | 'REVERT' | 'TRAP' | 'OUT_OF_GAS' | 'DEPTH' | 'VIOLATION';
  /** Gas used of what was allotted, intrinsic gas not included. */
  readonly gas: number;
  readonly results: readonly Uint8Array[];
  readonly failure: Failure | undefined;
  readonly events: readonly ContractEvent[];
  /** Final value per key written (undefined: deleted, or a cell at 0), by `keyText`. Empty unless OK. */
  readonly writes: ReadonlyMap<string, PendingWrite>;
  /** Net change per key planned as an adder, by `keyText`. Empty unless OK, and always in the sequential executor. */
  readonly deltas: ReadonlyMap<string, PendingDelta>;
  /** Every key touched, rolled-back parts included, by `keyText`; a touch under a lock counts for the lock too. */
  readonly touched: ReadonlySet<string>;
}
export interface PendingWrite {
  readonly key: StateKey;
  readonly value: Uint8Array | undefined;
}
export interface PendingDelta {
  readonly key: StateKey;
  readonly delta: bigint;
}
