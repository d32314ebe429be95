// What calls would do now, and what a transaction of them would have to declare: preflight. Runs unrestricted on the
// oracle's kind of thread, watches every access, and keeps nothing.
import { missingAccess, unreachedContracts } from '../../access/missing.js';
import { resolveAccess } from '../../access/resolve.js';
import { assert } from '../../base/assert.js';
import type { NextBlock } from '../../ports/execution.js';
import type { ReadState } from '../../types/outcome.js';
import type { SimulationOutcome, SimulationRequest } from '../../types/run-notes.js';
import { runTransaction } from '../../vm/run-transaction.js';
import { accessLookup } from '../phases/resolve.js';
import type { OracleThread } from './oracle.js';

export type SimulationInput = SimulationRequest & NextBlock;

/** Runs the calls over one state. @throws VM_NODE_FAULT */
export function runSimulation(
  request: SimulationInput,
  read: ReadState,
  thread: OracleThread,
): SimulationOutcome {
  const { sender, calls, gasLimit, height, time, grandparentHash } = request;
  const codes = thread.codes.view(read);
  const { access, gas: accessGas, refusal } = resolveAccess(request, accessLookup(codes, read));
  const outcome = runTransaction(
    { sender, calls, gasLimit, index: 0, enforcer: null, tail: false, notes: true },
    { state: { read, past: read }, codes, pool: thread.pool, height, time, grandparentHash },
  );
  assert(outcome.status !== 'VIOLATION' && outcome.notes !== undefined, 'unrestricted, with notes');
  const { status, gas, results, events, failure, notes } = outcome;
  return {
    status,
    gasUsed: gas,
    accessGas,
    results,
    events,
    failure,
    notes,
    access,
    accessRefusal: refusal && { code: refusal.code, message: refusal.message },
    missing: access === undefined ? [] : missingAccess(access, notes.observed),
    unreached: access === undefined ? [] : unreachedContracts(access, notes.reached),
  };
}
