// Host functions around a call: arguments and results, its ends, context, events, calls to others, logs.
// Same order as in host-storage.ts.
import { LIMITS } from '../base/limits.js';
import { RepeatedWords } from '../base/words.js';
import type { Address } from '../types/address.js';
import type { HostPrice } from '../types/gas-schedule.js';
import { callContract } from './call-contract.js';
import { FAILURE_CODE } from './failure.js';
import type { Frame } from './frame.js';
import { chargeHost, chargeResult, pricesOf } from './host-gas.js';
import { assertRange, readAddress, readBounded, readNumber, roomFor, writeBytes } from './host-memory.js';
import { CALL_DEPTH_WEIGHT, CALL_GAS_KEPT, VM_LIMITS } from './limits.js';
import type { CallEnd } from './outcome.js';
import { stackText, traceOf } from './trace.js';

const EVENT_BYTES = 8;
/** Arguments that workers hand on stand in the same array for each length. */
const ARGS = new RepeatedWords();
/** Shows text that may be any bytes; never hashed, so replacement characters are fine. */
const lossyText = new TextDecoder('utf-8');

/** Host `input`: writes the call's arguments into memory. */
export function input(frame: Frame, dst: number): void {
  const { args } = frame.request;
  chargeHost(frame, pricesOf(frame).input, args.length);
  assertRange(frame, dst, args.length);
  const start = dst >>> 0;
  if ((start & 3) !== 0) writeBytes(frame, start, args);
  else {
    const instance = frame.live();
    const { length } = args;
    ARGS.copy(instance.words(), start >>> 2, args, length >>> 2);
    const memory = instance.bytes();
    for (let at = length & ~3; at < length; at++) memory[start + at] = args[at]!;
    instance.wrote(start + length);
  }
}

/** Host `output`: sets what the call returns. */
export function output(frame: Frame, src: number, length: number): void {
  chargeHost(frame, pricesOf(frame).output, length >>> 0);
  const size = length >>> 0;
  // Said again, it goes where it went before: memory of so many bytes is dear to ask for.
  frame.outputRoom = roomFor(frame, src, length, LIMITS.resultBytes, frame.outputRoom);
  frame.output = frame.outputRoom.subarray(0, size);
}

/** Host `revert`: ends the call with the contract's own error. */
export function revert(frame: Frame, src: number, length: number): never {
  chargeHost(frame, pricesOf(frame).revert, length >>> 0);
  const data = readBounded(frame, src, length, VM_LIMITS.errorBytes);
  return frame.end('REVERT', { contract: frame.request.contract, code: FAILURE_CODE.CONTRACT_ERROR, data });
}

/** Host `abort`: ends the call with a code; its text goes to the notes. */
export function abort(frame: Frame, message: number, length: number, line: number, column: number): never {
  chargeHost(frame, pricesOf(frame).abort, length >>> 0);
  const text = readBounded(frame, message, length, VM_LIMITS.logBytes);
  const { notes } = frame.run;
  if (notes !== undefined)
    notes.abort = { message: lossyText.decode(text), line: line >>> 0, column: column >>> 0 };
  return frame.fail('ABORTED');
}

/** Host `emit`: one more event of the transaction. */
export function emit(
  frame: Frame,
  event: number,
  topics: number,
  topicsLength: number,
  data: number,
  dataLength: number,
): void {
  chargeHost(frame, pricesOf(frame).emit, (topicsLength >>> 0) + (dataLength >>> 0));
  assertRange(frame, event, EVENT_BYTES);
  assertRange(frame, topics, topicsLength);
  assertRange(frame, data, dataLength);
  if ((topicsLength >>> 0) + (dataLength >>> 0) > LIMITS.eventBytes) frame.fail('TOO_LARGE');
  assertTopics(frame, topics >>> 0, topicsLength >>> 0);
  frame.assertWritable();
  const { events, index } = frame.run;
  if (events.count >= VM_LIMITS.events) frame.fail('TOO_MANY_EVENTS');
  const emitted = {
    contract: frame.request.contract,
    memory: frame.live(),
    id: event >>> 0,
    topics: topics >>> 0,
    topicsLength: topicsLength >>> 0,
    data: data >>> 0,
    dataLength: dataLength >>> 0,
  };
  events.append(emitted, index);
  frame.run.steps?.event(events.list().at(-1), frame);
}

