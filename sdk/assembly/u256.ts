// u256: unsigned 256-bit integers, checked: an operation whose result does not fit reverts with `Overflow()`.
// A value is 32 little-endian bytes and never changes; results of operators live in the arena (arena.ts).
import { temporary } from './arena';
import { overflow } from './failure';
import { u128 } from './u128';
import { copy32 } from './words';

/** An unsigned 256-bit integer. Immutable; every operator returns a new value. */
@final @unmanaged
export class u256 {
  /** 64 bits each, the lowest first. */
  readonly a: u64;
  readonly b: u64;
  readonly c: u64;
  readonly d: u64;

  constructor(a: u64, b: u64 = 0, c: u64 = 0, d: u64 = 0) {
    return make(a, b, c, d);
  }

  // @ts-ignore: decorator
  @inline static get Zero(): u256 {
    return make(0, 0, 0, 0);
  }
  // @ts-ignore: decorator
  @inline static get One(): u256 {
    return make(1, 0, 0, 0);
  }
  // @ts-ignore: decorator
  @inline static get Max(): u256 {
    return make(u64.MAX_VALUE, u64.MAX_VALUE, u64.MAX_VALUE, u64.MAX_VALUE);
  }

  /** The value of an unsigned integer. */
  // @ts-ignore: decorator
  @inline static from(value: u64): u256 {
    return make(value, 0, 0, 0);
  }
  static fromU128(value: u128): u256 {
    return make(value.lo, value.hi, 0, 0);
  }

  /** The value of decimal digits; reverts on anything else. */
  static parse(text: string): u256 {
    if (text.length == 0) overflow();
    let value = changetype<u256>(heap.alloc(32));
    assign(value, 0, 0, 0, 0);
    for (let i = 0; i < text.length; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (<u32>digit > 9) overflow();
      if (timesSmall(value, 10, <u64>digit) != 0) overflow();
    }
    return value;
  }

  /** As u64; reverts when it does not fit. */
  toU64(): u64 {
    if ((this.b | this.c | this.d) != 0) overflow();
    return this.a;
  }
  /** As u128; reverts when it does not fit. */
  toU128(): u128 {
    if ((this.c | this.d) != 0) overflow();
    return new u128(this.a, this.b);
  }

  // @ts-ignore: decorator
  @inline isZero(): bool {
    return (this.a | this.b | this.c | this.d) == 0;
  }

  // @ts-ignore: decorator
  @operator('+')
  static add(x: u256, y: u256): u256 {
    const a = x.a + y.a;
    let carry: u64 = a < x.a ? 1 : 0;
    const b0 = x.b + y.b;
    const b = b0 + carry;
    carry = (b0 < x.b ? 1 : 0) | (b < b0 ? 1 : 0);
    const c0 = x.c + y.c;
    const c = c0 + carry;
    carry = (c0 < x.c ? 1 : 0) | (c < c0 ? 1 : 0);
    const d0 = x.d + y.d;
    const d = d0 + carry;
    if (d0 < x.d || d < d0) overflow();
    return make(a, b, c, d);
  }

  // @ts-ignore: decorator
  @operator('-')
  static sub(x: u256, y: u256): u256 {
    const a = x.a - y.a;
    let borrow: u64 = x.a < y.a ? 1 : 0;
    const b0 = x.b - y.b;
    const b = b0 - borrow;
    borrow = (x.b < y.b ? 1 : 0) | (b0 < borrow ? 1 : 0);
    const c0 = x.c - y.c;
    const c = c0 - borrow;
    borrow = (x.c < y.c ? 1 : 0) | (c0 < borrow ? 1 : 0);
    const d0 = x.d - y.d;
    if (x.d < y.d || d0 < borrow) overflow();
    return make(a, b, c, d0 - borrow);
  }

