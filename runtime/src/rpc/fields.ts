// Parameters as data: a field reads one JSON value into a runtime type and says, as JSON Schema, what it takes. Every
// refusal is RPC_PARAMETER and names the place. Absent and null are the same.
import { WeftError } from '../base/errors.js';
import { type Address, decodeAddress } from '../types/address.js';
import { RpcError } from './errors.js';
import { ownBytes, passingBytes } from './hex.js';
import { ADDRESS, AMOUNT, FLAG, HASH, HEX, type JsonSchema, objectSchema } from './json-schema.js';

/** Reads one value. */
export interface Field<T> {
  readonly schema: JsonSchema;
  /** In words, for refusals. */
  readonly expected: string;
  /** A value that is there. @throws RPC_PARAMETER */
  read(value: unknown, place: string): T;
  /** Taken where nothing is given; `required` fields have none. */
  readonly absent?: { readonly value: T };
}

/** Fields by name, in positional order. */
export type Fields = Readonly<Record<string, Field<unknown>>>;
/** What a set of fields reads. */
export type ValuesOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never;
};

const DECIMAL = /^(0|[1-9][0-9]{0,77})$/;
const HEX_EXPECTED = '0x and hexadecimal digits';

/** The same field with a description. */
export function described<T>(field: Field<T>, description: string): Field<T> {
  return { ...field, schema: { ...field.schema, description } };
}

/** The same field, `value` where nothing is given. `shown`: its JSON form, for the document. */
export function withDefault<T>(field: Field<T>, value: T, shown: unknown = value): Field<T> {
  return { ...field, absent: { value }, schema: { ...field.schema, default: shown } };
}

/** The same field, undefined where nothing is given. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return { ...field, absent: { value: undefined } };
}

/** An integer from `minimum` (default 0) to `maximum`. */
export function wholeField(maximum: number, minimum = 0): Field<number> {
  const expected = `a whole number from ${minimum} to ${maximum}`;
  return {
    schema: { type: 'integer', minimum, maximum },
    expected,
    read(value, place) {
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < minimum || value > maximum)
        throw mismatch(place, expected, value);
      return value;
    },
  };
}

/** An amount: a decimal string without sign or leading zeros. */
export const amountField: Field<bigint> = {
  schema: AMOUNT,
  expected: 'a decimal string',
  read(value, place) {
    if (typeof value !== 'string' || !DECIMAL.test(value)) throw mismatch(place, 'a decimal string', value);
    return BigInt(value);
  },
};

export const flagField: Field<boolean> = {
  schema: FLAG,
  expected: 'true or false',
  read(value, place) {
    if (typeof value !== 'boolean') throw mismatch(place, 'true or false', value);
    return value;
  },
};

/** One of some texts. */
export function choiceField<const Choice extends string>(...choices: readonly Choice[]): Field<Choice> {
  const expected = choices.join(' | ');
  return {
    schema: { type: 'string', enum: choices },
    expected,
    read(value, place) {
      const found = choices.find((one) => one === value);
      if (found === undefined) throw mismatch(place, expected, value);
      return found;
    },
  };
}

/** A text of at most `lengthMax` characters. */
export function textField(lengthMax: number): Field<string> {
  const expected = `a text of at most ${lengthMax} characters`;
  return {
    schema: { type: 'string', maxLength: lengthMax },
    expected,
    read(value, place) {
      if (typeof value !== 'string' || value.length > lengthMax) throw mismatch(place, expected, value);
      return value;
    },
  };
}

export const bytesField: Field<Uint8Array> = {
  schema: HEX,
  expected: HEX_EXPECTED,
  read: (value, place) => readHex(value, place, ownBytes),
};

/** Bytes that nobody keeps past the call. */
export const passingBytesField: Field<Uint8Array> = {
  ...bytesField,
  read: (value, place) => readHex(value, place, passingBytes),
};

/** Exactly `length` bytes. */
export function fixedBytesField(length: number): Field<Uint8Array> {
  return {
    schema: length === 32 ? HASH : { type: 'string', pattern: `^0x[0-9a-f]{${2 * length}}$` },
    expected: `${length} bytes as 0x hex`,
    read(value, place) {
      const bytes = readHex(value, place, ownBytes);
      if (bytes.length !== length)
        throw new RpcError('RPC_PARAMETER', { expected: length, got: bytes.length, unit: 'bytes', place });
      return bytes;
    },
  };
}

