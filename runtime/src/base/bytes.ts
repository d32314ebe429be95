// Small functions over byte strings. No Buffer, so they run in browsers too.
import { CodecError } from './codec-error.js';

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
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
  if (text.length % 2 !== 0)
    throw new CodecError('CODEC_HEX', { expected: 'an even number of digits', got: text.length });
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    const value = hexDigit(text, 2 * index) * 16 + hexDigit(text, 2 * index + 1);
    bytes[index] = value;
  }
  return bytes;
}

function hexDigit(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  throw new CodecError('CODEC_HEX', { expected: '0-9a-f', got: text.charAt(index), place: `digit ${index}` });
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

/** Same length and same bytes. Not constant-time: compares public data only. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
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

/** One character a byte (code = byte): the form byte strings take as Map keys. Inverse: `textBytes`. */
export function bytesText(bytes: Uint8Array): string {
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
