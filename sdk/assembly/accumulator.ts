// Cells: numbers that many transactions of a block may add to at once, in any order, with the same result.
// T is u128, u64 or u256. A cell never set is 0. `add` and `sub` do not read: they revert past their bound, the `try`
// forms return false and change nothing. Reading a cell (`get`) and adding to it in one transaction makes it a write.
import { cell_add, cell_get, cell_past, cell_set, cell_sub } from './host';
import { ERROR_RANGE, failCode } from './failure';
import { temporary } from './arena';
import { key0, key1, key2, Stored } from './key';
import { KEY, NUMBER } from './room';
import { u128 } from './u128';

/** One cell. */
@final @unmanaged
export class Accumulator<T = u128> extends Stored {
  get(): T {
    return readCell<T>(key0(this));
  }
  set(value: T): void {
    writeCell<T>(key0(this), value);
  }
  /** The number at the block's start: conflicts with nothing. */
  past(): T {
    return readPast<T>(key0(this));
  }
  /** Reverts when the sum would be above the ceiling (the type's maximum if none is given). */
  add(amount: T, ceiling: T = highest<T>()): void {
    if (!increase<T>(key0(this), amount, ceiling)) failCode(ERROR_RANGE);
  }
  tryAdd(amount: T, ceiling: T = highest<T>()): bool {
    return increase<T>(key0(this), amount, ceiling);
  }
  /** Reverts when the rest would be below the floor (0 if none is given). */
  sub(amount: T, floor: T = lowest<T>()): void {
    if (!decrease<T>(key0(this), amount, floor)) failCode(ERROR_RANGE);
  }
  trySub(amount: T, floor: T = lowest<T>()): bool {
    return decrease<T>(key0(this), amount, floor);
  }
}

/** A cell per key. */
@final @unmanaged
export class AccumulatorMap<K, T = u128> extends Stored {
  get(key: K): T {
    return readCell<T>(key1<K>(this, key));
  }
  set(key: K, value: T): void {
    writeCell<T>(key1<K>(this, key), value);
  }
  past(key: K): T {
    return readPast<T>(key1<K>(this, key));
  }
  add(key: K, amount: T, ceiling: T = highest<T>()): void {
    if (!increase<T>(key1<K>(this, key), amount, ceiling)) failCode(ERROR_RANGE);
  }
  tryAdd(key: K, amount: T, ceiling: T = highest<T>()): bool {
    return increase<T>(key1<K>(this, key), amount, ceiling);
  }
  sub(key: K, amount: T, floor: T = lowest<T>()): void {
    if (!decrease<T>(key1<K>(this, key), amount, floor)) failCode(ERROR_RANGE);
  }
  trySub(key: K, amount: T, floor: T = lowest<T>()): bool {
    return decrease<T>(key1<K>(this, key), amount, floor);
  }
}

/** A cell per pair of keys. */
@final @unmanaged
export class AccumulatorMap2<A, B, T = u128> extends Stored {
  get(a: A, b: B): T {
    return readCell<T>(key2<A, B>(this, a, b));
  }
  set(a: A, b: B, value: T): void {
    writeCell<T>(key2<A, B>(this, a, b), value);
  }
  past(a: A, b: B): T {
    return readPast<T>(key2<A, B>(this, a, b));
  }
  add(a: A, b: B, amount: T, ceiling: T = highest<T>()): void {
    if (!increase<T>(key2<A, B>(this, a, b), amount, ceiling)) failCode(ERROR_RANGE);
  }
  tryAdd(a: A, b: B, amount: T, ceiling: T = highest<T>()): bool {
    return increase<T>(key2<A, B>(this, a, b), amount, ceiling);
  }
  sub(a: A, b: B, amount: T, floor: T = lowest<T>()): void {
    if (!decrease<T>(key2<A, B>(this, a, b), amount, floor)) failCode(ERROR_RANGE);
  }
  trySub(a: A, b: B, amount: T, floor: T = lowest<T>()): bool {
    return decrease<T>(key2<A, B>(this, a, b), amount, floor);
  }
}

// @ts-ignore: decorator
@inline function bits<T>(): i32 {
  if (isInteger<T>()) {
    if (sizeof<T>() != 8 || isSigned<T>()) ERROR('a cell holds u64, u128 or u256');
    return 64;
  }
  return <i32>offsetof<T>() << 3;
}

/** No ceiling: the type's maximum; for u128 the null pointer, which the host reads as none. */
// @ts-ignore: decorator
@inline function highest<T>(): T {
  if (isInteger<T>()) return <T>u64.MAX_VALUE;
  return changetype<T>(0);
}

/** No floor: 0. */
// @ts-ignore: decorator
@inline function lowest<T>(): T {
  if (isInteger<T>()) return <T>0;
  return changetype<T>(0);
}

function readCell<T>(keyLength: i32): T {
  if (isInteger<T>()) {
    cell_get(bits<T>(), KEY, keyLength, NUMBER);
    return load<T>(NUMBER);
  }
  const at = temporary(offsetof<T>());
  cell_get(bits<T>(), KEY, keyLength, at);
  return changetype<T>(at);
}

function readPast<T>(keyLength: i32): T {
  if (isInteger<T>()) {
    cell_past(bits<T>(), KEY, keyLength, NUMBER);
    return load<T>(NUMBER);
  }
  const at = temporary(offsetof<T>());
  cell_past(bits<T>(), KEY, keyLength, at);
  return changetype<T>(at);
}

function writeCell<T>(keyLength: i32, value: T): void {
  cell_set(bits<T>(), KEY, keyLength, pointer<T>(value, 0));
}

function increase<T>(keyLength: i32, amount: T, ceiling: T): bool {
  return cell_add(bits<T>(), KEY, keyLength, pointer<T>(amount, 0), pointer<T>(ceiling, 8)) != 0;
}

function decrease<T>(keyLength: i32, amount: T, floor: T): bool {
  return cell_sub(bits<T>(), KEY, keyLength, pointer<T>(amount, 0), pointer<T>(floor, 8)) != 0;
}

// @ts-ignore: decorator
@inline function pointer<T>(value: T, offset: usize): usize {
  if (isInteger<T>()) {
    store<T>(NUMBER + offset, value);
    return NUMBER + offset;
  }
  return changetype<usize>(value);
}
