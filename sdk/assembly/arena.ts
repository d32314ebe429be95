// The arena of wide numbers: results of operators live here, and the compiler takes the room back after each
// statement. A function's variables have slots of their own at its start, struct fields have theirs on the heap, so
// what is still wanted never lies in room taken back. When the arena is full, numbers go to the heap.
import { ARENA, ARENA_END } from './room';
import { copy32 } from './words';

let top: usize = ARENA;

/** What the arena has when its first part, which lies low in memory, is full. */
const MORE: usize = 4096;
/** Where that is; taken from the heap when it is needed, behind the first part whatever is released. */
let more: usize = 0;

/** Room for a number that lives until the statement ends. */
export function temporary(size: usize): usize {
  const at = top;
  const next = at + size;
  if (next > ARENA_END) return further(size);
  top = next;
  return at;
}

function further(size: usize): usize {
  if (more == 0) more = heap.alloc(MORE);
  const at = max(top, more);
  const next = at + size;
  if (next > more + MORE) return heap.alloc(size);
  top = next;
  return at;
}

/** Where the arena ends now. */
export function mark(): usize {
  return top;
}

/** Takes back everything behind the mark. */
export function release(to: usize): void {
  top = to;
}

/** What `release` becomes in a function that turns out to use no room. */
export function nothing(to: usize): void {}

/** Room for the variables of a function. */
export function reserve(size: usize): usize {
  return temporary(size);
}

/** Puts a number into the slot of the variable it is assigned to. */
export function own16(slot: usize, from: usize): usize {
  if (from == 0) return 0;
  const lo = load<u64>(from);
  const hi = load<u64>(from, 8);
  store<u64>(slot, lo);
  store<u64>(slot, hi, 8);
  return slot;
}

export function own32(slot: usize, from: usize): usize {
  if (from == 0) return 0;
  copy32(slot, from);
  return slot;
}

/** A number of its own on the heap: globals, elements of arrays, results of callbacks. */
export function keep16(from: usize): usize {
  return from == 0 ? 0 : own16(heap.alloc(16), from);
}

export function keep32(from: usize): usize {
  return from == 0 ? 0 : own32(heap.alloc(32), from);
}

/** Puts a number into the slot of a field, which it gets at the first assignment. */
export function put16(field: usize, from: usize): void {
  if (from == 0) {
    store<usize>(field, 0);
    return;
  }
  let slot = load<usize>(field);
  if (slot == 0) {
    slot = heap.alloc(16);
    store<usize>(field, slot);
  }
  own16(slot, from);
}

export function put32(field: usize, from: usize): void {
  if (from == 0) {
    store<usize>(field, 0);
    return;
  }
  let slot = load<usize>(field);
  if (slot == 0) {
    slot = heap.alloc(32);
    store<usize>(field, slot);
  }
  own32(slot, from);
}

/** The number in a field, as it is now: the slot changes with the next assignment. */
export function take16(field: usize): usize {
  const slot = load<usize>(field);
  return slot == 0 ? 0 : own16(temporary(16), slot);
}

export function take32(field: usize): usize {
  const slot = load<usize>(field);
  return slot == 0 ? 0 : own32(temporary(32), slot);
}

/** Ends a function: everything behind the mark goes, but for the result. */
export function leave16(to: usize, from: usize): usize {
  if (from == 0) {
    top = to;
    return 0;
  }
  const lo = load<u64>(from);
  const hi = load<u64>(from, 8);
  top = to;
  const at = temporary(16);
  store<u64>(at, lo);
  store<u64>(at, hi, 8);
  return at;
}

export function leave32(to: usize, from: usize): usize {
  top = to;
  if (from == 0) return 0;
  return own32(temporary(32), from);
}
