// The JSON form of a trace: how a transaction ran, step by step, and what it left.
import { visibleText } from '../base/text.js';
import type { RunNotes, TraceFrame, TraceStep, TransactionTrace } from '../types/run-notes.js';
import {
  abortJson,
  addressJson,
  eventJson,
  failureJson,
  hexJson,
  observedJson,
  receiptJson,
  traceJson,
} from './render.js';

export function transactionTraceJson({ height, index, receipt, changes, notes }: TransactionTrace) {
  // In the tail everything ran anew: that run is the one that counts.
  const run = notes?.tail ?? notes?.ordered;
  return {
    height,
    index,
    receipt: receiptJson(receipt),
    violation: violationJson(notes?.ordered?.violation),
    steps: (run?.steps ?? []).map(stepJson),
    storage: changes.map(({ key, before, after }) => ({
      key: hexJson(key),
      before: before === undefined ? null : hexJson(before),
      after: after === undefined ? null : hexJson(after),
    })),
    observed: (run?.observed ?? []).map(observedJson),
    trace: run?.trace === undefined ? null : traceJson(run.trace),
    abort: abortJson(run?.abort),
  };
}

function violationJson(violation: RunNotes['violation']) {
  return violation === undefined ? null : { mode: violation.mode, key: hexJson(violation.key) };
}

function stepJson(step: TraceStep) {
  const { kind, depth } = step;
  const at = step.at === undefined ? null : frameJson(step.at);
  switch (step.kind) {
    case 'event':
      return { kind, depth, at, event: eventJson(step.event) };
    case 'log':
      return { kind, depth, at, contract: addressJson(step.contract), text: visibleText(step.text) };
    case 'call':
      return {
        kind,
        depth,
        at,
        caller: addressJson(step.caller),
        contract: addressJson(step.contract),
        selector: step.selector,
        args: hexJson(step.args),
        value: step.value.toString(),
        gas: step.gas,
        gasUsed: step.gasUsed,
        status: step.status,
        output: hexJson(step.output),
        failure: failureJson(step.failure),
      };
  }
}

function frameJson({ contract, selector, offsets }: TraceFrame) {
  return { contract: addressJson(contract), selector, offsets };
}
