// What calls would do now, and what a transaction of them would have to declare: preflight. Runs unrestricted on the
// oracle's kind of thread, watches every access, and keeps nothing.
import { AccessError } from '../../access/errors.js';
import { missingAccess, unreachedContracts } from '../../access/missing.js';
import { accessGas } from '../../access/price.js';
import { explainAccess } from '../../access/resolve.js';
import { assert } from '../../base/assert.js';
import type { NextBlock } from '../../ports/execution.js';
import type { AccessSet } from '../../types/access.js';
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
  let access: AccessSet | undefined;
  let accessRefusal: SimulationOutcome['accessRefusal'];
  try {
    access = explainAccess(request, accessLookup(codes, read));
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    accessRefusal = { code: error.code, message: error.message };
  }
  const outcome = runTransaction(
    { sender, calls, gasLimit, index: 0, enforcer: null, tail: false, notes: true },
    { state: { read, past: read }, codes, pool: thread.pool, height, time, grandparentHash },
  );
  assert(outcome.status !== 'VIOLATION' && outcome.notes !== undefined, 'unrestricted, with notes');
  const { status, gas, results, events, failure, notes } = outcome;
  return {
    status,
    gasUsed: gas,
    accessGas: access === undefined ? 0 : accessGas(access),
    results,
    events,
    failure,
    notes,
    access,
    accessRefusal,
    missing: access === undefined ? [] : missingAccess(access, notes.observed),
    unreached: access === undefined ? [] : unreachedContracts(access, notes.reached),
  };
}
