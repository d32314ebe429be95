// Plain storage: a typed value, and maps of one, two or three keys. What a map holds may be storage itself: a map, a list, a cell. An absent key reads as its type's zero value.
// Fields get their number from their name; the compiler puts a field's object into the module's data.
import { storage_delete, storage_get, storage_has, storage_past, storage_set } from './host';
import { close, decode, encode, open, sizeOf, zeroOf } from './codec';
import { temporary } from './arena';
import { ERROR_SIZE, failCode } from './failure';
import { below, key0, key1, key2, key3, Stored } from './key';
import { KEY, VALUE, VALUE_CAPACITY } from './room';

/** One value. */
@final @unmanaged
export class Value<T> extends Stored {
  get(): T {
    return read<T>(key0(this));
  }
  set(value: T): void {
    write<T>(key0(this), value, this.limit);
  }
  has(): bool {
    return storage_has(KEY, key0(this)) != 0;
  }
  delete(): void {
    storage_delete(KEY, key0(this));
  }
  /** The value at the block's start: conflicts with nothing. */
  past(): T {
    return readPast<T>(key0(this));
  }
}

/** A value per key. */
@final @unmanaged
export class Map<K, V> extends Stored {
  get(key: K): V {
    return get<V>(this, key1<K>(this, key));
  }
  set(key: K, value: V): void {
    write<V>(key1<K>(this, key), value, this.limit);
  }
  has(key: K): bool {
    return storage_has(KEY, key1<K>(this, key)) != 0;
  }
  delete(key: K): void {
    storage_delete(KEY, key1<K>(this, key));
  }
  past(key: K): V {
    return readPast<V>(key1<K>(this, key));
  }
}

/** A value per pair of keys. */
@final @unmanaged
export class Map2<A, B, V> extends Stored {
  get(a: A, b: B): V {
    return get<V>(this, key2<A, B>(this, a, b));
  }
  set(a: A, b: B, value: V): void {
    write<V>(key2<A, B>(this, a, b), value, this.limit);
  }
  has(a: A, b: B): bool {
    return storage_has(KEY, key2<A, B>(this, a, b)) != 0;
  }
  delete(a: A, b: B): void {
    storage_delete(KEY, key2<A, B>(this, a, b));
  }
  past(a: A, b: B): V {
    return readPast<V>(key2<A, B>(this, a, b));
  }
}

/** A value per triple of keys. */
@final @unmanaged
export class Map3<A, B, C, V> extends Stored {
  get(a: A, b: B, c: C): V {
    return get<V>(this, key3<A, B, C>(this, a, b, c));
  }
  set(a: A, b: B, c: C, value: V): void {
    write<V>(key3<A, B, C>(this, a, b, c), value, this.limit);
  }
  has(a: A, b: B, c: C): bool {
    return storage_has(KEY, key3<A, B, C>(this, a, b, c)) != 0;
  }
  delete(a: A, b: B, c: C): void {
    storage_delete(KEY, key3<A, B, C>(this, a, b, c));
  }
  past(a: A, b: B, c: C): V {
    return readPast<V>(key3<A, B, C>(this, a, b, c));
  }
}

/** The value of the key just built, or the storage below it. */
// @ts-ignore: decorator
@inline function get<V>(at: Stored, keyLength: i32): V {
  if (isReference<V>()) {
    if (!isNullable<V>()) {
      if (isDefined(changetype<V>(0).__storage)) return below<V>(at, keyLength);
    }
  }
  return read<V>(keyLength);
}

/** Values live where they are decoded from, so what was read moves to memory of its own. Plain numbers need none, and a longer value is none. */
export function read<T>(keyLength: i32): T {
  const length = storage_get(KEY, keyLength, VALUE, <i32>VALUE_CAPACITY);
  if (length < 0) return zeroOf<T>();
  if (isInteger<T>() || isBoolean<T>()) return parse<T>(VALUE, length);
  const at = room<T>(length);
  if (<usize>length <= VALUE_CAPACITY) memory.copy(at, VALUE, length);
  else storage_get(KEY, keyLength, at, length);
  return parse<T>(at, length);
}

// Not one function with a flag: the compiler's cross-check follows calls, and a reader must not seem to reach `past`.
function readPast<T>(keyLength: i32): T {
  const length = storage_past(KEY, keyLength, VALUE, <i32>VALUE_CAPACITY);
  if (length < 0) return zeroOf<T>();
  if (isInteger<T>() || isBoolean<T>()) return parse<T>(VALUE, length);
  const at = room<T>(length);
  if (<usize>length <= VALUE_CAPACITY) memory.copy(at, VALUE, length);
  else storage_past(KEY, keyLength, at, length);
  return parse<T>(at, length);
}

/** Wide numbers are copied where they are kept, so they may lie in the arena. */
function room<T>(length: usize): usize {
  if (isReference<T>()) {
    if (isDefined(changetype<T>(0).__number)) return temporary(length);
  }
  return heap.alloc(length);
}

function parse<T>(at: usize, length: usize): T {
  open(at, length);
  const value = decode<T>();
  close();
  return value;
}

export function write<T>(keyLength: i32, value: T, limit: u32): void {
  const length = sizeOf<T>(value);
  if (limit != 0 && length > <usize>limit + 4) failCode(ERROR_SIZE);
  const at = length <= VALUE_CAPACITY ? VALUE : heap.alloc(length);
  encode<T>(at, value);
  storage_set(KEY, keyLength, at, <i32>length);
}