  // @ts-ignore: decorator
  @operator('*')
  static mul(x: u256, y: u256): u256 {
    const at = temporary(32);
    multiply(changetype<usize>(x), changetype<usize>(y));
    // The upper half of the product must be empty.
    for (let i: usize = 32; i < 64; i += 8) if (load<u64>(PRODUCT + i) != 0) overflow();
    copy32(at, PRODUCT);
    return changetype<u256>(at);
  }

  /** The quotient, rounded down; a divisor of 0 reverts. */
  // @ts-ignore: decorator
  @operator('/')
  static div(x: u256, y: u256): u256 {
    divide(x, y);
    return copyOf(QUOTIENT);
  }

  // @ts-ignore: decorator
  @operator('%')
  static rem(x: u256, y: u256): u256 {
    divide(x, y);
    return copyOf(REST);
  }

  // @ts-ignore: decorator
  @operator('&')
  static and(x: u256, y: u256): u256 {
    return make(x.a & y.a, x.b & y.b, x.c & y.c, x.d & y.d);
  }
  // @ts-ignore: decorator
  @operator('|')
  static or(x: u256, y: u256): u256 {
    return make(x.a | y.a, x.b | y.b, x.c | y.c, x.d | y.d);
  }
  // @ts-ignore: decorator
  @operator('^')
  static xor(x: u256, y: u256): u256 {
    return make(x.a ^ y.a, x.b ^ y.b, x.c ^ y.c, x.d ^ y.d);
  }

  /** Shifts by 0 to 255; bits shifted out are lost. */
  // @ts-ignore: decorator
  @operator('<<')
  static shl(x: u256, bits: i32): u256 {
    const at = temporary(32);
    const words = (bits & 255) >> 6;
    const rest = <u64>(bits & 63);
    for (let i = 3; i >= 0; i--) {
      let word: u64 = 0;
      if (i - words >= 0) word = limb(x, i - words) << rest;
      if (rest != 0 && i - words - 1 >= 0) word |= limb(x, i - words - 1) >> (64 - rest);
      store<u64>(at + (<usize>i << 3), word);
    }
    return changetype<u256>(at);
  }
  // @ts-ignore: decorator
  @operator('>>')
  static shr(x: u256, bits: i32): u256 {
    const at = temporary(32);
    const words = (bits & 255) >> 6;
    const rest = <u64>(bits & 63);
    for (let i = 0; i < 4; i++) {
      let word: u64 = 0;
      if (i + words < 4) word = limb(x, i + words) >> rest;
      if (rest != 0 && i + words + 1 < 4) word |= limb(x, i + words + 1) << (64 - rest);
      store<u64>(at + (<usize>i << 3), word);
    }
    return changetype<u256>(at);
  }

  // @ts-ignore: decorator
  @inline @operator('==')
  static eq(x: u256 | null, y: u256 | null): bool {
    return same(changetype<usize>(x), changetype<usize>(y));
  }
  // @ts-ignore: decorator
  @inline @operator('!=')
  static ne(x: u256 | null, y: u256 | null): bool {
    return !same(changetype<usize>(x), changetype<usize>(y));
  }
  // @ts-ignore: decorator
  @operator('<')
  static lt(x: u256, y: u256): bool {
    if (x.d != y.d) return x.d < y.d;
    if (x.c != y.c) return x.c < y.c;
    return x.b == y.b ? x.a < y.a : x.b < y.b;
  }
  // @ts-ignore: decorator
  @inline @operator('>')
  static gt(x: u256, y: u256): bool {
    return u256.lt(y, x);
  }
  // @ts-ignore: decorator
  @inline @operator('<=')
  static le(x: u256, y: u256): bool {
    return !u256.lt(y, x);
  }
  // @ts-ignore: decorator
  @inline @operator('>=')
  static ge(x: u256, y: u256): bool {
    return !u256.lt(x, y);
  }

  /** Decimal digits. */
  toString(): string {
    let text = '';
    const rest = changetype<u256>(heap.alloc(32));
    assign(rest, this.a, this.b, this.c, this.d);
    while (!rest.isZero()) {
      const digits = overSmall(rest, 1000000000).toString();
      text = (rest.isZero() ? digits : digits.padStart(9, '0')) + text;
    }
    return text.length == 0 ? '0' : text;
  }

