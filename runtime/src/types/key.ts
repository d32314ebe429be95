// State keys: kind(1) ‖ contract(32) ‖ field(8) ‖ components, each with a u16 length before it. At most 1 KiB.
// Prefixes are prefixes and no two field/component pairs collide. SPEC: runtime/docs/spec/key.md.
import type { ByteImage } from '../base/byte-table.js';
import { bytesText, compareBytes, hasBytesAt, utf8 } from '../base/bytes.js';
import { assertLength, decodeExact } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { sha256 } from '../base/hash.js';
import { LIMITS } from '../base/limits.js';
import type { Address } from './address.js';

export type { Address };

/** 0 plain bytes; 1, 2, 3 a cell of 64, 128, 256 bits. The kind is part of the key, so the two never meet. */
export type KeyKind = 0 | 1 | 2 | 3;
export type StateKey = Uint8Array & { readonly __brand: 'StateKey' };

/** A key taken apart. */
export interface KeyParts {
  readonly kind: KeyKind;
  readonly contract: Address;
  /** 8 bytes. */
  readonly field: Uint8Array;
  /** Borsh bytes of each key value. */
  readonly components: readonly Uint8Array[];
}

const CONTRACT_AT = 1;
const FIELD_AT = 33;
/** Bytes before the components: what a field lock covers. */
export const KEY_HEAD_BYTES = 41;
const CELL_BITS = [0, 64, 128, 256] as const;
const CELL_MAX = [0n, (1n << 64n) - 1n, (1n << 128n) - 1n, (1n << 256n) - 1n] as const;

/** The 8 bytes a field name stands for: the first of SHA-256 of its UTF-8. */
export function fieldId(name: string): Uint8Array {
  return sha256(utf8(name)).slice(0, 8);
}

/** @throws CODEC_LENGTH for a contract or field of another size, CODEC_LIMIT past 1 KiB */
export function encodeStateKey(
  kind: KeyKind,
  contract: Uint8Array,
  field: Uint8Array,
  components: readonly Uint8Array[],
): StateKey {
  assertLength(contract, 32, 'contract');
  assertLength(field, 8, 'field');
  let length = KEY_HEAD_BYTES;
  for (const component of components) length += 2 + component.length;
  if (length > LIMITS.keyBytes) {
    throw new CodecError('CODEC_LIMIT', {
      expected: `at most ${LIMITS.keyBytes}`,
      got: length,
      unit: 'bytes',
      place: 'state key',
    });
  }
  const key = new Uint8Array(length);
  writeKey(key, kind, contract, field, components);
  return key as StateKey;
}

/** The image of a key, no longer than a key may be. Returns the image. */
export function writeKeyImage(
  image: ByteImage,
  kind: KeyKind,
  contract: Uint8Array,
  field: Uint8Array,
  components: readonly Uint8Array[],
): ByteImage {
  image.length = writeKey(image.bytes, kind, contract, field, components);
  return image;
}

/** The key an image holds, a view: for one call, as the image is filled anew. */
export function keyOfImage({ bytes, length }: ByteImage): StateKey {
  return bytes.subarray(0, length) as StateKey;
}

/** Writes a key and returns its length. */
function writeKey(
  key: Uint8Array,
  kind: KeyKind,
  contract: Uint8Array,
  field: Uint8Array,
  components: readonly Uint8Array[],
): number {
  key[0] = kind;
  // Loops: for so few bytes faster than the engine's copy.
  for (let index = 0; index < 32; index++) key[CONTRACT_AT + index] = contract[index]!;
  for (let index = 0; index < 8; index++) key[FIELD_AT + index] = field[index]!;
  let at = KEY_HEAD_BYTES;
  for (const component of components) {
    key[at++] = component.length & 0xff;
    key[at++] = component.length >> 8;
    for (let index = 0; index < component.length; index++) key[at++] = component[index]!;
  }
  return at;
}

/** Inverse of `encodeStateKey`. @throws CodecError for bytes that are no state key */
export function decodeStateKey(bytes: Uint8Array): KeyParts {
  assertKeyLength(bytes);
  return decodeExact(bytes, 'state key', (reader) => {
    const kind = reader.tag(4, 'a key kind') as KeyKind;
    const contract = reader.fixed(32) as Address;
    const field = reader.fixed(8);
    const components: Uint8Array[] = [];
    while (reader.remaining > 0) components.push(reader.fixed(reader.u16()));
    return { kind, contract, field, components };
  });
}

/** Brands bytes that are a whole state key, without taking it apart. @throws CodecError */
export function asStateKey(bytes: Uint8Array): StateKey {
  assertKeyLength(bytes);
  return decodeExact(bytes, 'state key', (reader) => {
    reader.tag(4, 'a key kind');
    reader.skip(KEY_HEAD_BYTES - 1);
    while (reader.remaining > 0) reader.skip(reader.u16());
    return bytes as StateKey;
  });
}

export function keyKind(key: StateKey): KeyKind {
  return key[0] as KeyKind;
}

/** 32 bytes, a view into the key. */
export function keyContract(key: StateKey): Address {
  return key.subarray(CONTRACT_AT, FIELD_AT) as Address;
}

/** 8 bytes, a view into the key. */
export function keyField(key: StateKey): Uint8Array {
  return key.subarray(FIELD_AT, KEY_HEAD_BYTES);
}

/** The key is one of that field, without the views that `keyContract` and `keyField` make. */
export function isKeyOf(key: Uint8Array, contract: Uint8Array, field: Uint8Array): boolean {
  return hasBytesAt(key, FIELD_AT, field) && hasBytesAt(key, CONTRACT_AT, contract);
}

/** The form a key takes in Maps: one latin1 character a byte. Inverse: `textBytes`. */
export function keyText(key: Uint8Array): string {
  return bytesText(key);
}

/** The order of keys everywhere: lexicographic by bytes. */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  return compareBytes(a, b);
}

/** Width of a cell; 0 for plain bytes. */
export function cellBits(kind: KeyKind): 0 | 64 | 128 | 256 {
  return CELL_BITS[kind];
}

/** Largest value of a cell; 0 for plain bytes. */
export function cellMax(kind: KeyKind): bigint {
  return CELL_MAX[kind];
}

function assertKeyLength(bytes: Uint8Array): void {
  if (bytes.length > LIMITS.keyBytes) {
    throw new CodecError('CODEC_LIMIT', {
      expected: `at most ${LIMITS.keyBytes}`,
      got: bytes.length,
      unit: 'bytes',
      place: 'state key',
    });
  }
}
