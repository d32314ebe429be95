// What generated code stands on: the entry reads its input, a method writes its result, structs and events use the codec.
import { input as hostInput, output as hostOutput } from './host';
import { encode, open, sizeOf } from './codec';
import { caller, self } from './context';
import { ERROR_METHOD, ERROR_SIZE, ERROR_UPGRADE, failBytes, failCode } from './failure';
import { INPUT, INPUT_CAPACITY, KEY, KEY_CAPACITY } from './room';

export {
  keep16,
  keep32,
  leave16,
  leave32,
  mark,
  nothing,
  own16,
  own32,
  put16,
  put32,
  release,
  reserve,
  take16,
  take32,
} from './arena';
export { checkedAdd, checkedDiv, checkedMul, checkedRem, checkedSub } from './checked';
export { close, decode, encode, sizeOf, zeroOf } from './codec';
export { beginTopics, emitBytes, encodeTopic } from './event';
export { cover } from './coverage';
export { callContract, readReturned } from './remote';
export { Address } from './address';
export { u128 } from './u128';
export { onAbort } from './failure';

/** Fetches the arguments and starts reading them. */
export function readInput(length: i32): void {
  const at = <usize>length <= INPUT_CAPACITY ? INPUT : heap.alloc(length);
  if (length != 0) hostInput(at);
  open(at, length);
}

/** Reverts when a text, bytes or a list is longer than its `@maxBytes`. */
export function checkSize<T>(value: T, limit: u32): void {
  if (sizeOf<T>(value) > <usize>limit + 4) failCode(ERROR_SIZE);
}

/** A contract is its own caller when an upgrade runs its migration, and never else. */
export function onlyUpgrade(): void {
  if (caller() != self()) failCode(ERROR_UPGRADE);
}

/** Hands a method's result to the host. */
export function writeOutput<T>(value: T): void {
  const size = sizeOf<T>(value);
  const at = heap.alloc(size);
  encode<T>(at, value);
  hostOutput(at, <i32>size);
}

/** A selector that is none of the contract's. */
export function unknownMethod(): void {
  failCode(ERROR_METHOD);
}

/** Room for an event, until the next key is built. */
export function eventRoom(size: usize): usize {
  return size <= KEY_CAPACITY ? KEY : heap.alloc(size);
}

/** Room for an error, or for the arguments of a call. */
export function allocate(size: usize): usize {
  return heap.alloc(size);
}

/** Ends the call with an encoded error. */
export function fail(at: usize, length: usize): void {
  failBytes(at, length);
}