  // The codec's protocol (codec.ts); `__number` says that values are copied where they are kept.
  __number(): void {}
  __size(): usize {
    return 32;
  }
  __encode(at: usize): usize {
    copy32(at, changetype<usize>(this));
    return at + 32;
  }
  __width(): usize {
    return 32;
  }
  __view(at: usize): u256 {
    return changetype<u256>(at);
  }
}

/** Eight words of 64 bits: the full product of `multiply`. */
const PRODUCT: usize = memory.data(64, 8);
const QUOTIENT: usize = memory.data(32, 8);
const REST: usize = memory.data(40, 8);
const DIVISOR: usize = memory.data(32, 8);

function make(a: u64, b: u64, c: u64, d: u64): u256 {
  const value = changetype<u256>(temporary(32));
  assign(value, a, b, c, d);
  return value;
}

// @ts-ignore: decorator
@inline function assign(value: u256, a: u64, b: u64, c: u64, d: u64): void {
  const at = changetype<usize>(value);
  store<u64>(at, a);
  store<u64>(at, b, 8);
  store<u64>(at, c, 16);
  store<u64>(at, d, 24);
}

function copyOf(from: usize): u256 {
  const at = temporary(32);
  copy32(at, from);
  return changetype<u256>(at);
}

// @ts-ignore: decorator
@inline function limb(x: u256, index: i32): u64 {
  return load<u64>(changetype<usize>(x) + (<usize>index << 3));
}

/** Equal values; null equals null only. */
function same(a: usize, b: usize): bool {
  if (a == b) return true;
  if (a == 0 || b == 0) return false;
  return (
    ((load<u64>(a) ^ load<u64>(b)) |
      (load<u64>(a, 8) ^ load<u64>(b, 8)) |
      (load<u64>(a, 16) ^ load<u64>(b, 16)) |
      (load<u64>(a, 24) ^ load<u64>(b, 24))) ==
    0
  );
}

/** All 512 bits of the product, by halves of 32 bits. */
function multiply(x: usize, y: usize): void {
  memory.fill(PRODUCT, 0, 64);
  for (let i: usize = 0; i < 32; i += 4) {
    const factor = <u64>load<u32>(x + i);
    if (factor == 0) continue;
    let carry: u64 = 0;
    for (let j: usize = 0; j < 32; j += 4) {
      const sum = factor * <u64>load<u32>(y + j) + <u64>load<u32>(PRODUCT + i + j) + carry;
      store<u32>(PRODUCT + i + j, <u32>sum);
      carry = sum >> 32;
    }
    store<u32>(PRODUCT + i + 32, <u32>carry);
  }
}

/** value = value * factor + add, factor below 2^32; what did not fit. */
function timesSmall(value: u256, factor: u64, add: u64): u64 {
  const at = changetype<usize>(value);
  let carry = add;
  for (let i: usize = 0; i < 32; i += 4) {
    const sum = <u64>load<u32>(at + i) * factor + carry;
    store<u32>(at + i, <u32>sum);
    carry = sum >> 32;
  }
  return carry;
}

/** value = value / divisor, divisor below 2^32; the rest. */
function overSmall(value: u256, divisor: u64): u64 {
  const at = changetype<usize>(value);
  let rest: u64 = 0;
  for (let i: i32 = 28; i >= 0; i -= 4) {
    const part = (rest << 32) | <u64>load<u32>(at + <usize>i);
    store<u32>(at + <usize>i, <u32>(part / divisor));
    rest = part % divisor;
  }
  return rest;
}

