// The JSON form of a simulation. Documented in runtime/docs/spec/rpc.md, `weft_simulate`.
import type { PendingStatus } from '../ports/query.js';
import type { AccessSet, ExtraAccess } from '../types/access.js';
import type { SimulationOutcome, Trace } from '../types/run-notes.js';
import { addressJson, eventJson, failureJson, hexJson } from './render.js';

export function simulationJson(outcome: SimulationOutcome) {
  const { notes, access, accessRefusal } = outcome;
  return {
    status: outcome.status,
    gasUsed: outcome.gasUsed,
    accessGas: outcome.accessGas,
    results: outcome.results.map(hexJson),
    events: outcome.events.map(eventJson),
    failure: failureJson(outcome.failure),
    logs: notes.logs.map(({ text, trace }) => ({ text, trace: traceJson(trace) })),
    trace: notes.trace === undefined ? null : traceJson(notes.trace),
    abort: notes.abort ?? null,
    access: access === undefined ? null : accessJson(access),
    accessRefusal: accessRefusal ?? null,
    missing: outcome.missing.map(extraAccessJson),
    unreached: outcome.unreached.map(addressJson),
  };
}

/** The JSON form of where a pending transaction stands: `weft_getPending`. */
export function pendingJson({ transaction, wait }: PendingStatus) {
  return {
    id: hexJson(transaction.id),
    wait: wait === undefined ? null : { ...wait, missing: wait.missing.map(extraAccessJson) },
  };
}

function traceJson(trace: Trace) {
  return trace.map(({ contract, selector, offsets }) => ({
    contract: addressJson(contract),
    selector,
    offsets,
  }));
}

function accessJson(access: AccessSet) {
  return {
    keys: access.keys.map(({ key, mode }) => ({ key: hexJson(key), mode })),
    locks: access.locks.map(({ contract, field, mode }) => ({
      contract: addressJson(contract),
      field: field === undefined ? null : hexJson(field),
      mode,
    })),
    past: access.past.map(hexJson),
  };
}

/** Absent parts are left out. */
function extraAccessJson(extra: ExtraAccess) {
  const { kind, mode } = extra;
  if (kind === 'contract') return { kind, mode, contract: addressJson(extra.contract) };
  if (kind === 'field')
    return { kind, mode, contract: addressJson(extra.contract), field: hexJson(extra.field) };
  const { key, direction, amount, bound } = extra;
  return {
    kind,
    mode,
    key: hexJson(key),
    ...(direction === undefined ? {} : { direction }),
    ...(amount === undefined ? {} : { amount: amount.toString() }),
    ...(bound === undefined ? {} : { bound: bound.toString() }),
  };
}
