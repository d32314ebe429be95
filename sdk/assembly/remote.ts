// Calls to other contracts. A `@remote` class (its bodies are generated) stands on these.
import { call as hostCall, returned } from './host';
import { Address } from './address';
import { close, decode, open } from './codec';
import { ERROR_ARGUMENTS, failCode } from './failure';
import { u128 } from './u128';

/** Calls a method; a callee that fails fails this call too. Bytes returned. `value` points at a u128 or is 0. */
export function callContract(address: usize, selector: u32, args: usize, length: usize, value: usize): i32 {
  return hostCall(address, selector, args, <i32>length, value, 0);
}

/** What the last call returned, strictly. */
export function readReturned<T>(length: i32): T {
  const at = heap.alloc(length);
  returned(at, length);
  open(at, length);
  const value = decode<T>();
  close();
  return value;
}

/**
 * Calls a contract with bytes that came in: the method's selector(4), then its encoded arguments, which the chain reads
 * by the callee's own layout before anything runs. What it returns, encoded.
 */
export function callPayload(contract: Address, payload: Uint8Array, value: u128 = u128.Zero): Uint8Array {
  if (payload.length < 4) failCode(ERROR_ARGUMENTS);
  const at = payload.dataStart;
  const amount = value.isZero() ? 0 : changetype<usize>(value);
  const length = hostCall(changetype<usize>(contract), load<u32>(at), at + 4, payload.length - 4, amount, 0);
  const result = new Uint8Array(length);
  returned(result.dataStart, length);
  return result;
}
