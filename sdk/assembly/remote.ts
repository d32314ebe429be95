// Calls to other contracts. A `@remote` class (its bodies are generated) stands on these.
import { call as hostCall, returned } from './host';
import { close, decode, open } from './codec';

/** Calls a method; a callee that fails fails this call too. Bytes returned. */
export function callContract(address: usize, selector: u32, args: usize, length: usize): i32 {
  return hostCall(address, selector, args, <i32>length, 0, 0);
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
