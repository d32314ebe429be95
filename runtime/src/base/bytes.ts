// Small functions over byte strings. Without need of Buffer, so they run in browsers too.
import { CodecError } from './codec-error.js';

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** By character code: the value of a digit, -1 for any other. */
const DIGITS = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 16; digit++) DIGITS[digit.toString(16).charCodeAt(0)] = digit;
const encoder = new TextEncoder();
// A byte order mark is content: one text, one encoding.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Arguments one `fromCharCode` call takes safely. */
const CHUNK = 4096;

/** Lower-case hexadecimal, two digits a byte, no prefix. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index++) text += HEX[bytes[index]!];
  return text;
}

/** Inverse of `toHex`; a leading `0x` and capitals are refused. @throws CODEC_HEX */
export function fromHex(text: string): Uint8Array {
  return fromHexTail(text, 0);
}

/** The same of a text from a character on; a slice of it would take twice as long. @throws CODEC_HEX */
export function fromHexTail(text: string, from: number): Uint8Array {
  const digits = text.length - from;
  if (digits % 2 !== 0)
    throw new CodecError('CODEC_HEX', { expected: 'an even number of digits', got: digits });
  return hexInto(new Uint8Array(digits / 2), text, from);
}

/** Fills bytes, two digits each, from a text that has as many from a character on. @throws CODEC_HEX */
export function hexInto(bytes: Uint8Array, text: string, from: number): Uint8Array {
  if (text.length - from !== 2 * bytes.length)
    throw new CodecError('CODEC_HEX', {
      expected: 2 * bytes.length,
      got: text.length - from,
      unit: 'digits',
    });
  for (let index = 0, at = from; at < text.length; index++, at += 2) {
    const high = text.charCodeAt(at);
    const low = text.charCodeAt(at + 1);
    const value = high < 128 && low < 128 ? (DIGITS[high]! << 4) | DIGITS[low]! : -1;
    if (value < 0) throw wrongDigit(text, from, high < 128 && DIGITS[high]! >= 0 ? at + 1 : at);
    bytes[index] = value;
  }
  return bytes;
}

function wrongDigit(text: string, from: number, at: number): CodecError {
  return new CodecError('CODEC_HEX', {
    expected: '0-9a-f',
    got: text.charAt(at),
    place: `digit ${at - from}`,
  });
}

/** The parts, one after the other, in a new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Up to here a loop is faster than a call into the engine: an address is, a transaction is not. */
const LOOP_BYTES = 48;
const compareNative = (globalThis as { Buffer?: { compare(a: Uint8Array, b: Uint8Array): number } }).Buffer
  ?.compare;

/** Same length and same bytes. Not constant-time: compares public data only. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (a.length > LOOP_BYTES && compareNative !== undefined) return compareNative(a, b) === 0;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** `part` stands in `bytes` at `at`. */
export function hasBytesAt(bytes: Uint8Array, at: number, part: Uint8Array): boolean {
  if (part.length > bytes.length - at) return false;
  for (let index = 0; index < part.length; index++) if (bytes[at + index] !== part[index]) return false;
  return true;
}

/** Lexicographic order of bytes, a prefix first: -1, 0 or 1. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const difference = a[index]! - b[index]!;
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

/** UTF-8 bytes of a text. @throws CODEC_UTF8 for a lone surrogate, which has none */
export function utf8(text: string): Uint8Array {
  if (LONE_SURROGATE.test(text)) throw new CodecError('CODEC_UTF8', { got: 'a lone surrogate' });
  return encoder.encode(text);
}

/** The text of strict UTF-8 bytes; a byte order mark is kept. @throws CODEC_UTF8 */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new CodecError('CODEC_UTF8', { got: `${bytes.length} bytes` }, cause);
  }
}

type Latin1Slice = (this: Uint8Array, from: number, to: number) => string;
/** Node's own routine, in a quarter of the time. */
const latin1Slice = (globalThis as { Buffer?: { prototype: { latin1Slice: Latin1Slice } } }).Buffer?.prototype
  .latin1Slice;

/** One character a byte (code = byte): the form byte strings take as Map keys. Inverse: `textBytes`. */
export function bytesText(bytes: Uint8Array): string {
  if (latin1Slice !== undefined) return latin1Slice.call(bytes, 0, bytes.length);
  if (bytes.length <= CHUNK) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + CHUNK) as unknown as number[]);
  }
  return text;
}

/** Inverse of `bytesText`. @throws CODEC_RANGE for a character past 255 */
export function textBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 255)
      throw new CodecError('CODEC_RANGE', {
        expected: 'at most 255',
        got: code,
        place: `character ${index}`,
      });
    bytes[index] = code;
  }
  return bytes;
}
