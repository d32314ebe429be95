// i128: signed 128-bit integers in two's complement, checked: a result that does not fit reverts with `Overflow()`.
import { temporary } from './arena';
import { overflow } from './failure';
import { u128 } from './u128';

/** A signed 128-bit integer. Immutable; every operator returns a new value. */
@final @unmanaged
export class i128 {
  /** The low 64 bits and the high ones, whose first is the sign. */
  readonly lo: u64;
  readonly hi: i64;

  constructor(lo: u64, hi: i64 = 0) {
    return make(lo, hi);
  }

  // @ts-ignore: decorator
  @inline static get Zero(): i128 {
    return make(0, 0);
  }
  // @ts-ignore: decorator
  @inline static get One(): i128 {
    return make(1, 0);
  }
  // @ts-ignore: decorator
  @inline static get Max(): i128 {
    return make(u64.MAX_VALUE, i64.MAX_VALUE);
  }
  // @ts-ignore: decorator
  @inline static get Min(): i128 {
    return make(0, i64.MIN_VALUE);
  }

  /** The value of a signed integer. */
  // @ts-ignore: decorator
  @inline static from(value: i64): i128 {
    return make(<u64>value, value >> 63);
  }
  /** The value of an unsigned one; reverts when it does not fit. */
  static fromU128(value: u128): i128 {
    if (<i64>value.hi < 0) overflow();
    return make(value.lo, <i64>value.hi);
  }
  /** As u128; reverts when it is below 0. */
  toU128(): u128 {
    if (this.hi < 0) overflow();
    return new u128(this.lo, <u64>this.hi);
  }
  /** As i64; reverts when it does not fit. */
  toI64(): i64 {
    if (this.hi != <i64>this.lo >> 63) overflow();
    return <i64>this.lo;
  }
  isNegative(): bool {
    return this.hi < 0;
  }
  isZero(): bool {
    return (this.lo | <u64>this.hi) == 0;
  }
  /** The distance from 0. */
  abs(): u128 {
    return magnitude(this);
  }

  // @ts-ignore: decorator
  @operator('+')
  static add(a: i128, b: i128): i128 {
    const lo = a.lo + b.lo;
    const hi = a.hi + b.hi + <i64>(lo < a.lo);
    if (((a.hi ^ hi) & (b.hi ^ hi)) < 0) overflow();
    return make(lo, hi);
  }
  // @ts-ignore: decorator
  @operator('-')
  static sub(a: i128, b: i128): i128 {
    const hi = a.hi - b.hi - <i64>(a.lo < b.lo);
    if (((a.hi ^ b.hi) & (a.hi ^ hi)) < 0) overflow();
    return make(a.lo - b.lo, hi);
  }
  // @ts-ignore: decorator
  @operator.prefix('-')
  static neg(a: i128): i128 {
    return i128.sub(i128.Zero, a);
  }
  // @ts-ignore: decorator
  @operator('*')
  static mul(a: i128, b: i128): i128 {
    return signed(u128.mul(magnitude(a), magnitude(b)), (a.hi ^ b.hi) < 0);
  }
  /** The quotient, rounded toward 0; a divisor of 0 reverts. */
  // @ts-ignore: decorator
  @operator('/')
  static div(a: i128, b: i128): i128 {
    return signed(u128.div(magnitude(a), magnitude(b)), (a.hi ^ b.hi) < 0);
  }
  /** The rest, with the sign of the dividend. */
  // @ts-ignore: decorator
  @operator('%')
  static rem(a: i128, b: i128): i128 {
    return signed(u128.rem(magnitude(a), magnitude(b)), a.hi < 0);
  }

  // @ts-ignore: decorator
  @inline @operator('==')
  static eq(a: i128 | null, b: i128 | null): bool {
    return same(changetype<usize>(a), changetype<usize>(b));
  }
  // @ts-ignore: decorator
  @inline @operator('!=')
  static ne(a: i128 | null, b: i128 | null): bool {
    return !same(changetype<usize>(a), changetype<usize>(b));
  }
  // @ts-ignore: decorator
  @operator('<')
  static lt(a: i128, b: i128): bool {
    return a.hi == b.hi ? a.lo < b.lo : a.hi < b.hi;
  }
  // @ts-ignore: decorator
  @inline @operator('>')
  static gt(a: i128, b: i128): bool {
    return i128.lt(b, a);
  }
  // @ts-ignore: decorator
  @inline @operator('<=')
  static le(a: i128, b: i128): bool {
    return !i128.lt(b, a);
  }
  // @ts-ignore: decorator
  @inline @operator('>=')
  static ge(a: i128, b: i128): bool {
    return !i128.lt(a, b);
  }

  /** Decimal digits. */
  toString(): string {
    return (this.hi < 0 ? '-' : '') + magnitude(this).toString();
  }

  // The codec's protocol (codec.ts); `__number` says that values are copied where they are kept.
  __number(): void {}
  __size(): usize {
    return 16;
  }
  __encode(at: usize): usize {
    store<u64>(at, this.lo);
    store<i64>(at, this.hi, 8);
    return at + 16;
  }
  __width(): usize {
    return 16;
  }
  __view(at: usize): i128 {
    return changetype<i128>(at);
  }
}

function make(lo: u64, hi: i64): i128 {
  const at = temporary(16);
  store<u64>(at, lo);
  store<i64>(at, hi, 8);
  return changetype<i128>(at);
}

function magnitude(a: i128): u128 {
  if (a.hi >= 0) return new u128(a.lo, <u64>a.hi);
  const lo = ~a.lo + 1;
  return new u128(lo, <u64>~a.hi + <u64>(lo == 0));
}

/** A magnitude with its sign: up to 2^127 below 0, one less above. */
function signed(size: u128, negative: bool): i128 {
  if (!negative) {
    if (<i64>size.hi < 0) overflow();
    return make(size.lo, <i64>size.hi);
  }
  if (<i64>size.hi < 0 && (size.hi != 0x8000000000000000 || size.lo != 0)) overflow();
  const lo = ~size.lo + 1;
  return make(lo, <i64>(~size.hi + <u64>(lo == 0)));
}

/** Equal values; null equals null only. */
function same(a: usize, b: usize): bool {
  if (a == b) return true;
  return a != 0 && b != 0 && load<u64>(a) == load<u64>(b) && load<u64>(a, 8) == load<u64>(b, 8);
}
