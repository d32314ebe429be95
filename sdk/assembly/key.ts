// Storage keys: field(8) ‖ components, each with a u16 length before it, built in one scratch buffer.
import { encode, sizeOf } from './codec';
import { ERROR_KEY, failCode } from './failure';

/** Where the key is; the host functions of storage and cells take this pointer. */
export const KEY: usize = memory.data(1024);
/** A key is at most 1 KiB with the kind and the contract before it. */
const CAPACITY: usize = 1024 - 33;

/** A field without components. The key's length. */
// @ts-ignore: decorator
@inline export function key0(field: u64): i32 {
  store<u64>(KEY, field);
  return 8;
}

export function key1<A>(field: u64, a: A): i32 {
  store<u64>(KEY, field);
  return <i32>(component<A>(KEY + 8, a) - KEY);
}

export function key2<A, B>(field: u64, a: A, b: B): i32 {
  store<u64>(KEY, field);
  return <i32>(component<B>(component<A>(KEY + 8, a), b) - KEY);
}

export function key3<A, B, C>(field: u64, a: A, b: B, c: C): i32 {
  store<u64>(KEY, field);
  return <i32>(component<C>(component<B>(component<A>(KEY + 8, a), b), c) - KEY);
}

function component<T>(at: usize, value: T): usize {
  const size = sizeOf<T>(value);
  if (at + 2 + size > KEY + CAPACITY) failCode(ERROR_KEY);
  store<u16>(at, <u16>size);
  return encode<T>(at + 2, value);
}
