// The JSON form of a simulation, and of where a pending transaction stands.
import { visibleText } from '../base/text.js';
import type { AtHeight, PendingStatus } from '../ports/query.js';
import type { AccessSet } from '../types/access.js';
import type { SimulationOutcome } from '../types/run-notes.js';
import {
  abortJson,
  addressJson,
  eventJson,
  extraAccessJson,
  failureJson,
  hexJson,
  observedJson,
  traceJson,
} from './render.js';

export function simulationJson(outcome: AtHeight<SimulationOutcome>) {
  const { notes, access, accessRefusal } = outcome;
  return {
    height: outcome.stateHeight,
    status: outcome.status,
    gasUsed: outcome.gasUsed,
    accessGas: outcome.accessGas,
    results: outcome.results.map(hexJson),
    events: outcome.events.map(eventJson),
    failure: failureJson(outcome.failure),
    logs: notes.logs.map(({ text, trace }) => ({ text: visibleText(text), trace: traceJson(trace) })),
    trace: notes.trace === undefined ? null : traceJson(notes.trace),
    abort: abortJson(notes.abort),
    access: access === undefined ? null : accessJson(access),
    accessRefusal: accessRefusal ?? null,
    observed: notes.observed.map(observedJson),
    missing: outcome.missing.map(extraAccessJson),
    unreached: outcome.unreached.map(addressJson),
  };
}

/** `weft_getPending`. */
export function pendingJson({ transaction, wait }: PendingStatus) {
  return {
    id: hexJson(transaction.id),
    wait: wait === undefined ? null : { ...wait, missing: wait.missing.map(extraAccessJson) },
  };
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
