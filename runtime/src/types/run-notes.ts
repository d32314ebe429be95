// What people want to know of a run and nobody hashes: console lines, where it failed, what it touched. Plain data
// between vm, execute and whoever shows it.
import type { AccessSet, ExtraAccess } from './access.js';
import type { Address } from './address.js';
import type { ValueChange } from './block.js';
import type { StateKey } from './key.js';
import type { ContractEvent, Failure, Receipt } from './receipt.js';

/** One running contract: its frames as byte offsets in the uploaded module, innermost first. A source map reads them. */
export interface TraceFrame {
  readonly contract: Address;
  readonly selector: number;
  readonly offsets: readonly number[];
}
/** Contracts that were running, innermost first. */
export type Trace = readonly TraceFrame[];

/** A console line and where it was written. */
export interface LogLine {
  readonly text: string;
  readonly trace: Trace;
}

/** What a run did, in the order it did it: calls with what they made, each `depth` deeper than who made it. */
export type TraceStep = CallStep | EventStep | LogStep;

/** A call, from its begin; how it ended is filled in then. */
export interface CallStep {
  readonly kind: 'call';
  /** 0: the transaction's own. */
  readonly depth: number;
  readonly caller: Address;
  readonly contract: Address;
  readonly selector: number;
  readonly args: Uint8Array;
  readonly value: bigint;
  /** Allotted. */
  readonly gas: number;
  /** Where the caller's code stood; undefined: a transaction called. */
  readonly at: TraceFrame | undefined;
  gasUsed: number;
  status: 'OK' | 'REVERT' | 'TRAP' | 'OUT_OF_GAS' | 'DEPTH' | 'VIOLATION';
  output: Uint8Array;
  failure: Failure | undefined;
}

/** An event, rolled back or not. */
export interface EventStep {
  readonly kind: 'event';
  readonly depth: number;
  readonly event: ContractEvent;
  readonly at: TraceFrame | undefined;
}

/** A console line. */
export interface LogStep {
  readonly kind: 'log';
  readonly depth: number;
  readonly contract: Address;
  readonly text: string;
  readonly at: TraceFrame | undefined;
}

/** Everything a run did to one key, rolled-back parts included. */
export interface ObservedAccess {
  readonly key: StateKey;
  reads: boolean;
  writes: boolean;
  adds: boolean;
  past: boolean;
  /** Sums of its increases and decreases. */
  up: bigint;
  down: bigint;
  /** Highest floor asked of a decrease; lowest ceiling of an increase, undefined: the type's maximum. */
  floor: bigint;
  ceiling: bigint | undefined;
}

/** Notes of one run. */
export interface RunNotes {
  readonly logs: LogLine[];
  /** Of the innermost `abort`: message and source place. */
  abort?: { readonly message: string; readonly line: number; readonly column: number };
  /** Of an engine trap: `kind` as the engine says it, function index and original offset when known. */
  trap?: { readonly kind: string; readonly functionIndex: number; readonly offset: number };
  /** The first access that was not permitted. */
  violation?: { readonly key: Uint8Array; readonly mode: 'read' | 'write' | 'add' | 'past' | 'call' };
  /** Where the run failed or violated its access; absent when it did neither. */
  trace?: Trace;
  /** Why uploaded code was refused. */
  refusal?: string;
  /** By first touch. */
  observed: readonly ObservedAccess[];
  /** Contracts entered. */
  reached: readonly Address[];
  /** Where they were asked for; past a bound the rest is left out. */
  steps?: readonly TraceStep[];
}

/** Notes of a transaction of a block. */
export interface TransactionNotes {
  /** A(t); undefined: none. */
  readonly access: AccessSet | undefined;
  /** Why A(t) is none: the code of the refusal. */
  readonly refusal: string | undefined;
  /** Milliseconds its runs took on the thread. */
  readonly ms: number;
  /** Of its run under A(t), and of its run in the tail. */
  readonly ordered: RunNotes | undefined;
  readonly tail: RunNotes | undefined;
}

/** A transaction of a block as it ran, run again. */
export interface TransactionTrace {
  readonly height: number;
  readonly index: number;
  readonly receipt: Receipt;
  /** Its own writes, keys ascending. */
  readonly changes: readonly ValueChange[];
  /** Undefined where Reserve refused it. */
  readonly notes: TransactionNotes | undefined;
}

/** Calls as a transaction would make them, run over one state without signature, nonce or fee. */
export interface SimulationRequest {
  readonly sender: Address;
  readonly calls: readonly {
    readonly contract: Address;
    readonly selector: number;
    readonly args: Uint8Array;
    readonly value: bigint;
  }[];
  readonly extraAccess: readonly ExtraAccess[];
  /** Gas of the run: intrinsic gas and that of declared keys are not taken off. */
  readonly gasLimit: number;
}

/** What such calls would do now, and what they would have to declare. */
export interface SimulationOutcome {
  readonly status: 'OK' | 'REVERT' | 'TRAP' | 'OUT_OF_GAS' | 'DEPTH';
  /** Of the run alone. */
  readonly gasUsed: number;
  /** Of the declared keys, before anything is given back. */
  readonly accessGas: number;
  readonly results: readonly Uint8Array[];
  readonly events: readonly ContractEvent[];
  readonly failure: Failure | undefined;
  readonly notes: RunNotes;
  /** A(t); undefined: none, for the reason in `accessRefusal`. */
  readonly access: AccessSet | undefined;
  readonly accessRefusal: { readonly code: string; readonly message: string } | undefined;
  /** Extra access that would cover what the run did outside A(t); empty when nothing is missing or nothing helps. */
  readonly missing: readonly ExtraAccess[];
  /** Contracts the run entered that no call or template names: extra access cannot name them. */
  readonly unreached: readonly Address[];
}
