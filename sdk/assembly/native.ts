// The native balance: every address has one, a u128 cell of the system contract.
import { balance as hostBalance, balance_past, transfer as hostTransfer } from './host';
import { Address } from './address';
import { temporary } from './arena';
import { ERROR_RANGE, failCode } from './failure';
import { u128 } from './u128';

/** The native balance of an address, net of all fees reserved in the block: a read. */
export function balanceOf(address: Address): u128 {
  const at = temporary(16);
  hostBalance(changetype<usize>(address), at);
  return changetype<u128>(at);
}

/** The native balance at the block's start: conflicts with nothing. */
export function balancePast(address: Address): u128 {
  const at = temporary(16);
  balance_past(changetype<usize>(address), at);
  return changetype<u128>(at);
}

/** Moves native value from this contract; reverts when its balance is too low. */
export function transfer(to: Address, amount: u128): void {
  if (hostTransfer(changetype<usize>(to), changetype<usize>(amount)) == 0) failCode(ERROR_RANGE);
}

/** Moves native value from this contract; false, changing nothing, when its balance is too low. */
export function tryTransfer(to: Address, amount: u128): bool {
  return hostTransfer(changetype<usize>(to), changetype<usize>(amount)) != 0;
}
