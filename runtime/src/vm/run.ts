// One transaction while it runs: the block it sees, the code it can reach, what it changed, what it emitted.
import type { Address, Hash32 } from '../types/address.js';
import type { GasSchedule } from '../types/gas-schedule.js';
import type { Failure } from '../types/receipt.js';
import type { RunNotes } from '../types/run-notes.js';
import type { ContractRecord } from '../types/system.js';
import type { CompiledCode } from './compiled-code.js';
import type { EventLog } from './event-log.js';
import type { InstancePool } from './instance-pool.js';
import type { StepLog } from './step-log.js';
import type { TransactionState } from './transaction-state.js';
import type { StateView } from './working-set.js';

/** Contracts and code as they stand in S0; read without a key. */
export interface CodeView {
  contractAt(address: Address): Pick<ContractRecord, 'codeHash'> | undefined;
  /** Bytes of code as uploaded, without compiling it; undefined when the chain has no such code. */
  sizeOf(codeHash: Hash32): number | undefined;
  /** Compiled code, or undefined when the chain has no such code. */
  code(codeHash: Hash32): CompiledCode | undefined;
}

/** What all transactions of a block share on one thread. */
export interface BlockContext {
  readonly codes: CodeView;
  readonly pool: InstancePool;
  readonly height: number;
  /** Milliseconds. */
  readonly time: number;
  /** Hash of the block before the parent. */
  readonly grandparentHash: Uint8Array;
  /** Default: the prices of protocol version 0. */
  readonly schedule?: GasSchedule;
  /** In the tail: hashes of the codes that access sets of the block reach, as `bytesText`. Default: none. */
  readonly reached?: ReadonlySet<string>;
}

/** With the state most runs are over. */
export interface BlockEnvironment extends BlockContext {
  readonly state: StateView;
}

/** The running transaction, as frames and host functions see it. */
export interface Run {
  readonly block: BlockContext;
  readonly schedule: GasSchedule;
  readonly sender: Address;
  /** Index in the block; undefined for hooks and views. */
  readonly index: number | undefined;
  /** In the tail the first touch of a code that no access set of the block reaches costs gas per byte. */
  readonly tail: boolean;
  readonly state: TransactionState;
  readonly events: EventLog;
  /** Hashes of code touched so far, as `bytesText`, rolled-back calls included. */
  touchedCode: Set<string> | undefined;
  readonly notes: RunNotes | undefined;
  readonly steps: StepLog | undefined;
  /** The failure `notes.trace` is of. */
  traced: Failure | undefined;
}