/** Ends the call unless the bytes are a Borsh list of byte strings, exactly. */
function assertTopics(frame: Frame, start: number, length: number): void {
  if (length < 4) frame.fail('BAD_EVENT');
  const instance = frame.live();
  const count = instance.wordAt(start);
  if (count > LIMITS.eventTopics) frame.fail('BAD_EVENT');
  const end = start + length;
  let at = start + 4;
  for (let index = 0; index < count; index++) {
    if (at + 4 > end) frame.fail('BAD_EVENT');
    at += 4 + instance.wordAt(at);
    if (at > end) frame.fail('BAD_EVENT');
  }
  if (at !== end) frame.fail('BAD_EVENT');
}

/** Host `call`: a callee whose failure is the caller's too. */
export function call(
  frame: Frame,
  contract: number,
  selector: number,
  args: number,
  argsLength: number,
  value: number,
  gas: bigint,
): number {
  const end = nestedCall(frame, pricesOf(frame).call, contract, selector, args, argsLength, value, gas);
  if (end.status !== 'OK') frame.endLike(end);
  return giveResult(frame, pricesOf(frame).call, end.output);
}

/** Host `try_call`: a callee whose failure is undone and reported. */
export function tryCall(
  frame: Frame,
  contract: number,
  selector: number,
  args: number,
  argsLength: number,
  value: number,
  gas: bigint,
): number {
  const end = nestedCall(frame, pricesOf(frame).try_call, contract, selector, args, argsLength, value, gas);
  if (end.status === 'OK') return giveResult(frame, pricesOf(frame).try_call, end.output);
  if (end.failure === undefined) frame.endLike(end);
  const report = new Uint8Array(2 + end.failure.data.length);
  report[0] = end.failure.code & 0xff;
  report[1] = end.failure.code >> 8;
  report.set(end.failure.data, 2);
  giveResult(frame, pricesOf(frame).try_call, report);
  return -1;
}

function giveResult(frame: Frame, price: HostPrice, bytes: Uint8Array): number {
  frame.returned = bytes;
  chargeResult(frame, price, bytes.length);
  return bytes.length;
}

/** Runs a call out of this one and takes its gas; the caller always keeps a 64th. */
function nestedCall(
  frame: Frame,
  price: HostPrice,
  contract: number,
  selector: number,
  args: number,
  argsLength: number,
  value: number,
  gas: bigint,
): CallEnd {
  chargeHost(frame, price, argsLength >>> 0);
  const address = readAddress(frame, contract) as Address;
  const bytes = readBounded(frame, args, argsLength, LIMITS.transactionBytes);
  const amount = value === 0 ? 0n : readNumber(frame, value, 128);
  const available = frame.gas - Math.floor(frame.gas / CALL_GAS_KEPT);
  const asked = Number(BigInt.asUintN(64, gas));
  const allotment = asked === 0 ? available : Math.min(asked, available);
  const kept = frame.gas - allotment;
  frame.returned = frame.returned.subarray(0, 0);
  const end = callContract(frame.run, {
    caller: frame.request.contract,
    contract: address,
    selector: selector >>> 0,
    args: bytes,
    value: amount,
    gas: allotment,
    depth: frame.live().depth() - CALL_DEPTH_WEIGHT,
    readonly: frame.readonly,
  });
  frame.gas = kept + end.gasLeft;
  return end;
}

/** Host `returned`: what the last call out of this one gave. */
export function returned(frame: Frame, dst: number, capacity: number): number {
  chargeHost(frame, pricesOf(frame).returned, 0);
  assertRange(frame, dst, capacity);
  const bytes = frame.returned.subarray(0, Math.min(frame.returned.length, capacity >>> 0));
  chargeResult(frame, pricesOf(frame).returned, bytes.length);
  writeBytes(frame, dst, bytes);
  return frame.returned.length;
}

/** Host `log`: a line for the notes; the same gas whether anybody reads it. */
export function log(frame: Frame, src: number, length: number): void {
  chargeHost(frame, pricesOf(frame).log, length >>> 0);
  const text = readBounded(frame, src, length, VM_LIMITS.logBytes);
  const { notes, steps } = frame.run;
  if (notes !== undefined && notes.logs.length < VM_LIMITS.logLines)
    notes.logs.push({ text: lossyText.decode(text), trace: traceOf(frame, stackText()) });
  steps?.log(lossyText.decode(text), frame);
}
