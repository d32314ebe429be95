// a × b / denominator without losing the product's upper bits: the host divides 512 bits by 256.
import { mul_div } from './host';
import { overflow } from './failure';
import { u128 } from './u128';

/** a × b / denominator rounded down; reverts with `Overflow()` on a denominator of 0 or a result past 128 bits. */
export function mulDiv(a: u128, b: u128, denominator: u128): u128 {
  return changetype<u128>(divide(a, b, denominator));
}

/** As `mulDiv`, rounded up. */
export function mulDivUp(a: u128, b: u128, denominator: u128): u128 {
  const at = divide(a, b, denominator);
  const quotient = changetype<u128>(at);
  // The remainder lies behind the quotient and is below the denominator: 128 bits.
  const exact = (load<u64>(at, 32) | load<u64>(at, 40)) == 0;
  return exact ? quotient : quotient + u128.One;
}

/** Where quotient and remainder stand, 32 bytes each. */
function divide(a: u128, b: u128, denominator: u128): usize {
  const at = heap.alloc(160);
  const out = at + 96;
  widen(at, a);
  widen(at + 32, b);
  widen(at + 64, denominator);
  if (mul_div(at, at + 32, at + 64, out) == 0) overflow();
  if ((load<u64>(out, 16) | load<u64>(out, 24)) != 0) overflow();
  return out;
}

function widen(at: usize, value: u128): void {
  store<u64>(at, value.lo);
  store<u64>(at, value.hi, 8);
  store<u64>(at, 0, 16);
  store<u64>(at, 0, 24);
}
