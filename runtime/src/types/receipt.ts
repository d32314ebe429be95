// Receipts and events: what a transaction did. SPEC: runtime/docs/spec/receipt.md.
import type { Address, Hash32 } from './address.js';

/**
 * The outcome codes of a receipt, stable and hashed. `OK` to `ACCESS_TAIL_FULL` are of included transactions;
 * `INVALID_*` are of a decided block's transactions that Reserve refused (gas 0, nothing paid, no nonce consumed).
 */
export const RECEIPT_STATUS = {
  OK: 0,
  /** The contract reverted; `failure.data` holds what it said. */
  REVERT: 1,
  /** An engine trap: unreachable, out of bounds, division by zero. */
  TRAP: 2,
  OUT_OF_GAS: 3,
  /** The depth budget of the transaction is used up. */
  DEPTH: 4,
  ACCESS_TAIL_FULL: 5,
  INVALID_FORM: 16,
  INVALID_CHAIN: 17,
  INVALID_SIGNATURE: 18,
  INVALID_EXPIRED: 19,
  INVALID_NONCE: 20,
  INVALID_LIMIT: 21,
  INVALID_FUNDS: 22,
} as const;
export type ReceiptStatus = keyof typeof RECEIPT_STATUS;

/** Which part of the block ran it; `none`: it did not run. */
export type Phase = 'none' | 'ordered' | 'tail';

/** A contract's own failure inside a transaction. Codes only: text never enters what is hashed. */
export interface Failure {
  /** The contract that failed, innermost. */
  readonly contract: Address;
  /** 0: it reverted with `data`; otherwise a host code of `vm/failure.ts`. */
  readonly code: number;
  /** Borsh bytes of the contract's error: selector(4) ‖ arguments; empty for host codes. */
  readonly data: Uint8Array;
}

export interface Receipt {
  readonly transaction: Hash32;
  readonly status: ReceiptStatus;
  readonly phase: Phase;
  /** 0-based over the transactions that ran, in effective order; undefined when it did not run. */
  readonly order: number | undefined;
  readonly attemptGas: number;
  readonly gasUsed: number;
  /** gas price × max(gasUsed, ceil(gasLimit / 4)); 0 for INVALID_*. */
  readonly paid: bigint;
  /** Index of its first event in the block, in effective order, and how many. */
  readonly firstEvent: number;
  readonly eventCount: number;
  readonly failure: Failure | undefined;
  /** What each call returned; empty unless OK. */
  readonly results: readonly Uint8Array[];
}

/** One event, in effective order over the block. */
export interface ContractEvent {
  readonly contract: Address;
  /** First 8 bytes of the hash of the event's name. */
  readonly event: Uint8Array;
  /** Borsh bytes of each indexed field. */
  readonly topics: readonly Uint8Array[];
  /** Borsh bytes of all other fields. */
  readonly data: Uint8Array;
  /** Index of the transaction in the block; undefined: a hook's. */
  readonly transaction: number | undefined;
}

/**
 * What a begin or end hook did, or an upgrade with its migration (`selector` 0 without one); they have records of
 * their own. An upgrade that is not OK is void: the contract keeps its code.
 */
export interface HookReceipt {
  readonly contract: Address;
  readonly selector: number;
  readonly at: 'begin' | 'end' | 'upgrade';
  readonly status: 'OK' | 'REVERT' | 'TRAP' | 'OUT_OF_GAS' | 'DEPTH' | 'SKIPPED';
  readonly gasUsed: number;
  /** 0 for an upgrade: its gas was paid for by the transaction that asked for it. */
  readonly paid: bigint;
  readonly failure: Failure | undefined;
}
