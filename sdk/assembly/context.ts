// What a call knows of itself: fetched from the host once, at the first question.
import { context as hostContext } from './host';
import { Address, Hash } from './address';
import { CONTEXT } from './room';
import { u128 } from './u128';

let known: bool = false;

// self 32 · caller 32 · sender 32 · value 16 · height 8 · time 8 · block hash 32.
// @ts-ignore: decorator
@inline function at(offset: usize): usize {
  if (!known) {
    hostContext(CONTEXT);
    known = true;
  }
  return CONTEXT + offset;
}

/** This contract. */
export function self(): Address {
  return changetype<Address>(at(0));
}
/** Who called this method: the sender, or the calling contract. */
export function caller(): Address {
  return changetype<Address>(at(32));
}
/** The account that signed the transaction. */
export function sender(): Address {
  return changetype<Address>(at(64));
}
/** Native amount that came with this call. */
export function value(): u128 {
  return changetype<u128>(at(96));
}
/** Height of the block. */
export function height(): u64 {
  return load<u64>(at(112));
}
/** Time of the block in milliseconds. */
export function time(): u64 {
  return load<u64>(at(120));
}
/** Hash of the block before the parent. */
export function blockHash(): Hash {
  return changetype<Hash>(at(128));
}