/** QUOTIENT and REST of x / y: Knuth's algorithm D over halves of 32 bits. */
function divide(x: u256, y: u256): void {
  if (y.isZero()) overflow();
  const n = digits(changetype<usize>(y));
  const m = digits(changetype<usize>(x));
  copy32(REST, changetype<usize>(x));
  store<u64>(REST, 0, 32);
  memory.fill(QUOTIENT, 0, 32);
  if (m < n) return;
  if (n == 1) {
    copy32(QUOTIENT, changetype<usize>(x));
    const rest = overSmall(changetype<u256>(QUOTIENT), <u64>load<u32>(changetype<usize>(y)));
    memory.fill(REST, 0, 32);
    store<u64>(REST, rest);
    return;
  }
  const shift = clz<u32>(load<u32>(changetype<usize>(y) + ((n - 1) << 2)));
  shiftUp(DIVISOR, changetype<usize>(y), 8, shift);
  store<u32>(REST, shiftUp(REST, changetype<usize>(x), 8, shift), 32);
  const high = <u64>load<u32>(DIVISOR + ((n - 1) << 2));
  const next = <u64>load<u32>(DIVISOR + ((n - 2) << 2));
  for (let j = <i32>(m - n); j >= 0; j--) {
    const at = REST + (<usize>j << 2);
    const top = (<u64>load<u32>(at + (n << 2)) << 32) | <u64>load<u32>(at + ((n - 1) << 2));
    let guess = top / high;
    let rest = top % high;
    while (guess >> 32 != 0 || guess * next > ((rest << 32) | <u64>load<u32>(at + ((n - 2) << 2)))) {
      guess--;
      rest += high;
      if (rest >> 32 != 0) break;
    }
    if (subtract(at, n, guess)) {
      guess--;
      addBack(at, n);
    }
    store<u32>(QUOTIENT + (<usize>j << 2), <u32>guess);
  }
  shiftDown(REST, n, shift);
}

/** Halves of 32 bits up to the highest that is not 0. */
function digits(at: usize): usize {
  let count: usize = 8;
  while (count > 0 && load<u32>(at + ((count - 1) << 2)) == 0) count--;
  return count;
}

/** to = from << shift over `count` halves; what left at the top. */
function shiftUp(to: usize, from: usize, count: usize, shift: u32): u32 {
  let carry: u32 = 0;
  for (let i: usize = 0; i < count; i++) {
    const part = <u64>load<u32>(from + (i << 2)) << <u64>shift;
    store<u32>(to + (i << 2), <u32>part | carry);
    carry = <u32>(part >> 32);
  }
  return carry;
}

/** The rest back to its place: `count` halves shifted down, those above 0. */
function shiftDown(at: usize, count: usize, shift: u32): void {
  for (let i: usize = 0; i < count; i++) {
    const part = (<u64>load<u32>(at + ((i + 1) << 2)) << 32) | <u64>load<u32>(at + (i << 2));
    store<u32>(at + (i << 2), <u32>(part >> <u64>shift));
  }
  for (let i = count; i < 8; i++) store<u32>(at + (i << 2), 0);
}

/** at -= guess * DIVISOR over n + 1 halves; whether it went below 0. */
function subtract(at: usize, n: usize, guess: u64): bool {
  let carry: u64 = 0;
  let borrow: u64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const product = guess * <u64>load<u32>(DIVISOR + (i << 2)) + carry;
    carry = product >> 32;
    const part = <u64>load<u32>(at + (i << 2)) - (product & 0xffffffff) - borrow;
    store<u32>(at + (i << 2), <u32>part);
    borrow = part >> 63;
  }
  const part = <u64>load<u32>(at + (n << 2)) - carry - borrow;
  store<u32>(at + (n << 2), <u32>part);
  return part >> 63 != 0;
}

function addBack(at: usize, n: usize): void {
  let carry: u64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const sum = <u64>load<u32>(at + (i << 2)) + <u64>load<u32>(DIVISOR + (i << 2)) + carry;
    store<u32>(at + (i << 2), <u32>sum);
    carry = sum >> 32;
  }
  store<u32>(at + (n << 2), <u32>(<u64>load<u32>(at + (n << 2)) + carry));
}
