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
import { DEPTH_BUDGET } from './limits.js';
import { ObservingSet } from './observing-set.js';
import { type CallEnd, EMPTY } from './outcome.js';
import type { BlockEnvironment, Run } from './run.js';
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
  const run = startRun(request, block);
  let end: CallEnd = { status: 'OK', gasLeft: request.gasLimit, output: EMPTY, failure: undefined };
  const results: Uint8Array[] = [];
  for (const call of request.calls) {
    end = callContract(run, {
      caller: request.sender,
      contract: call.contract,
      selector: call.selector,
      args: call.args,
      value: call.value,
      gas: end.gasLeft,
      depth: DEPTH_BUDGET,
      readonly: request.readonly ?? false,
    });
    if (end.status !== 'OK') break;
    results.push(end.output);
  }
  const gas = request.gasLimit - end.gasLeft;
  const touched = run.state.touched();
  finishNotes(run, end);
  if (end.status === 'OK') {
    const writes = run.state.writes();
    const deltas = run.state.deltas();
    return {
      status: 'OK',
      gas,
      results,
      failure: undefined,
      events: run.events,
      writes,
      deltas,
      touched,
      notes: run.notes,
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
    notes: run.notes,
  };
}

/** A failure that was caught is no longer what the notes are about. */
function finishNotes({ state, notes, traced }: Run, end: CallEnd): void {
  if (notes === undefined || !(state instanceof ObservingSet)) return;
  if (end.status !== 'VIOLATION' && traced !== end.failure) delete notes.trace;
  notes.observed = state.observed();
  notes.reached = state.reached();
}

function startRun(request: RunRequest, block: BlockEnvironment): Run {
  const notes: RunNotes | undefined = request.notes ? { logs: [], observed: [], reached: [] } : undefined;
  const { enforcer, isAdder = noAdders } = request;
  return {
    block,
    schedule: block.schedule ?? GAS_SCHEDULE,
    sender: request.sender,
    index: request.index,
    tail: request.tail,
    state: new (notes ? ObservingSet : WorkingSet)(block.state, enforcer, isAdder, notes),
    events: [],
    active: new Set(),
    touchedCode: new Set(),
    notes,
    traced: undefined,
  };
}
