// A call's body: the value that goes with it, the price of entering, then the contract's code in an instance. What a
// failing call did is undone here. Used for contracts' methods and for `@init` at creation.
import type { AccessMethod } from '../types/access.js';
import { HALT } from '../wasm/instrument-module.js';
import { originalOffset } from '../wasm/offset-map.js';
import type { CompiledCode } from './compiled-code.js';
import { VmError } from './errors.js';
import { type Frame, serving } from './frame.js';
import type { Instance } from './instance.js';
import { moveBalance } from './native-balance.js';
import { type CallEnd, UNWIND, VIOLATION } from './outcome.js';
import { describeTrap } from './trap.js';

/** Runs a call's body; undoes what it did unless it ends OK. */
export function attemptCall(frame: Frame, body: (frame: Frame) => void): CallEnd {
  const { run, request } = frame;
  const mark = run.state.mark();
  const events = run.events.count;
  const step = run.steps?.begin(request, serving.frame);
  const end = frame.attempt(body);
  if (end.status !== 'OK') {
    run.state.rollback(mark);
    run.events.rollback(events);
  }
  if (step !== undefined) run.steps?.end(step, end);
  return end;
}

/** Moves the value and runs a method, the `@init` one included, whose rules the caller has checked. */
export function enterMethod(frame: Frame, code: CompiledCode, method: AccessMethod): void {
  const { run, request } = frame;
  if (request.value !== 0n) payMethod(frame, method);
  frame.readonly ||= method.view;
  // Restoring a clean instance.
  frame.charge(run.schedule.code.page * code.initialPages);
  const instance = run.block.pool.take(code);
  frame.instance = instance;
  frame.code = code;
  const caller = serving.frame;
  serving.frame = frame;
  try {
    runInstance(frame, instance);
  } finally {
    serving.frame = caller;
    frame.instance = undefined;
    run.block.pool.give(instance);
  }
}

/** Moves the value that goes with a call. */
function payMethod(frame: Frame, method: AccessMethod): void {
  const { caller, contract, value } = frame.request;
  if (!method.payable) frame.fail('NOT_PAYABLE');
  frame.assertWritable();
  if (!moveBalance(frame.run.state, caller, contract, value)) frame.fail('INSUFFICIENT_BALANCE');
}

function runInstance(frame: Frame, instance: Instance): void {
  const { selector, args, depth } = frame.request;
  try {
    instance.setGas(frame.gas);
    instance.setDepth(depth);
    // Leaves the depth as it found it.
    instance.start?.();
    // The selector is a u32; WebAssembly takes the same bits as an i32.
    instance.call(selector | 0, args.length);
  } catch (thrown) {
    instance.stopped();
    endOfTrap(frame, instance, thrown);
  }
  // The last block's charge is compared by nobody inside.
  const left = instance.gas();
  if (left < 0) frame.exhaust('OUT_OF_GAS');
  frame.gas = left;
}

function endOfTrap(frame: Frame, instance: Instance, thrown: unknown): never {
  if (thrown === UNWIND || thrown === VIOLATION) throw thrown;
  if (thrown instanceof WebAssembly.RuntimeError) {
    const halt = instance.halt();
    if (halt === HALT.outOfGas) frame.exhaust('OUT_OF_GAS', thrown.stack);
    if (halt === HALT.depth) frame.exhaust('DEPTH', thrown.stack);
    if (halt === HALT.noMemory) throw new VmError('VM_NODE_FAULT', { place: 'memory.grow' }, thrown);
    const { notes } = frame.run;
    if (notes !== undefined) {
      notes.trap = describeTrap(thrown, (offset) => originalOffset(instance.code.offsets, offset));
    }
    frame.exhaust('TRAP', thrown.stack);
  }
  if (thrown instanceof RangeError) throw new VmError('VM_NODE_FAULT', { place: 'a contract call' }, thrown);
  throw thrown;
}
