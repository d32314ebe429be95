// Stored values: one header byte, kind in the high four bits and version in the low four, then the payload.
// Never empty, at most 64 KiB. SPEC: runtime/docs/spec/value.md.
import { assertLength } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { LIMITS } from '../base/limits.js';
import { isZeroWords, wordsFromBytes, wordsToBytes } from '../base/words.js';
import { cellBits, cellMax, type KeyKind } from './key.js';

/** What a stored value is. Numbers are part of the format. */
export const VALUE_KIND = {
  BYTES: 1,
  CELL: 2,
  ACCOUNT: 3,
  CONTRACT: 4,
  CODE: 5,
  CODE_CHUNK: 6,
  PARAMETERS: 7,
  VALIDATORS: 8,
  HOOKS: 9,
  MARKER: 10,
  GENESIS: 11,
  UPGRADES: 12,
} as const;
export type ValueKind = keyof typeof VALUE_KIND;

/** Version of every kind of value today. */
const VERSION = 0;
/** The cell at hand as words, least significant first. A view of a small array's own buffer would move it out of the heap. */
const WORDS = new Uint32Array(8);
const DOUBLES = new BigUint64Array(WORDS.buffer);

/** Header byte ‖ payload. @throws CODEC_LIMIT past 64 KiB, the header included */
export function encodeValue(kind: ValueKind, payload: Uint8Array): Uint8Array {
  if (payload.length >= LIMITS.valueBytes) {
    throw new CodecError('CODEC_LIMIT', {
      expected: `at most ${LIMITS.valueBytes - 1}`,
      got: payload.length,
      unit: 'bytes',
      place: 'stored value',
    });
  }
  const value = new Uint8Array(1 + payload.length);
  value[0] = (VALUE_KIND[kind] << 4) | VERSION;
  value.set(payload, 1);
  return value;
}

/** The payload of a stored value of one kind, a view. @throws CODEC_TRUNCATED, CODEC_LIMIT, CODEC_TAG */
export function decodeValue(kind: ValueKind, stored: Uint8Array): Uint8Array {
  const expected = (VALUE_KIND[kind] << 4) | VERSION;
  if (stored.length === 0)
    throw new CodecError('CODEC_TRUNCATED', { expected: 1, got: 0, unit: 'bytes', place: 'stored value' });
  if (stored.length > LIMITS.valueBytes) {
    throw new CodecError('CODEC_LIMIT', {
      expected: LIMITS.valueBytes,
      got: stored.length,
      unit: 'bytes',
      place: 'stored value',
    });
  }
  if (stored[0] !== expected) {
    throw new CodecError('CODEC_TAG', {
      expected,
      got: stored[0]!,
      place: `header of a stored value (${kind})`,
    });
  }
  return stored.subarray(1);
}

/** What a contract stored under a plain key. */
export function encodeBytesValue(bytes: Uint8Array): Uint8Array {
  return encodeValue('BYTES', bytes);
}

/** Inverse of `encodeBytesValue`, a view. */
export function decodeBytesValue(stored: Uint8Array): Uint8Array {
  return decodeValue('BYTES', stored);
}

/** A cell at full width, little-endian; undefined for 0, which is stored as absent. @throws CODEC_RANGE */
export function encodeCell(kind: KeyKind, value: bigint): Uint8Array | undefined {
  if (value < 0n || value > cellMax(kind)) {
    throw new CodecError('CODEC_RANGE', { expected: `a u${cellBits(kind)}`, got: value, place: 'cell' });
  }
  if (value === 0n) return undefined;
  const count = cellBits(kind) / 32;
  const stored = new Uint8Array(CELL_HEADER_BYTES + 4 * count);
  for (let at = 0, rest = value; at < count / 2; at++, rest >>= 64n) DOUBLES[at] = rest;
  writeCellWords(stored, 0, WORDS, 0, count);
  return stored;
}

/** Bytes of a stored cell before its number, and what stands there. */
export const CELL_HEADER_BYTES = 1;
export const CELL_HEADER: number = (VALUE_KIND.CELL << 4) | VERSION;

/** As `encodeCell` for a number above 0 held as words (`base/words`), in place: 1 + 4 count bytes at `at`. */
export function writeCellWords(
  bytes: Uint8Array,
  at: number,
  words: Uint32Array,
  wordsAt: number,
  count: number,
): void {
  bytes[at] = CELL_HEADER;
  wordsToBytes(bytes, at + CELL_HEADER_BYTES, words, wordsAt, count);
}

/** The value of a stored cell; absent reads 0. A stored 0 is refused: it has one form, absence. */
export function decodeCell(kind: KeyKind, stored: Uint8Array | undefined): bigint {
  if (stored === undefined) return 0n;
  readCellWords(kind, stored, WORDS, 0);
  let value = 0n;
  for (let at = cellBits(kind) / 64 - 1; at >= 0; at--)
    value = value === 0n ? DOUBLES[at]! : (value << 64n) | DOUBLES[at]!;
  return value;
}

/** As `decodeCell`, to words (`base/words`): as many as the cell is wide. */
export function readCellWords(
  kind: KeyKind,
  stored: Uint8Array | undefined,
  to: Uint32Array,
  at: number,
): void {
  const count = cellBits(kind) / 32;
  if (stored === undefined) {
    to.fill(0, at, at + count);
    return;
  }
  if (stored[0] !== CELL_HEADER) decodeValue('CELL', stored);
  assertLength(stored, CELL_HEADER_BYTES + 4 * count, 'cell');
  wordsFromBytes(to, at, stored, CELL_HEADER_BYTES, count);
  if (isZeroWords(to, at, count)) throw zeroCell();
}

function zeroCell(): CodecError {
  return new CodecError('CODEC_RANGE', { expected: 'above 0', got: 0, place: 'stored cell' });
}

/** A value that only exists: header, no payload (a spent expiring nonce). */
export function markerValue(): Uint8Array {
  return encodeValue('MARKER', new Uint8Array(0));
}
