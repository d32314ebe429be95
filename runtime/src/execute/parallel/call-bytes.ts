// Senders and arguments of a job's calls, copied out of shared memory into rooms that the next call takes over: whoever gets
// them keeps nothing past the call. The system contract, which stores parts of its arguments, gets bytes of their own.

import { copyWords } from '../../base/words.js';
import type { Address } from '../../types/address.js';
import type { Arena } from './arena.js';

/** Longest arguments that have a room. */
const ROOM_BYTES_MAX = 256;

/** The rooms of one worker. Places are byte offsets in the arena, multiples of 4. */
export class CallBytes {
  readonly #arena: Arena;
  readonly #sender = roomOf(32);
  /** By length. */
  readonly #rooms: (ReturnType<typeof roomOf> | undefined)[] = new Array(ROOM_BYTES_MAX + 1).fill(undefined);

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** 32 bytes, until the next sender is asked for. */
  sender(at: number): Address {
    const { bytes, words } = this.#sender;
    copyWords(words, 0, this.#arena.numbers, at / 4, 8);
    return bytes as Address;
  }

  /** Arguments, until the next ones of that length are asked for. */
  args(at: number, length: number): Uint8Array {
    if (length > ROOM_BYTES_MAX) return this.ownArgs(at, length);
    let room = this.#rooms[length];
    if (room === undefined) {
      room = roomOf(length);
      this.#rooms[length] = room;
    }
    copyWords(room.words, 0, this.#arena.numbers, at / 4, room.words.length);
    return room.bytes;
  }

  /** Arguments, for good. */
  ownArgs(at: number, length: number): Uint8Array {
    return this.#arena.bytes.slice(at, at + length);
  }
}

function roomOf(length: number): { readonly bytes: Uint8Array; readonly words: Uint32Array } {
  const words = new Uint32Array((length + 3) >> 2);
  return { words, bytes: new Uint8Array(words.buffer, 0, length) };
}
