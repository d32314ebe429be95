// Values between JavaScript and the chain: Borsh bytes by a layout, and the text a person types for one.
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { Reader, Writer } from '@weft/runtime/base/codec';
import { LIMITS } from '@weft/runtime/base/limits';
import { decodeAddress, encodeAddress } from '@weft/runtime/types/address';
import type { Layout } from '@weft/runtime/types/layout';
import { ClientError } from './errors.js';

/**
 * A value as the client takes and gives it: numbers up to 32 bits, bigint above, text for strings and addresses
 * (`weft1…`), Uint8Array for bytes and hashes, arrays, undefined for an empty option, objects for structs.
 */
export type Value =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | undefined
  | readonly Value[]
  | ValueStruct;
export interface ValueStruct {
  readonly [field: string]: Value;
}

/** Borsh bytes of a value. Addresses may be bytes, byte strings `0x` hex. @throws CLIENT_ARGUMENT with the place */
export function encodeValue(layout: Layout, value: Value, place: string, writer = new Writer()): Uint8Array {
  writeValue(layout, value, place, writer);
  return writer.finish();
}

/** The value of exactly these bytes. @throws the codec's refusal */
export function decodeValue(layout: Layout, bytes: Uint8Array, place = 'value'): Value {
  const reader = new Reader(bytes, place);
  const value = readValue(layout, reader);
  reader.done();
  return value;
}

/** Appends the Borsh bytes of a value. @throws CLIENT_ARGUMENT with the place */
export function writeValue(layout: Layout, value: Value, place: string, writer: Writer): void {
  switch (layout.kind) {
    case 'u8':
    case 'u16':
    case 'u32':
    case 'i8':
    case 'i16':
    case 'i32':
      writer[layout.kind](small(value, layout.kind, place));
      return;
    case 'u64':
    case 'u128':
    case 'u256':
    case 'i64':
    case 'i128':
      writer[layout.kind](big(value, layout.kind, place));
      return;
    case 'bool':
      if (typeof value !== 'boolean') throw mismatch('a boolean', value, place);
      writer.bool(value);
      return;
    case 'string':
      if (typeof value !== 'string') throw mismatch('a string', value, place);
      writer.string(value);
      return;
    case 'address':
      writer.fixed(typeof value === 'string' ? decodeAddress(value) : bytesOf(value, 32, place));
      return;
    case 'hash':
      writer.fixed(bytesOf(value, 32, place));
      return;
    case 'fixed':
      writer.fixed(bytesOf(value, layout.length, place));
      return;
    case 'bytes':
      writer.bytes(bytesOf(value, undefined, place));
      return;
    case 'option':
      writer.option(value, (item) => writeValue(layout.item, item, place, writer));
      return;
    case 'list':
      if (!isList(value)) throw mismatch('a list', value, place);
      writer.list(value, (item, index) => writeValue(layout.item, item, `${place}[${index}]`, writer));
      return;
    case 'struct':
      writeStruct(layout, value, place, writer);
  }
}

/** Reads one value off a reader. */
export function readValue(layout: Layout, reader: Reader): Value {
  switch (layout.kind) {
    case 'address':
      return encodeAddress(reader.fixed(32));
    case 'hash':
      return reader.fixed(32);
    case 'fixed':
      return reader.fixed(layout.length);
    case 'option':
      return reader.option(() => readValue(layout.item, reader));
    case 'list':
      return reader.list(() => readValue(layout.item, reader), LIMITS.listItems);
    case 'struct': {
      const fields = layout.fields.map((field) => [field.name, readValue(field.layout, reader)] as const);
      return Object.fromEntries(fields);
    }
    default:
      return reader[layout.kind]();
  }
}

/**
 * The value a person typed: numbers in decimal, `true`/`false`, `0x…` for bytes, `weft1…` for addresses, JSON for
 * lists and structs (their numbers may be strings). @throws CLIENT_ARGUMENT
 */
export function parseValue(layout: Layout, text: string, place: string): Value {
  switch (layout.kind) {
    case 'string':
    case 'address':
    case 'hash':
    case 'bytes':
    case 'fixed':
      return text;
    case 'bool':
      return parseBool(text, place);
    case 'option':
      return text === 'null' ? undefined : parseValue(layout.item, text, place);
    case 'list':
    case 'struct':
      return fromJson(layout, parseJson(text, place), place);
    default:
      return text;
  }
}

