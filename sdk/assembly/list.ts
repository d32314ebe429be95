// A list in storage: its length, and an element per index. Every element has a key of its own, so changing one leaves
// the others alone; `push` and `pop` move the end, so the compiler locks the list for them.
import { ERROR_RANGE, failCode } from './failure';
import { key0, key1, Stored } from './key';
import { storage_delete } from './host';
import { KEY } from './room';
import { read, write } from './storage';

/** A list of values. */
@final @unmanaged
export class List<T> extends Stored {
  get length(): u32 {
    return read<u32>(key0(this));
  }
  /** Reverts past the end. */
  get(index: u32): T {
    this.check(index);
    return read<T>(key1<u32>(this, index));
  }
  /** Reverts past the end. */
  set(index: u32, value: T): void {
    this.check(index);
    write<T>(key1<u32>(this, index), value, this.limit);
  }
  /** Puts a value at the end; its index. */
  push(value: T): u32 {
    const index = this.length;
    if (index == u32.MAX_VALUE) failCode(ERROR_RANGE);
    write<T>(key1<u32>(this, index), value, this.limit);
    write<u32>(key0(this), index + 1, 0);
    return index;
  }
  /** Takes the last value away; reverts when there is none. */
  pop(): T {
    const length = this.length;
    if (length == 0) failCode(ERROR_RANGE);
    const value = read<T>(key1<u32>(this, length - 1));
    storage_delete(KEY, key1<u32>(this, length - 1));
    write<u32>(key0(this), length - 1, 0);
    return value;
  }
  private check(index: u32): void {
    if (index >= this.length) failCode(ERROR_RANGE);
  }
}
