// One transaction while it runs: the block it sees, the code it can reach, what it changed, what it emitted.
import type { Address, Hash32 } from '../types/address.js';
import type { GasSchedule } from '../types/gas-schedule.js';
import type { ContractEvent, Failure } from '../types/receipt.js';
import type { RunNotes } from '../types/run-notes.js';
import type { ContractRecord } from '../types/system.js';
import type { CompiledCode } from './compiled-code.js';
import type { InstancePool } from './instance-pool.js';
import type { StateView, WorkingSet } from './working-set.js';

/** Contracts and code as they stand in S0; read without a key. */
export interface CodeView {
  contractAt(address: Address): ContractRecord | undefined;
  /** Bytes of code as uploaded, without compiling it; undefined when the chain has no such code. */
  sizeOf(codeHash: Hash32): number | undefined;
  /** Compiled code, or undefined when the chain has no such code. */
  code(codeHash: Hash32): CompiledCode | undefined;
}

/** What all transactions of a block share on one thread. */
export interface BlockEnvironment {
  readonly state: StateView;
  readonly codes: CodeView;
  readonly pool: InstancePool;
  readonly height: number;
  /** Milliseconds. */
  readonly time: number;
  /** Hash of the block before the parent. */
  readonly grandparentHash: Uint8Array;
  /** Default: the prices of protocol version 0. */
  readonly schedule?: GasSchedule;
}

/** The running transaction, as frames and host functions see it. */
export interface Run {
  readonly block: BlockEnvironment;
  readonly schedule: GasSchedule;
  readonly sender: Address;
  /** Index in the block; undefined for hooks and views. */
  readonly index: number | undefined;
  /** In the tail the first touch of a code costs gas per byte. */
  readonly tail: boolean;
  readonly state: WorkingSet;
  readonly events: ContractEvent[];
  /** Contracts running now, by `bytesText`: none is entered twice. */
  readonly active: Set<string>;
  /** Hashes of code touched so far, as `bytesText`, rolled-back calls included. */
  readonly touchedCode: Set<string>;
  readonly notes: RunNotes | undefined;
  /** The failure `notes.trace` is of. */
  traced: Failure | undefined;
}
