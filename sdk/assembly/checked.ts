// Checked arithmetic of plain integers: what `+ - * / %` of a contract compile to. A result outside the type, and a
// division by zero, revert with `Overflow()`. `wrapping…` is for code that wants the bits, as hashes do.
import { overflow } from './failure';

export function checkedAdd<T>(a: T, b: T): T {
  const sum = <T>(a + b);
  if (isSigned<T>()) {
    if (((a ^ sum) & (b ^ sum)) < 0) overflow();
  } else if (sum < a) overflow();
  return sum;
}

export function checkedSub<T>(a: T, b: T): T {
  const rest = <T>(a - b);
  if (isSigned<T>()) {
    if (((a ^ b) & (a ^ rest)) < 0) overflow();
  } else if (a < b) overflow();
  return rest;
}

export function checkedMul<T>(a: T, b: T): T {
  const product = <T>(a * b);
  if (sizeof<T>() < 4) {
    if (<i32>product != <i32>a * <i32>b) overflow();
  } else if (sizeof<T>() == 4) {
    if (isSigned<T>()) {
      if (<i64>product != <i64>a * <i64>b) overflow();
    } else if (<u64>product != <u64>a * <u64>b) overflow();
  } else if (isSigned<T>()) {
    if (a != 0 && (product / a != b || (a == -1 && b == <T>i64.MIN_VALUE))) overflow();
  } else if ((((<u64>a) | (<u64>b)) >> 32) != 0 && a != 0 && product / a != b) overflow();
  return product;
}

export function checkedDiv<T>(a: T, b: T): T {
  if (b == 0) overflow();
  if (isSigned<T>()) {
    if (b == -1) return checkedSub<T>(0, a);
  }
  return <T>(a / b);
}

export function checkedRem<T>(a: T, b: T): T {
  if (b == 0) overflow();
  if (isSigned<T>()) {
    if (b == -1) return 0;
  }
  return <T>(a % b);
}

/** The sum, bits past the type lost. */
// @ts-ignore: decorator
@inline export function wrappingAdd<T>(a: T, b: T): T {
  return <T>(a + b);
}
/** The difference, bits past the type lost. */
// @ts-ignore: decorator
@inline export function wrappingSub<T>(a: T, b: T): T {
  return <T>(a - b);
}
/** The product, bits past the type lost. */
// @ts-ignore: decorator
@inline export function wrappingMul<T>(a: T, b: T): T {
  return <T>(a * b);
}
