// Storage keys: field(8) ‖ components, each with a u16 length before it, built in one scratch buffer.
import { encode, sizeOf } from './codec';
import { ERROR_KEY, failCode } from './failure';
import { KEY, KEY_CAPACITY } from './room';

/** A key is at most 1 KiB with the kind and the contract before it. */
const CAPACITY: usize = KEY_CAPACITY - 33;

/**
 * Where a storage object stands: its field, and below maps the components of the keys on the way. The compiler writes those of
 * fields as data, laid out like this (sdk/compiler/lower/storage-handles.ts).
 */
@unmanaged
export class Stored {
  field: u64;
  /** Encoded components, and their length. */
  path: usize;
  pathLength: usize;
  /** Most bytes of a value; 0: the chain's own limit. */
  limit: u32;
  constructor(field: u64, path: usize = 0, pathLength: usize = 0, limit: u32 = 0) {
    this.field = field;
    this.path = path;
    this.pathLength = pathLength;
    this.limit = limit;
  }
  /** Marks storage classes for maps of them. */
  __storage(): void {}
}

// @ts-ignore: decorator
@inline function start(at: Stored): usize {
  store<u64>(KEY, at.field);
  const length = at.pathLength;
  if (length != 0) memory.copy(KEY + 8, at.path, length);
  return KEY + 8 + length;
}

/** A field without components of its own. The key's length. */
export function key0(at: Stored): i32 {
  return <i32>(start(at) - KEY);
}

export function key1<A>(at: Stored, a: A): i32 {
  return <i32>(component<A>(start(at), a) - KEY);
}

export function key2<A, B>(at: Stored, a: A, b: B): i32 {
  return <i32>(component<B>(component<A>(start(at), a), b) - KEY);
}

export function key3<A, B, C>(at: Stored, a: A, b: B, c: C): i32 {
  return <i32>(component<C>(component<B>(component<A>(start(at), a), b), c) - KEY);
}

/** The storage object below the key that was built last. */
export function below<S>(at: Stored, keyLength: i32): S {
  const length = <usize>keyLength - 8;
  const path = heap.alloc(length);
  memory.copy(path, KEY + 8, length);
  return instantiate<S>(at.field, path, length, at.limit);
}

function component<T>(at: usize, value: T): usize {
  const size = sizeOf<T>(value);
  if (at + 2 + size > KEY + CAPACITY) failCode(ERROR_KEY);
  store<u16>(at, <u16>size);
  return encode<T>(at + 2, value);
}
