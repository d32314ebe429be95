// The explain record: of one block, who waited for whom, over which field and key, and why. Plain JSON data, outside what
// is hashed; profile, simulator, explorer and CI budgets all read it. SPEC: runtime/docs/spec/explain.md.

/** The version this build writes. */
export const EXPLAIN_VERSION = 1;

/** What transactions can wait over: a key, or under a lock all keys of a field (8 bytes) or of a contract. */
export type ExplainedResource =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'field'; readonly contract: string; readonly field: string }
  | { readonly kind: 'contract'; readonly contract: string };

/** How a transaction uses a resource. `unfit`: an add that may leave its bounds, which therefore waits as a writer does. */
export type UseMode = 'read' | 'add' | 'unfit' | 'write';

/** Why an add does not fit: what was known when it was planned. Amounts are decimal text. */
export interface UnfitAdd {
  /** In S0. */
  readonly initial: string;
  /** An earlier transaction of the block may have left any value. */
  readonly unknown: boolean;
  /** Most that earlier adds of the block may add and take together. */
  readonly earlierUp: string;
  readonly earlierDown: string;
  /** Most that this one adds and takes, and its bounds. */
  readonly up: string;
  readonly down: string;
  readonly floor: string;
  readonly ceiling: string;
}

export interface ExplainedUse {
  /** Index into the record's `resources`; a field or contract here is a lock. */
  readonly resource: number;
  readonly mode: UseMode;
  readonly unfit?: UnfitAdd;
}

/** Why one transaction waits for another. */
export const WAIT_REASONS = {
  WAIT_READ_AFTER_WRITE: 'reads what an earlier one writes',
  WAIT_READ_AFTER_ADD: 'reads what an earlier one adds to',
  WAIT_ADD_AFTER_READ: 'adds to what an earlier one reads',
  WAIT_ADD_AFTER_WRITE: 'adds to what an earlier one writes',
  WAIT_ADD_BOUNDS: 'adds side by side might leave their bounds',
  WAIT_WRITE_AFTER_READ: 'writes what an earlier one reads',
  WAIT_WRITE_AFTER_ADD: 'writes what an earlier one adds to',
  WAIT_WRITE_AFTER_WRITE: 'writes what an earlier one writes',
  WAIT_FIELD_LOCK: 'one of them locks every key of the field',
  WAIT_CONTRACT_LOCK: 'one of them locks every key of the contract',
} as const;
export type WaitReason = keyof typeof WAIT_REASONS;

/** One resource a transaction waited over. */
export interface ExplainedWait {
  readonly resource: number;
  readonly reason: WaitReason;
  /** The earlier transaction at the end of the longest chain over this resource. */
  readonly after: number;
  /** Earlier transactions it conflicts with over this resource. */
  readonly behind: number;
  /** Gas of the chain that ends with `after`: when this one could start, were there workers for everybody. */
  readonly gas: number;
}

/** Why a transaction ran (or was to run) in the tail. */
export const TAIL_REASONS = {
  TAIL_NO_ACCESS: 'its access could not be resolved',
  TAIL_VIOLATION: 'it touched what it had not declared',
  TAIL_SAME_SENDER: 'an earlier one of its sender that it conflicts with is in the tail',
} as const;
export type TailReason = keyof typeof TAIL_REASONS;

export interface ExplainedTail {
  readonly reason: TailReason;
  /** False: the tail was full (`ACCESS_TAIL_FULL`). */
  readonly ran: boolean;
  /** TAIL_NO_ACCESS: the code of the refusal. */
  readonly refusal?: string;
  /** TAIL_VIOLATION: what it touched, as which mode; for `call`, the address of a contract. */
  readonly touched?: { readonly key: string; readonly mode: string };
  /** TAIL_SAME_SENDER: the last such transaction. */
  readonly after?: number;
}

/** Of one transaction with an access set. */
export interface ExplainedAccess {
  readonly uses: readonly ExplainedUse[];
  /** The longest chain first: the first wait decided when it could start. */
  readonly waits: readonly ExplainedWait[];
  /** Gas limits of the longest chain of conflicting transactions that ends with this one. */
  readonly chainGas: number;
}

/** What each transaction of a block uses and waits for, beside them; undefined: it has no access set. */
export interface ExplainedPlan {
  readonly resources: readonly ExplainedResource[];
  readonly transactions: readonly (ExplainedAccess | undefined)[];
  /** The longest chain, first to last. */
  readonly criticalPath: readonly number[];
  readonly criticalPathGas: number;
}

/** `uses` and `waits` are empty and `chainGas` 0 where it has no access set. */
export interface ExplainedTransaction extends ExplainedAccess {
  /** 0x hex; the hash of the bytes where they are no transaction. */
  readonly id: string;
  readonly status: string;
  readonly phase: string;
  readonly sender: string;
  readonly calls: readonly { readonly contract: string; readonly selector: number }[];
  readonly gasLimit: number;
  readonly gasUsed: number;
  readonly tail?: ExplainedTail;
  /** Microseconds its runs took, one after the other on one thread; absent where nobody measured. */
  readonly us?: number;
  /** Of a run on several workers, where one was timed: the worker, and microseconds since the block's first run began. */
  readonly worker?: number;
  readonly startUs?: number;
  readonly endUs?: number;
}

/** One block. Transactions in block order; amounts of gas by limit, as the critical path is. */
export interface ExplainRecord {
  readonly version: number;
  readonly height: number;
  readonly hash: string;
  readonly resources: readonly ExplainedResource[];
  readonly transactions: readonly ExplainedTransaction[];
  /** The transactions of the longest chain, first to last. */
  readonly criticalPath: readonly number[];
  readonly criticalPathGas: number;
  readonly tailGas: number;
  /** Gas limits of the transactions with an access set, and the tail's gas. */
  readonly gas: number;
  /** gas / (criticalPathGas + tailGas): how many workers the block could keep busy; 1 for an empty one. */
  readonly parallelism: number;
}
