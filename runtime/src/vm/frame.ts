// One running call: who called whom with what, its gas, and what it will return. A contract's frame has an
// instance while it runs; the system contract's never has one.
import { assert } from '../base/assert.js';
import { bytesEqual } from '../base/bytes.js';
import type { Address } from '../types/address.js';
import type { Failure } from '../types/receipt.js';
import type { CompiledCode } from './compiled-code.js';
import { FAILURE_CODE, type FailureName } from './failure.js';
import type { Instance } from './instance.js';
import { type CallEnd, EMPTY, type EndStatus, UNWIND, VIOLATION } from './outcome.js';
import type { Run } from './run.js';
import { stackText, traceOf } from './trace.js';

/** A call as it is asked for, by a transaction or by a contract. */
export interface CallRequest {
  readonly caller: Address;
  readonly contract: Address;
  readonly selector: number;
  readonly args: Uint8Array;
  readonly value: bigint;
  /** Gas allotted. */
  readonly gas: number;
  /** Words of stack the call may use. */
  readonly depth: number;
  /** Inside a view: nothing may be changed. */
  readonly readonly: boolean;
}

/**
 * The call this thread serves now, for host functions. Contracts run synchronously, so there is at most one; a call
 * made by a contract puts its caller back when it ends.
 */
export const serving: { frame: Frame | undefined } = { frame: undefined };

/** State of a running call. Methods that end it throw UNWIND; why stands in `status` and `failure`. */
export class Frame {
  /** Gas left; exact while the host runs, stale while the contract does. */
  gas: number;
  readonly: boolean;
  instance: Instance | undefined;
  /** The code it runs, once it has begun. */
  code: CompiledCode | undefined;
  /** The call that made this one. */
  readonly outer: Frame | undefined = serving.frame;
  output: Uint8Array = EMPTY;
  /** Where `output` stands. */
  outputRoom: Uint8Array = EMPTY;
  /** What the last call out of this one returned, or code ‖ data of its failure. */
  returned: Uint8Array = EMPTY;
  #status: EndStatus = 'OK';
  #failure: Failure | undefined;

  constructor(
    readonly run: Run,
    readonly request: CallRequest,
  ) {
    this.gas = request.gas;
    this.readonly = request.readonly;
  }

  /** Takes gas, or ends the call. */
  charge(gas: number): void {
    if (gas > this.gas) this.exhaust('OUT_OF_GAS');
    this.gas -= gas;
  }

  /** Ends the call with a host's code at exact gas. */
  fail(name: FailureName): never {
    this.end(name === 'DEPTH' ? 'DEPTH' : 'REVERT', this.failureOf(name));
  }

  /** Ends the call as an engine trap does: with all its gas. `stack`: of the trap. */
  exhaust(status: 'TRAP' | 'OUT_OF_GAS' | 'DEPTH', stack?: string): never {
    this.gas = 0;
    this.end(status, this.failureOf(status === 'TRAP' ? 'TRAPPED' : status), stack);
  }

  /** Ends the call. `stack`: where, if not here. */
  end(status: EndStatus, failure: Failure | undefined, stack?: string): never {
    this.#status = status;
    this.#failure = failure;
    const { notes } = this.run;
    if (notes !== undefined && failure !== undefined && this.run.traced !== failure) {
      this.run.traced = failure;
      notes.trace = traceOf(this, stack ?? stackText());
    }
    throw UNWIND;
  }

  /** Ends the call as a call it made ended: the innermost failure travels up, gas stays exact. */
  endLike(end: CallEnd): never {
    if (end.status === 'VIOLATION') throw VIOLATION;
    this.end(end.status, end.failure);
  }

  /** What changes state is refused in a view. */
  assertWritable(): void {
    if (this.readonly) this.fail('VIEW_WRITES');
  }

  /** The instance the contract runs in. */
  live(): Instance {
    assert(this.instance !== undefined, 'the frame of a contract that runs');
    return this.instance;
  }

  /** A call of the same contract is running below this one. */
  isReentered(): boolean {
    const { contract } = this.request;
    for (let frame = this.outer; frame !== undefined; frame = frame.outer) {
      if (frame.instance !== undefined && bytesEqual(frame.request.contract, contract)) return true;
    }
    return false;
  }

  /** Runs the body of this call to its end. Throws only faults of the node. */
  attempt(body: (frame: Frame) => void): CallEnd {
    try {
      if (this.request.depth < 0) this.fail('DEPTH');
      body(this);
    } catch (thrown) {
      if (thrown === VIOLATION) {
        this.#traceViolation();
        return { status: 'VIOLATION', gasLeft: this.gas, output: EMPTY, failure: undefined };
      }
      if (thrown !== UNWIND) throw thrown;
      return { status: this.#status, gasLeft: this.gas, output: EMPTY, failure: this.#failure };
    }
    return { status: 'OK', gasLeft: this.gas, output: this.output, failure: undefined };
  }

  /** The innermost call says where. */
  #traceViolation(): void {
    const { notes, state } = this.run;
    if (notes === undefined || state.violationStack === undefined) return;
    notes.trace = traceOf(this, state.violationStack);
    state.violationStack = undefined;
  }

  private failureOf(name: FailureName): Failure {
    return { contract: this.request.contract, code: FAILURE_CODE[name], data: EMPTY };
  }
}
