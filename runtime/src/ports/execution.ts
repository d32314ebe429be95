// The port between chain and execute: run one block over one state. Sequential and parallel implement it alike.
import type { BlockRecord } from '../types/block.js';
import type { BlockInput, BlockOutcome, ReadState } from '../types/outcome.js';
import type {
  ObservedAccess,
  RunNotes,
  SimulationOutcome,
  SimulationRequest,
  Trace,
} from '../types/run-notes.js';

/**
 * Must: return the outcome of SPEC §4, the same bytes for the same input whatever the workers, timing or caches.
 * Must: run contracts on threads with a stack of their own, never on the caller's.
 * Must: throw a coded error, never a partial result; `EXECUTE_INVALID_BLOCK` under rule `process`.
 * Should: keep compiled code and instances between blocks.
 */
export interface BlockExecutor {
  execute(input: BlockInput, read: ReadState): Promise<BlockOutcome>;
  /** One call without a transaction, over one state: nothing is kept. Bounded in gas and time. @throws EXECUTE_DEADLINE */
  view(request: ViewRequest, read: ReadState): Promise<ViewOutcome>;
  /** Calls as a transaction would make them, over one state: nothing is kept. As `view`. */
  simulate(request: SimulationRequest & NextBlock, read: ReadState): Promise<SimulationOutcome>;
  /** A block as the oracle runs it, with notes and what transactions wait for; nothing is kept. Beside `execute`. */
  explain(input: BlockInput, read: ReadState): Promise<BlockOutcome>;
  /** Threads it runs contracts on. */
  readonly workers: number;
  /** Views and simulations it runs at once, on threads of their own; default: 1. More wait their turn. */
  readonly viewers?: number;
  close(): Promise<void>;
}

/** The block a question is asked about. */
export interface NextBlock {
  readonly height: number;
  readonly time: number;
  readonly grandparentHash: Uint8Array;
}

/**
 * Runs a recorded block with every transaction seeded by the recorded values before it.
 * Must: execute each transaction in at least one of the outcomes, the others of that outcome taken from the record.
 * Must: under rule `finalize`; each outcome is the whole block's.
 */
export interface SeededExecutor {
  executeSeeded(
    input: BlockInput,
    read: ReadState,
    record: Pick<BlockRecord, 'block' | 'changes'>,
  ): Promise<readonly BlockOutcome[]>;
  readonly workers: number;
  close(): Promise<void>;
}

export interface ViewRequest extends NextBlock {
  readonly contract: Uint8Array;
  readonly selector: number;
  readonly args: Uint8Array;
  readonly sender: Uint8Array;
  readonly value: bigint;
  readonly gasLimit: number;
}
export interface ViewOutcome {
  readonly status: 'OK' | 'REVERT' | 'TRAP' | 'OUT_OF_GAS' | 'DEPTH';
  readonly gasUsed: number;
  readonly result: Uint8Array;
  readonly failure:
    | { readonly contract: Uint8Array; readonly code: number; readonly data: Uint8Array }
    | undefined;
  /** Console output of the contract, in order; shown by development nodes, never hashed. */
  readonly logs: readonly string[];
  /** Where it failed, what its innermost `abort` said, and every key it touched, rolled-back parts included. */
  readonly trace: Trace | undefined;
  readonly abort: RunNotes['abort'] | undefined;
  readonly observed: readonly ObservedAccess[];
}