/** 32 bytes. */
export const hashField = fixedBytesField(32);

export const addressField: Field<Address> = {
  schema: ADDRESS,
  expected: 'an address, weft1…',
  read(value, place) {
    if (typeof value !== 'string') throw mismatch(place, 'an address, weft1…', value);
    try {
      return decodeAddress(value);
    } catch (cause) {
      throw new RpcError('RPC_PARAMETER', { ...contextOf(cause), place }, cause);
    }
  },
};

/** A list of at most `countMax` and at least `countMin` items. */
export function listField<T>(item: Field<T>, countMax: number, countMin = 0): Field<readonly T[]> {
  return {
    schema: {
      type: 'array',
      items: item.schema,
      ...(countMin > 0 ? { minItems: countMin } : {}),
      maxItems: countMax,
    },
    expected: 'a list',
    read(value, place) {
      if (!Array.isArray(value)) throw mismatch(place, 'a list', value);
      if (value.length > countMax || value.length < countMin) {
        const expected = countMin > 0 ? `${countMin} to ${countMax}` : `at most ${countMax}`;
        throw new RpcError('RPC_PARAMETER', { expected, got: value.length, unit: 'items', place });
      }
      return value.map((one: unknown, index) => item.read(one, `${place}[${index}]`));
    },
  };
}

/** An object of these fields; others are refused. */
export function recordField<F extends Fields>(fields: F): Field<ValuesOf<F>> {
  const reader = createReader(fields);
  return {
    schema: fieldsSchema(fields),
    expected: 'an object',
    read: (value, place) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw mismatch(place, 'an object', value);
      return reader(value, `${place}.`);
    },
  };
}

/** The object schema of a set of fields. */
export function fieldsSchema(fields: Fields): JsonSchema {
  const entries = Object.entries(fields);
  return objectSchema(
    Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])),
    entries.filter(([, { absent }]) => absent !== undefined).map(([name]) => name),
  );
}

/** Reads `params` as sent, by position or by name. @throws RPC_PARAMETER for an unknown, missing or mistyped one */
export function createReader<F extends Fields>(fields: F): (params: unknown, prefix?: string) => ValuesOf<F> {
  const names = Object.keys(fields);
  const list = Object.values(fields);
  const known = new Set(names);
  const nothing: Readonly<Record<string, unknown>> = {};
  return (params, prefix = '') => {
    const values: Record<string, unknown> = {};
    const positional = Array.isArray(params) ? (params as readonly unknown[]) : undefined;
    const named =
      positional === undefined ? ((params as Record<string, unknown> | undefined) ?? nothing) : nothing;
    if (positional !== undefined) {
      if (positional.length > names.length)
        throw new RpcError('RPC_PARAMETER', { expected: names, got: `#${names.length + 1}` });
    } else {
      for (const name in named) {
        if (!known.has(name))
          throw new RpcError('RPC_PARAMETER', { expected: names, got: name.slice(0, 64) });
      }
    }
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      const field = list[index] as Field<unknown>;
      const value = positional === undefined ? named[name] : positional[index];
      if (value !== undefined && value !== null) values[name] = field.read(value, prefix + name);
      else if (field.absent !== undefined) values[name] = field.absent.value;
      else
        throw new RpcError('RPC_PARAMETER', {
          expected: field.expected,
          got: 'nothing',
          place: prefix + name,
        });
    }
    return values as ValuesOf<F>;
  };
}

function readHex(value: unknown, place: string, decode: (text: string) => Uint8Array): Uint8Array {
  if (typeof value !== 'string' || !value.startsWith('0x')) throw mismatch(place, HEX_EXPECTED, value);
  try {
    return decode(value);
  } catch (cause) {
    throw new RpcError('RPC_PARAMETER', { ...contextOf(cause), place }, cause);
  }
}

function contextOf(cause: unknown): WeftError['context'] {
  return cause instanceof WeftError ? cause.context : {};
}

function mismatch(place: string, expected: string, value: unknown): RpcError {
  const got = typeof value === 'string' ? value.slice(0, 80) : Array.isArray(value) ? 'a list' : typeof value;
  return new RpcError('RPC_PARAMETER', { expected, got: typeof value === 'number' ? value : got, place });
}
