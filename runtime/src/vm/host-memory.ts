// Pointers of a contract into its memory. Everything is checked against the memory's size before it is read or
// written: a bad range ends the call with a code, never with an engine error.
import { ByteImage, IMAGE_LEAD } from '../base/byte-table.js';
import { LIMITS } from '../base/limits.js';
import { bigintOf, copyWords, setWords, wordsFromBytes, wordsToBytes } from '../base/words.js';
import { KEY_HEAD_BYTES, type KeyKind } from '../types/key.js';
import type { Frame } from './frame.js';
import type { Instance } from './instance.js';

const ADDRESS_BYTES = 32;
/** What a key has before the contract's part: kind and contract. */
const KEY_OWNER_BYTES = 33;
const FIELD_BYTES = 8;
/** Up to here a loop over bytes is faster than the engine's copy. */
const LOOP_BYTES = 96;

/** Where the contract's part of a key stands in the words of its image: whole words from there on. */
const KEY_PART_WORD = (IMAGE_LEAD + KEY_OWNER_BYTES) / 4;

/** The key of a contract, filled by `readKey` alone and used at once. */
export const KEY: ByteImage = new ByteImage();
/** Whose address stands in `KEY`. Addresses are never written to, so the same object is the same address. */
let owner: Uint8Array | undefined;
/** A key of the host itself; filled and used at once. */
export const SYSTEM_KEY: ByteImage = new ByteImage();
/** The numbers the host works with, as words; filled and used at once. */
export const AMOUNT: Uint32Array = new Uint32Array(8);
export const BOUND: Uint32Array = new Uint32Array(8);

/** Ends the call unless `length` bytes at `pointer` lie in its memory. Both are taken as unsigned. */
export function assertRange(frame: Frame, pointer: number, length: number): void {
  if ((pointer >>> 0) + (length >>> 0) > frame.live().bytes().length) frame.fail('BAD_POINTER');
}

/** A copy of bytes of the contract's memory. */
export function readBytes(frame: Frame, pointer: number, length: number): Uint8Array {
  assertRange(frame, pointer, length);
  const memory = frame.live().bytes();
  const start = pointer >>> 0;
  const size = length >>> 0;
  if (size > LOOP_BYTES) return memory.slice(start, start + size);
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = memory[start + at]!;
  return bytes;
}

/** A view of bytes of the contract's memory, for what has read them when the host function ends. */
export function viewBytes(frame: Frame, pointer: number, length: number): Uint8Array {
  assertRange(frame, pointer, length);
  const start = pointer >>> 0;
  return frame
    .live()
    .bytes()
    .subarray(start, start + (length >>> 0));
}

/** A copy of at most `maximum` bytes; more ends the call with TOO_LARGE. */
export function readBounded(frame: Frame, pointer: number, length: number, maximum: number): Uint8Array {
  assertRange(frame, pointer, length);
  if (length >>> 0 > maximum) frame.fail('TOO_LARGE');
  return readBytes(frame, pointer, length);
}

/** Copies at most `maximum` bytes into `room`, or into a larger one that takes its place; more ends the call with TOO_LARGE. */
export function roomFor(
  frame: Frame,
  pointer: number,
  length: number,
  maximum: number,
  room: Uint8Array,
): Uint8Array {
  assertRange(frame, pointer, length);
  const size = length >>> 0;
  if (size > maximum) frame.fail('TOO_LARGE');
  const start = pointer >>> 0;
  const memory = frame.live().bytes();
  const to = size > room.length ? new Uint8Array(Math.min(maximum, Math.max(size, 2 * room.length))) : room;
  if (size > LOOP_BYTES) to.set(memory.subarray(start, start + size));
  else for (let at = 0; at < size; at++) to[at] = memory[start + at]!;
  return to;
}

/** 32 bytes. */
export function readAddress(frame: Frame, pointer: number): Uint8Array {
  return readBytes(frame, pointer, ADDRESS_BYTES);
}

