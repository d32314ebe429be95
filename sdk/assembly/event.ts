// Events: what a contract tells the world. An `@event` class knows how to write itself (generated).
import { emit as hostEmit } from './host';
import { encode, sizeOf } from './codec';
import { EVENT } from './room';

/** Emits an `@event`; kept only if the transaction succeeds. */
export function emit<E>(event: E): void {
  event.__emit();
}

/** Begins the list of topics; the address behind. */
export function beginTopics(at: usize, count: u32): usize {
  store<u32>(at, count);
  return at + 4;
}

/** Writes one topic: length(4) ‖ Borsh bytes. */
export function encodeTopic<T>(to: usize, value: T): usize {
  store<u32>(to, <u32>sizeOf<T>(value));
  return encode<T>(to + 4, value);
}

/** One event whose topics (a Borsh list of bytes) and data lie in one buffer. */
export function emitBytes(event: u64, at: usize, topics: usize, data: usize): void {
  store<u64>(EVENT, event);
  hostEmit(EVENT, at, <i32>topics, at + topics, <i32>data);
}
