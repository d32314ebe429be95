// u128: unsigned 128-bit integers, checked: an operation whose result does not fit reverts with `Overflow()`.
// A value is 16 little-endian bytes and never changes, so arguments and stored values are used where they lie; results
// of operators live in the arena (arena.ts).
import { temporary } from './arena';
import { overflow } from './failure';

/** An unsigned 128-bit integer. Immutable; every operator returns a new value. */
@final @unmanaged
export class u128 {
  /** The low and the high 64 bits. */
  readonly lo: u64;
  readonly hi: u64;

  constructor(lo: u64, hi: u64 = 0) {
    return make(lo, hi);
  }

  // @ts-ignore: decorator
  @inline static get Zero(): u128 {
    return make(0, 0);
  }
  // @ts-ignore: decorator
  @inline static get One(): u128 {
    return make(1, 0);
  }
  // @ts-ignore: decorator
  @inline static get Max(): u128 {
    return make(u64.MAX_VALUE, u64.MAX_VALUE);
  }

  /** The value of an unsigned integer. */
  // @ts-ignore: decorator
  @inline static from(value: u64): u128 {
    return make(value, 0);
  }

  /** The value of decimal digits; reverts on anything else. */
  static parse(text: string): u128 {
    if (text.length == 0) overflow();
    let value = make(0, 0);
    const ten = make(10, 0);
    for (let i = 0; i < text.length; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (<u32>digit > 9) overflow();
      value = value * ten + make(<u64>digit, 0);
    }
    return value;
  }

  /** As u64; reverts when it does not fit. */
  toU64(): u64 {
    if (this.hi != 0) overflow();
    return this.lo;
  }

  // @ts-ignore: decorator
  @inline isZero(): bool {
    return (this.lo | this.hi) == 0;
  }

  // @ts-ignore: decorator
  @operator('+')
  static add(a: u128, b: u128): u128 {
    const lo = a.lo + b.lo;
    const carry: u64 = lo < a.lo ? 1 : 0;
    const high = a.hi + b.hi;
    const hi = high + carry;
    if (high < a.hi || hi < high) overflow();
    return make(lo, hi);
  }

  // @ts-ignore: decorator
  @operator('-')
  static sub(a: u128, b: u128): u128 {
    if (u128.lt(a, b)) overflow();
    const borrow: u64 = a.lo < b.lo ? 1 : 0;
    return make(a.lo - b.lo, a.hi - b.hi - borrow);
  }

  // @ts-ignore: decorator
  @operator('*')
  static mul(a: u128, b: u128): u128 {
    if (a.hi != 0 && b.hi != 0) overflow();
    const low = multiply64(a.lo, b.lo);
    if ((a.hi | b.hi) == 0) return low;
    // One of the two high halves is zero, so the cross term is a single product.
    const cross = a.hi != 0 ? multiply64(a.hi, b.lo) : multiply64(b.hi, a.lo);
    const hi = low.hi + cross.lo;
    if (cross.hi != 0 || hi < low.hi) overflow();
    return make(low.lo, hi);
  }

  /** The quotient, rounded down; a divisor of 0 reverts. */
  // @ts-ignore: decorator
  @operator('/')
  static div(a: u128, b: u128): u128 {
    if ((a.hi | b.hi) == 0) {
      if (b.lo == 0) overflow();
      return make(a.lo / b.lo, 0);
    }
    return divide(a, b);
  }

  // @ts-ignore: decorator
  @operator('%')
  static rem(a: u128, b: u128): u128 {
    return u128.sub(a, u128.mul(u128.div(a, b), b));
  }

  // @ts-ignore: decorator
  @operator('&')
  static and(a: u128, b: u128): u128 {
    return make(a.lo & b.lo, a.hi & b.hi);
  }

  // @ts-ignore: decorator
  @operator('|')
  static or(a: u128, b: u128): u128 {
    return make(a.lo | b.lo, a.hi | b.hi);
  }

  /** Shifts by 0 to 127; bits shifted out are lost. */
  // @ts-ignore: decorator
  @operator('<<')
  static shl(a: u128, bits: i32): u128 {
    const n = <u64>(bits & 127);
    if (n == 0) return a;
    if (n >= 64) return make(0, a.lo << (n - 64));
    return make(a.lo << n, (a.hi << n) | (a.lo >> (64 - n)));
  }

