// Values as people and programs give them, turned into what the codec writes: text for addresses, `0x` hex for bytes,
// decimal text for numbers; and back into what a program or a terminal wants to see.
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { decodeAddress, encodeAddress } from '@weft/runtime/types/address';
import type { Layout } from '@weft/runtime/types/layout';
import type { LayoutValue } from '@weft/runtime/types/layout-value';
import { ClientError } from './errors.js';

/**
 * A value as the client takes and gives it: numbers up to 32 bits, bigint above, text for strings and addresses
 * (`weft1…`), Uint8Array for bytes and hashes, arrays, undefined for an empty option, objects for structs.
 */
export type Value = LayoutValue;

/** The codec's form of a value: addresses from text, bytes from `0x` hex, integers from decimal text. @throws CLIENT_ARGUMENT */
export function toLayoutValue(layout: Layout, value: Value, place: string): LayoutValue {
  switch (layout.kind) {
    case 'bool':
    case 'string':
      if (typeof value !== (layout.kind === 'bool' ? 'boolean' : 'string'))
        throw mismatch(layout.kind, value, place);
      return value;
    case 'address':
      return typeof value === 'string' ? addressOf(value, place) : bytesOf(value, 32, place);
    case 'hash':
      return bytesOf(value, 32, place);
    case 'fixed':
      return bytesOf(value, layout.length, place);
    case 'bytes':
      return bytesOf(value, undefined, place);
    case 'option':
      return value === undefined || value === null ? undefined : toLayoutValue(layout.item, value, place);
    case 'list':
      if (!isList(value)) throw mismatch('a list', value, place);
      return value.map((item, index) => toLayoutValue(layout.item, item, `${place}[${index}]`));
    case 'struct':
      return structOf(layout, value, place);
    default:
      return integerOf(layout.kind, value, place);
  }
}

/** What a program sees of a decoded value: addresses as text, all else as it is. */
export function fromLayoutValue(layout: Layout, value: LayoutValue): Value {
  if (value === undefined) return undefined;
  switch (layout.kind) {
    case 'address':
      return encodeAddress(value as Uint8Array);
    case 'option':
      return fromLayoutValue(layout.item, value);
    case 'list':
      return (value as readonly LayoutValue[]).map((item) => fromLayoutValue(layout.item, item));
    case 'struct': {
      const fields = value as { readonly [field: string]: LayoutValue };
      return Object.fromEntries(
        layout.fields.map(({ name, layout: inner }) => [name, fromLayoutValue(inner, fields[name])]),
      );
    }
    default:
      return value;
  }
}

/**
 * The value a person typed: decimal numbers, `true`/`false`, `0x…` for bytes, `weft1…` for addresses, JSON for lists
 * and structs (large numbers in it as strings), `null` for an empty option. @throws CLIENT_ARGUMENT
 */
export function parseValue(layout: Layout, text: string, place: string): Value {
  switch (layout.kind) {
    case 'bool':
      if (text !== 'true' && text !== 'false') throw mismatch('true or false', text, place);
      return text === 'true';
    case 'option':
      return text === 'null' ? undefined : parseValue(layout.item, text, place);
    case 'list':
    case 'struct':
      return parseJson(text, place);
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
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, valueToJson(field)]));
  }
  return value;
}

function structOf(layout: Extract<Layout, { kind: 'struct' }>, value: Value, place: string): LayoutValue {
  if (typeof value !== 'object' || value === null || isList(value) || value instanceof Uint8Array) {
    throw mismatch('an object', value, place);
  }
  const given = value as { readonly [field: string]: Value };
  const unknown = Object.keys(given).find((name) => !layout.fields.some((field) => field.name === name));
  if (unknown !== undefined)
    throw mismatch(layout.fields.map(({ name }) => name).join(' | '), unknown, place);
  return Object.fromEntries(
    layout.fields.map(({ name, layout: inner }) => [
      name,
      toLayoutValue(inner, given[name], `${place}.${name}`),
    ]),
  );
}

/** An integer of a kind such as `u64` or `i8`, from a number, a bigint or decimal text. */
function integerOf(kind: string, value: Value, place: string): number | bigint {
  const exact = typeof value === 'bigint' || Number.isSafeInteger(value);
  if (!exact && !(typeof value === 'string' && /^-?\d{1,78}$/.test(value)))
    throw mismatch(`a whole number (${kind})`, value, place);
  const number = BigInt(value as string | number | bigint);
  const bits = Number(kind.slice(1));
  const fits = kind.startsWith('u')
    ? number >= 0n && number >> BigInt(bits) === 0n
    : BigInt.asIntN(bits, number) === number;
  if (!fits) throw mismatch(`a ${kind}`, number, place);
  return bits <= 32 ? Number(number) : number;
}

function addressOf(text: string, place: string): Uint8Array {
  try {
    return decodeAddress(text);
  } catch (cause) {
    const context = { expected: 'an address, weft1…', got: text.slice(0, 80), place };
    throw new ClientError('CLIENT_ARGUMENT', context, cause);
  }
}

function bytesOf(value: Value, length: number | undefined, place: string): Uint8Array {
  const hex = typeof value === 'string' && /^0x([0-9a-fA-F]{2})*$/.test(value);
  const bytes = hex ? fromHex(value.slice(2).toLowerCase()) : value;
  if (!(bytes instanceof Uint8Array)) throw mismatch('bytes, or 0x hex', value, place);
  if (length !== undefined && bytes.length !== length)
    throw mismatch(`${length} bytes`, `${bytes.length} bytes`, place);
  return bytes;
}

function parseJson(text: string, place: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (cause) {
    throw new ClientError('CLIENT_ARGUMENT', { expected: 'JSON', got: text, place }, cause);
  }
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function mismatch(expected: string, got: Value, place: string): ClientError {
  const shown = valueToJson(got);
  return new ClientError('CLIENT_ARGUMENT', {
    expected,
    got: typeof shown === 'string' ? shown.slice(0, 80) : (JSON.stringify(shown)?.slice(0, 80) ?? 'nothing'),
    place,
  });
}
