// Pointers of a contract into its memory. Everything is checked against the memory's size before it is read or
// written: a bad range ends the call with a code, never with an engine error.
import { LIMITS } from '../base/limits.js';
import { KEY_HEAD_BYTES, type KeyKind, type StateKey } from '../types/key.js';
import type { Frame } from './frame.js';

const ADDRESS_BYTES = 32;
/** What a key has before the contract's part: kind and contract. */
const KEY_OWNER_BYTES = 33;
const FIELD_BYTES = 8;
const WORD = 0xffff_ffff_ffff_ffffn;

/** Ends the call unless `length` bytes at `pointer` lie in its memory. Both are taken as unsigned. */
export function assertRange(frame: Frame, pointer: number, length: number): void {
  if ((pointer >>> 0) + (length >>> 0) > frame.live().bytes().length) frame.fail('BAD_POINTER');
}

/** A copy of bytes of the contract's memory. */
export function readBytes(frame: Frame, pointer: number, length: number): Uint8Array {
  assertRange(frame, pointer, length);
  const start = pointer >>> 0;
  return frame
    .live()
    .bytes()
    .slice(start, start + (length >>> 0));
}

/** A copy of at most `maximum` bytes; more ends the call with TOO_LARGE. */
export function readBounded(frame: Frame, pointer: number, length: number, maximum: number): Uint8Array {
  assertRange(frame, pointer, length);
  if (length >>> 0 > maximum) frame.fail('TOO_LARGE');
  return readBytes(frame, pointer, length);
}

/** 32 bytes. */
export function readAddress(frame: Frame, pointer: number): Uint8Array {
  return readBytes(frame, pointer, ADDRESS_BYTES);
}

/** Writes bytes whose room was checked before. */
export function writeBytes(frame: Frame, pointer: number, bytes: Uint8Array): void {
  const instance = frame.live();
  const start = pointer >>> 0;
  instance.bytes().set(bytes, start);
  instance.wrote(start + bytes.length);
}

/** An unsigned little-endian number of 64, 128 or 256 bits. */
export function readNumber(frame: Frame, pointer: number, bits: number): bigint {
  assertRange(frame, pointer, bits / 8);
  const start = pointer >>> 0;
  const view = frame.live().view();
  let value = view.getBigUint64(start + bits / 8 - 8, true);
  for (let at = bits / 8 - 16; at >= 0; at -= 8) value = (value << 64n) | view.getBigUint64(start + at, true);
  return value;
}

/** Writes a number where its room was checked before. */
export function writeNumber(frame: Frame, pointer: number, bits: number, value: bigint): void {
  const start = pointer >>> 0;
  const instance = frame.live();
  const view = instance.view();
  instance.wrote(start + bits / 8);
  for (let at = 0, rest = value; at < bits / 8; at += 8, rest >>= 64n)
    view.setBigUint64(start + at, rest & WORD, true);
}

/** The kind of a cell of that width, or the call ends. */
export function cellKind(frame: Frame, bits: number): KeyKind {
  if (bits === 64) return 1;
  if (bits === 128) return 2;
  if (bits === 256) return 3;
  return frame.fail('BAD_CELL');
}

/** The state key of field(8) ‖ components at `pointer`, under the running contract. */
export function readKey(frame: Frame, kind: KeyKind, pointer: number, length: number): StateKey {
  assertRange(frame, pointer, length);
  const size = length >>> 0;
  if (size < FIELD_BYTES || size + KEY_OWNER_BYTES > LIMITS.keyBytes) frame.fail('BAD_KEY');
  const start = pointer >>> 0;
  const key = new Uint8Array(KEY_OWNER_BYTES + size);
  key[0] = kind;
  key.set(frame.request.contract, 1);
  key.set(
    frame
      .live()
      .bytes()
      .subarray(start, start + size),
    KEY_OWNER_BYTES,
  );
  let at = KEY_HEAD_BYTES;
  while (at + 2 <= key.length) at += 2 + key[at]! + key[at + 1]! * 256;
  if (at !== key.length) frame.fail('BAD_KEY');
  return key as StateKey;
}
