// Values of a layout as JavaScript data: what clients, the CLI and tests write and read. The chain itself never
// builds them; it slices bytes (layout.ts).
import { decodeExact, type Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { LIMITS } from '../base/limits.js';
import type { Layout } from './layout.js';

/**
 * u8 to u32 and i8 to i32 are numbers, wider integers bigints (numbers are taken when exact), address, hash, bytes and
 * fixed are Uint8Array, an option is the value or undefined, a struct is an object by field name.
 */
export type LayoutValue =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | undefined
  | readonly LayoutValue[]
  | { readonly [field: string]: LayoutValue };

/** Borsh bytes of values, one a layout, concatenated. @throws CodecError that names the place */
export function encodeValues(layouts: readonly Layout[], values: readonly LayoutValue[]): Uint8Array {
  if (layouts.length !== values.length) {
    throw new CodecError('CODEC_LENGTH', { expected: layouts.length, got: values.length, unit: 'arguments' });
  }
  const writer = new Writer();
  layouts.forEach((layout, index) => {
    writeValue(writer, layout, values[index], `argument ${index}`);
  });
  return writer.finish();
}

/** Inverse of `encodeValues`; all bytes must be used. @throws CodecError */
export function decodeValues(layouts: readonly Layout[], bytes: Uint8Array): LayoutValue[] {
  return decodeExact(bytes, 'values', (reader) => layouts.map((layout) => readValue(reader, layout)));
}

/** One value's Borsh bytes. @throws CODEC_TYPE for a value of another type, and what the codec throws */
export function writeValue(writer: Writer, layout: Layout, value: LayoutValue, place = 'value'): void {
  switch (layout.kind) {
    case 'u8':
    case 'u16':
    case 'u32':
    case 'i8':
    case 'i16':
    case 'i32':
      writer[layout.kind](expectNumber(value, layout, place));
      return;
    case 'u64':
    case 'u128':
    case 'u256':
    case 'i64':
    case 'i128':
      writer[layout.kind](expectBigint(value, layout, place));
      return;
    case 'bool':
      if (typeof value !== 'boolean') throw mismatch(layout, value, place);
      writer.bool(value);
      return;
    case 'string':
      if (typeof value !== 'string') throw mismatch(layout, value, place);
      writer.string(value);
      return;
    case 'bytes':
      writer.bytes(expectBytes(value, layout, place));
      return;
    case 'address':
    case 'hash':
      writer.fixed(expectBytes(value, layout, place), 32);
      return;
    case 'fixed':
      writer.fixed(expectBytes(value, layout, place), layout.length);
      return;
    case 'option':
      writer.option(value, (inner) => writeValue(writer, layout.item, inner, place));
      return;
    case 'list':
      if (!Array.isArray(value)) throw mismatch(layout, value, place);
      writer.list(value, (item, index) => writeValue(writer, layout.item, item, `${place}[${index}]`));
      return;
    case 'struct':
      writeStruct(writer, layout, value, place);
  }
}

function writeStruct(
  writer: Writer,
  layout: Extract<Layout, { kind: 'struct' }>,
  value: LayoutValue,
  place: string,
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    throw mismatch(layout, value, place);
  }
  const fields = value as { readonly [field: string]: LayoutValue };
  for (const { name, layout: inner } of layout.fields) {
    writeValue(writer, inner, Object.hasOwn(fields, name) ? fields[name] : undefined, `${place}.${name}`);
  }
}

/** Inverse of `writeValue`. @throws CodecError */
export function readValue(reader: Reader, layout: Layout): LayoutValue {
  switch (layout.kind) {
    case 'address':
    case 'hash':
      return reader.fixed(32);
    case 'fixed':
      return reader.fixed(layout.length);
    case 'option':
      return reader.option(() => readValue(reader, layout.item));
    case 'list':
      return reader.list(() => readValue(reader, layout.item), LIMITS.listItems);
    case 'struct': {
      const fields: Record<string, LayoutValue> = {};
      for (const field of layout.fields) fields[field.name] = readValue(reader, field.layout);
      return fields;
    }
    default:
      return reader[layout.kind]();
  }
}

function expectNumber(value: LayoutValue, layout: Layout, place: string): number {
  if (typeof value === 'bigint' && BigInt(Number(value)) === value) return Number(value);
  if (typeof value !== 'number') throw mismatch(layout, value, place);
  return value;
}

function expectBigint(value: LayoutValue, layout: Layout, place: string): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value !== 'bigint') throw mismatch(layout, value, place);
  return value;
}

function expectBytes(value: LayoutValue, layout: Layout, place: string): Uint8Array {
  if (!(value instanceof Uint8Array)) throw mismatch(layout, value, place);
  return value;
}

function mismatch(layout: Layout, value: LayoutValue, place: string): CodecError {
  return new CodecError('CODEC_TYPE', {
    expected: layout.kind,
    got: Array.isArray(value) ? 'list' : typeof value,
    place,
  });
}