  // @ts-ignore: decorator
  @operator('>>')
  static shr(a: u128, bits: i32): u128 {
    const n = <u64>(bits & 127);
    if (n == 0) return a;
    if (n >= 64) return make(a.hi >> (n - 64), 0);
    return new u128((a.lo >> n) | (a.hi << (64 - n)), a.hi >> n);
  }

  // @ts-ignore: decorator
  @inline @operator('==')
  static eq(a: u128 | null, b: u128 | null): bool {
    return same(changetype<usize>(a), changetype<usize>(b));
  }
  // @ts-ignore: decorator
  @inline @operator('!=')
  static ne(a: u128 | null, b: u128 | null): bool {
    return !same(changetype<usize>(a), changetype<usize>(b));
  }
  // @ts-ignore: decorator
  @operator('<')
  static lt(a: u128, b: u128): bool {
    return a.hi == b.hi ? a.lo < b.lo : a.hi < b.hi;
  }
  // @ts-ignore: decorator
  @inline @operator('>')
  static gt(a: u128, b: u128): bool {
    return u128.lt(b, a);
  }
  // @ts-ignore: decorator
  @inline @operator('<=')
  static le(a: u128, b: u128): bool {
    return !u128.lt(b, a);
  }
  // @ts-ignore: decorator
  @inline @operator('>=')
  static ge(a: u128, b: u128): bool {
    return !u128.lt(a, b);
  }

  /** Decimal digits. */
  toString(): string {
    if (this.hi == 0) return this.lo.toString();
    const base = make(10000000000000000000, 0);
    const upper = u128.div(this, base);
    const digits = u128.sub(this, u128.mul(upper, base)).lo.toString();
    return upper.toString() + digits.padStart(19, '0');
  }

  // The codec's protocol (codec.ts); `__number` says that values are copied where they are kept.
  __number(): void {}
  __size(): usize {
    return 16;
  }
  __encode(at: usize): usize {
    store<u64>(at, this.lo);
    store<u64>(at, this.hi, 8);
    return at + 16;
  }
  __width(): usize {
    return 16;
  }
  __view(at: usize): u128 {
    return changetype<u128>(at);
  }
}

function make(lo: u64, hi: u64): u128 {
  const at = temporary(16);
  store<u64>(at, lo);
  store<u64>(at, hi, 8);
  return changetype<u128>(at);
}

/** Equal values; null equals null only. */
function same(a: usize, b: usize): bool {
  if (a == b) return true;
  return a != 0 && b != 0 && load<u64>(a) == load<u64>(b) && load<u64>(a, 8) == load<u64>(b, 8);
}

/** The full product of two u64. */
function multiply64(a: u64, b: u64): u128 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const p00 = a0 * b0;
  const p01 = a0 * b1;
  const p10 = a1 * b0;
  const middle = (p00 >> 32) + (p01 & 0xffffffff) + (p10 & 0xffffffff);
  const lo = (p00 & 0xffffffff) | (middle << 32);
  const hi = a1 * b1 + (p01 >> 32) + (p10 >> 32) + (middle >> 32);
  return make(lo, hi);
}

/** Shift and subtract over the bits in which dividend and divisor differ. */
function divide(a: u128, b: u128): u128 {
  if (b.isZero()) overflow();
  if (u128.lt(a, b)) return make(0, 0);
  let shift = leadingZeros(b) - leadingZeros(a);
  let restLo = a.lo;
  let restHi = a.hi;
  const top = u128.shl(b, shift);
  let partLo = top.lo;
  let partHi = top.hi;
  let lo: u64 = 0;
  let hi: u64 = 0;
  for (; shift >= 0; shift--) {
    hi = (hi << 1) | (lo >> 63);
    lo <<= 1;
    if (restHi > partHi || (restHi == partHi && restLo >= partLo)) {
      const borrow: u64 = restLo < partLo ? 1 : 0;
      restLo -= partLo;
      restHi -= partHi + borrow;
      lo |= 1;
    }
    partLo = (partLo >> 1) | (partHi << 63);
    partHi >>= 1;
  }
  return make(lo, hi);
}

function leadingZeros(a: u128): i32 {
  return <i32>(a.hi != 0 ? clz<u64>(a.hi) : 64 + clz<u64>(a.lo));
}
