// Writes down what one run does, step by step, for people who want to see all of it. Only runs that are asked to keep one.
import type { ContractEvent } from '../types/receipt.js';
import type { CallStep, TraceFrame, TraceStep } from '../types/run-notes.js';
import { VM_LIMITS } from './limits.js';
import { type CallEnd, EMPTY } from './outcome.js';
import { stackText, type Traced, traceOf } from './trace.js';

/** A call that begins. */
type Begun = Pick<CallStep, 'caller' | 'contract' | 'selector' | 'args' | 'value' | 'gas'>;

export class StepLog {
  readonly steps: TraceStep[] = [];
  #depth = 0;

  /** A call by `from`, or by the transaction. Arguments are copied: they may lie in memory that changes. */
  begin({ caller, contract, selector, args, value, gas }: Begun, from: Traced | undefined): CallStep {
    const step: CallStep = {
      kind: 'call',
      depth: this.#depth++,
      caller,
      contract,
      selector,
      args: args.slice(),
      value,
      gas,
      at: here(from),
      gasUsed: 0,
      status: 'OK',
      output: EMPTY,
      failure: undefined,
    };
    this.#add(step);
    return step;
  }

  end(step: CallStep, { status, gasLeft, output, failure }: CallEnd): void {
    this.#depth--;
    step.status = status;
    step.gasUsed = step.gas - gasLeft;
    step.output = output.slice();
    step.failure = failure;
  }

  /** `from`: the call that emitted it. */
  event(event: ContractEvent | undefined, from: Traced): void {
    if (event !== undefined) this.#add({ kind: 'event', depth: this.#depth, event, at: here(from) });
  }

  log(text: string, from: Traced): void {
    const { contract } = from.request;
    this.#add({ kind: 'log', depth: this.#depth, contract, text, at: here(from) });
  }

  #add(step: TraceStep): void {
    if (this.steps.length < VM_LIMITS.traceSteps) this.steps.push(step);
  }
}

/** Where the code of a running call stands. */
function here(frame: Traced | undefined): TraceFrame | undefined {
  return frame === undefined ? undefined : traceOf(frame, stackText())[0];
}