/** A printable JSON form: bigint as decimal text, bytes as `0x` hex, an empty option as null. */
export function valueToJson(value: Value): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return `0x${toHex(value)}`;
  if (isList(value)) return value.map(valueToJson);
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, valueToJson(field)]));
  }
  return value;
}

function writeStruct(layout: Layout & { kind: 'struct' }, value: Value, place: string, writer: Writer): void {
  if (!isStruct(value)) throw mismatch('an object', value, place);
  const names = new Set(layout.fields.map((field) => field.name));
  const unknown = Object.keys(value).find((name) => !names.has(name));
  if (unknown !== undefined) throw mismatch([...names].join(', '), unknown, place);
  for (const field of layout.fields)
    writeValue(field.layout, value[field.name], `${place}.${field.name}`, writer);
}

function fromJson(layout: Layout, json: unknown, place: string): Value {
  if (layout.kind === 'option') return json === null ? undefined : fromJson(layout.item, json, place);
  if (layout.kind === 'list') {
    if (!Array.isArray(json)) throw mismatch('a JSON list', String(json), place);
    return json.map((item, index) => fromJson(layout.item, item, `${place}[${index}]`));
  }
  if (layout.kind === 'struct') {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw mismatch('a JSON object', String(json), place);
    }
    const given = json as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(given).map(([name, value]) => {
        const field = layout.fields.find((candidate) => candidate.name === name);
        return [name, field ? fromJson(field.layout, value, `${place}.${name}`) : String(value)];
      }),
    );
  }
  if (typeof json === 'boolean' || typeof json === 'number' || typeof json === 'string') return json;
  throw mismatch(layout.kind, JSON.stringify(json), place);
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ClientError('CLIENT_ARGUMENT', { expected: 'JSON', got: text, place }, cause);
  }
}

function parseBool(text: string, place: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw mismatch('true or false', text, place);
}

const INTEGER = /^-?\d+$/;

function small(value: Value, kind: string, place: string): number {
  if (typeof value === 'bigint' || (typeof value === 'string' && INTEGER.test(value)))
    return inRange(Number(value), kind, place);
  if (typeof value !== 'number') throw mismatch(`a ${kind}`, value, place);
  return inRange(value, kind, place);
}

function inRange(value: number, kind: string, place: string): number {
  const bits = Number(kind.slice(1));
  const [least, most] = kind.startsWith('u') ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
  if (!Number.isInteger(value) || value < least || value > most)
    throw mismatch(`a ${kind}: ${least} to ${most}`, value, place);
  return value;
}

function big(value: Value, kind: string, place: string): bigint {
  const number =
    typeof value === 'bigint'
      ? value
      : (typeof value === 'number' && Number.isSafeInteger(value)) ||
          (typeof value === 'string' && INTEGER.test(value))
        ? BigInt(value)
        : undefined;
  if (number === undefined) throw mismatch(`a ${kind}`, value, place);
  const bits = Number(kind.slice(1));
  const fits = kind.startsWith('u')
    ? number >= 0n && BigInt.asUintN(bits, number) === number
    : BigInt.asIntN(bits, number) === number;
  if (!fits) throw mismatch(`a ${kind}`, number, place);
  return number;
}

function bytesOf(value: Value, length: number | undefined, place: string): Uint8Array {
  const bytes =
    typeof value === 'string' && /^0x([0-9a-fA-F]{2})*$/.test(value)
      ? fromHex(value.slice(2).toLowerCase())
      : value;
  if (!(bytes instanceof Uint8Array)) throw mismatch('bytes or 0x hex', value, place);
  if (length !== undefined && bytes.length !== length)
    throw mismatch(`${length} bytes`, `${bytes.length} bytes`, place);
  return bytes;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
function isStruct(value: Value): value is ValueStruct {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}
function mismatch(expected: string, got: Value, place: string): ClientError {
  const shown = valueToJson(got);
  return new ClientError('CLIENT_ARGUMENT', {
    expected,
    got: typeof shown === 'string' ? shown : JSON.stringify(shown),
    place,
  });
}
