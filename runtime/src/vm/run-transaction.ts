// Runs all calls of one transaction, atomic together, over a view of the state: the same function for the oracle,
// the parallel workers, the tail, hooks and views. What comes out is applied by whoever called.
import type { Enforcer } from '../access/enforce.js';
import type { Address } from '../types/address.js';
import { GAS_SCHEDULE } from '../types/gas-schedule.js';
import type { StateKey } from '../types/key.js';
import type { TransactionOutcome } from '../types/outcome.js';
import type { RunNotes } from '../types/run-notes.js';
import type { Call } from '../types/transaction.js';
import { callContract } from './call-contract.js';
import { EventLog } from './event-log.js';
import { DEPTH_BUDGET } from './limits.js';
import { ObservingSet } from './observing-set.js';
import { type CallEnd, EMPTY } from './outcome.js';
import { PlainState } from './plain-state.js';
import type { BlockContext, BlockEnvironment, Run } from './run.js';
import { StepLog } from './step-log.js';
import type { TransactionState } from './transaction-state.js';
import { WorkingSet } from './working-set.js';

/** One run of a transaction, or of a hook or view as a single call. */
export interface RunRequest {
  readonly sender: Address;
  readonly calls: readonly Call[];
  /** Gas for the run, intrinsic and declared-key gas already taken off. */
  readonly gasLimit: number;
  /** Index in the block, for events; undefined: a hook or a view. */
  readonly index: number | undefined;
  /** null: unrestricted (tail, hooks, views). */
  readonly enforcer: Enforcer | null;
  /** Parallel executor: keys planned as adders. Absent: none. */
  readonly isAdder?: (key: StateKey) => boolean;
  /** The block's tail: first touches of code are priced. */
  readonly tail: boolean;
  /** Refuses every change, as inside a view method. Default false. */
  readonly readonly?: boolean;
  /** Collects what people want to know and nobody hashes. Default false. */
  readonly notes?: boolean;
  /** With notes: what it did step by step. Default false. */
  readonly steps?: boolean;
}

/** What a run yields, before fees; empty of effects unless it ended OK. */
export interface RunOutcome extends TransactionOutcome {
  /** Present when they were asked for. */
  readonly notes: RunNotes | undefined;
}

const noAdders = (): boolean => false;

/**
 * Runs the calls in order; the first that does not end OK undoes all. Gas, results, events and writes depend on
 * nothing but the request and what the environment's views answer.
 * @throws VM_NODE_FAULT, VM_CODE_MISSING; never for what a contract does
 */
export function runTransaction(request: RunRequest, block: BlockEnvironment): RunOutcome {
  const notes: RunNotes | undefined = request.notes ? { logs: [], observed: [], reached: [] } : undefined;
  const { enforcer, isAdder = noAdders } = request;
  const set = new (notes ? ObservingSet : WorkingSet)(block.state, enforcer, isAdder, notes);
  const run = startRun(request, block, new PlainState(set), new EventLog(), notes, request.steps);
  const results: Uint8Array[] = [];
  let end = endOfNothing(request.gasLimit);
  for (const call of request.calls) {
    end = runCall(run, call, end.gasLeft, request.readonly);
    if (end.status !== 'OK') break;
    results.push(end.output);
  }
  const gas = request.gasLimit - end.gasLeft;
  const touched = set.touched();
  finishNotes(run, set, end);
  if (end.status === 'OK') {
    return {
      status: 'OK',
      gas,
      results,
      failure: undefined,
      events: run.events.list(),
      writes: set.writes(),
      deltas: set.deltas(),
      touched,
      notes,
    };
  }
  return {
    status: end.status,
    gas,
    results: [],
    failure: end.failure,
    events: [],
    writes: new Map(),
    deltas: new Map(),
    touched,
    notes,
  };
}

/** A run about to begin. */
export function startRun(
  { sender, index, tail }: Pick<RunRequest, 'sender' | 'index' | 'tail'>,
  block: BlockContext,
  state: TransactionState,
  events: EventLog,
  notes?: RunNotes,
  steps = false,
): Run {
  const schedule = block.schedule ?? GAS_SCHEDULE;
  return {
    block,
    schedule,
    sender,
    index,
    tail,
    state,
    events,
    touchedCode: undefined,
    notes,
    steps: steps ? new StepLog() : undefined,
    traced: undefined,
  };
}

/** How a run without calls would end. */
export function endOfNothing(gasLimit: number): CallEnd {
  return { status: 'OK', gasLeft: gasLimit, output: EMPTY, failure: undefined };
}

/** Runs one call of a transaction with the gas its calls have left. */
export function runCall(run: Run, call: Call, gas: number, readonly = false): CallEnd {
  const { contract, selector, args, value } = call;
  const caller = run.sender;
  return callContract(run, { caller, contract, selector, args, value, gas, depth: DEPTH_BUDGET, readonly });
}

/** A failure that was caught is no longer what the notes are about. */
function finishNotes({ notes, traced, steps }: Run, set: WorkingSet, end: CallEnd): void {
  if (notes === undefined || !(set instanceof ObservingSet)) return;
  if (end.status !== 'VIOLATION' && traced !== end.failure) delete notes.trace;
  notes.observed = set.observed();
  notes.reached = set.reached();
  if (steps !== undefined) notes.steps = steps.steps;
}