/** Writes bytes whose room was checked before. */
export function writeBytes(frame: Frame, pointer: number, bytes: Uint8Array): void {
  const instance = frame.live();
  const memory = instance.bytes();
  const start = pointer >>> 0;
  const { length } = bytes;
  if (length > LOOP_BYTES) memory.set(bytes, start);
  else {
    let done = 0;
    if ((start & 3) === 0) {
      wordsFromBytes(instance.words(), start >>> 2, bytes, 0, length >>> 2);
      done = length & ~3;
    }
    for (; done < length; done++) memory[start + done] = bytes[done]!;
  }
  instance.wrote(start + length);
}

/** An unsigned little-endian number of 64, 128 or 256 bits, as words. */
export function readWords(frame: Frame, pointer: number, bits: number, to: Uint32Array): void {
  assertRange(frame, pointer, bits / 8);
  const instance = frame.live();
  const start = pointer >>> 0;
  if ((start & 3) === 0) copyWords(to, 0, instance.words(), start >>> 2, bits / 32);
  else wordsFromBytes(to, 0, instance.bytes(), start, bits / 32);
}

/** The same as a bigint. */
export function readNumber(frame: Frame, pointer: number, bits: number): bigint {
  readWords(frame, pointer, bits, AMOUNT);
  return bigintOf(AMOUNT, 0, bits / 32);
}

/** Writes a number where its room was checked before. */
export function writeWords(frame: Frame, pointer: number, bits: number, from: Uint32Array): void {
  const instance = frame.live();
  const start = pointer >>> 0;
  if ((start & 3) === 0) copyWords(instance.words(), start >>> 2, from, 0, bits / 32);
  else wordsToBytes(instance.bytes(), start, from, 0, bits / 32);
  instance.wrote(start + bits / 8);
}

/** The same from a bigint. */
export function writeNumber(frame: Frame, pointer: number, bits: number, value: bigint): void {
  setWords(AMOUNT, 0, bits / 32, value);
  writeWords(frame, pointer, bits, AMOUNT);
}

/** The kind of a cell of that width, or the call ends. */
export function cellKind(frame: Frame, bits: number): KeyKind {
  if (bits === 64) return 1;
  if (bits === 128) return 2;
  if (bits === 256) return 3;
  return frame.fail('BAD_CELL');
}

/** Fills `KEY` with the state key of field(8) ‖ components at `pointer`, under the running contract. */
export function readKey(frame: Frame, kind: KeyKind, pointer: number, length: number): void {
  assertRange(frame, pointer, length);
  const size = length >>> 0;
  if (size < FIELD_BYTES || size + KEY_OWNER_BYTES > LIMITS.keyBytes) frame.fail('BAD_KEY');
  const { contract } = frame.request;
  if (owner !== contract) {
    for (let at = 0; at < ADDRESS_BYTES; at++) KEY.bytes[1 + at] = contract[at]!;
    owner = contract;
  }
  KEY.bytes[0] = kind;
  copyKeyPart(frame.live(), pointer >>> 0, size);
  KEY.length = KEY_OWNER_BYTES + size;
  if (!endsWithComponent(KEY)) frame.fail('BAD_KEY');
}

/** Copies what comes behind the contract in a key. */
function copyKeyPart(instance: Instance, start: number, size: number): void {
  const { bytes, words } = KEY;
  const memory = instance.bytes();
  let done = 0;
  if ((start & 3) === 0) {
    const from = instance.words();
    const first = start >>> 2;
    const count = size >>> 2;
    for (let at = 0; at < count; at++) words[KEY_PART_WORD + at] = from[first + at]!;
    done = 4 * count;
  }
  for (; done < size; done++) bytes[KEY_OWNER_BYTES + done] = memory[start + done]!;
}

/** Each component has its length before it, and the last one ends with the key. */
function endsWithComponent({ bytes, length }: ByteImage): boolean {
  let at = KEY_HEAD_BYTES;
  while (at + 2 <= length) at += 2 + bytes[at]! + bytes[at + 1]! * 256;
  return at === length;
}
