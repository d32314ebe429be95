// Stored cells in an arena. What workers write begins a byte before a word, so that the number behind the header byte is
// whole words; what main laid out may stand anywhere.

import { copyWords, isZeroWords, wordsFromBytes } from '../../base/words.js';
import { CELL_HEADER, CELL_HEADER_BYTES } from '../../types/value.js';
import type { Arena, Heap } from './arena.js';

/** Where in its word the header byte of a cell stands that a worker wrote. */
const HEADER_PLACE = 4 - CELL_HEADER_BYTES;

/** Stored bytes of a cell of `count` words. */
export function cellBytes(count: number): number {
  return CELL_HEADER_BYTES + 4 * count;
}

/** Writes a cell to the heap; where it stands. 0 is stored as absent: 0 and nothing written. @throws ARENA_FULL */
export function putCell(arena: Arena, heap: Heap, from: Uint32Array, fromAt: number, count: number): number {
  if (isZeroWords(from, fromAt, count)) return 0;
  const word = heap.words(1 + count);
  const at = 4 * word + HEADER_PLACE;
  arena.bytes[at] = CELL_HEADER;
  copyWords(arena.numbers, word + 1, from, fromAt, count);
  return at;
}

/** Reads the number of a cell of `count` words stored at `at`, `length` bytes; length 0: absent, which reads 0. */
export function loadCell(
  arena: Arena,
  at: number,
  length: number,
  to: Uint32Array,
  toAt: number,
  count: number,
): void {
  if (length === 0) for (let index = 0; index < count; index++) to[toAt + index] = 0;
  else if ((at & 3) === HEADER_PLACE)
    copyWords(to, toAt, arena.numbers, (at + CELL_HEADER_BYTES) >> 2, count);
  else wordsFromBytes(to, toAt, arena.bytes, at + CELL_HEADER_BYTES, count);
}
