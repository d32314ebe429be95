// A contract's ABI at work: calls from named arguments, and results, events and errors back from bytes.
import { bytesEqual, fromHex } from '@weft/runtime/base/bytes';
import { Reader, Writer } from '@weft/runtime/base/codec';
import { type Abi, type AbiMethod, type AbiParameter, abiLayout } from '@weft/runtime/types/abi';
import { decodeValues, encodeValues } from '@weft/runtime/types/layout-value';
import { ClientError } from './errors.js';
import { fromLayoutValue, toLayoutValue, type Value } from './values.js';

/** Arguments or fields by name. */
export type NamedValues = { readonly [name: string]: Value };

/** A decoded error or event: its name in the ABI and its fields. */
export interface Decoded {
  readonly name: string;
  readonly fields: NamedValues;
}

/** The method of a name. @throws CLIENT_METHOD with the names there are */
export function methodOf(abi: Abi, name: string): AbiMethod {
  const found = abi.methods.find((method) => method.name === name);
  if (!found) {
    const callable = abi.methods.filter(({ kind }) => kind !== 'init').map((method) => method.name);
    throw new ClientError('CLIENT_METHOD', { expected: callable, got: name, place: abi.name });
  }
  return found;
}

/** The arguments of a contract's `@init` method; none: no arguments. */
export function initParameters(abi: Abi): readonly AbiParameter[] {
  return abi.methods.find(({ kind }) => kind === 'init')?.args ?? [];
}

/** Borsh bytes of arguments given by name. @throws CLIENT_ARGUMENTS, CLIENT_ARGUMENT with the place */
export function encodeArguments(
  abi: Abi,
  parameters: readonly AbiParameter[],
  values: NamedValues,
): Uint8Array {
  const names = parameters.map(({ name }) => name);
  const given = Object.keys(values);
  const unknown = given.find((name) => !names.includes(name));
  const missing = parameters.find(({ name, type }) => !given.includes(name) && !type.endsWith('?'));
  if (unknown !== undefined || missing !== undefined) {
    throw new ClientError('CLIENT_ARGUMENTS', {
      expected: names,
      got: given,
      place: missing?.name ?? unknown ?? abi.name,
    });
  }
  const layouts = parameters.map(({ type }) => abiLayout(abi, type));
  const typed = layouts.map((layout, index) => {
    const name = names[index] as string;
    return toLayoutValue(layout, values[name], name);
  });
  return encodeValues(layouts, typed);
}

/** A call as bytes, for contracts that keep or pass on calls: selector(4), little-endian, then the encoded arguments. */
export function encodePayload(abi: Abi, method: string, values: NamedValues): Uint8Array {
  const { selector, args } = methodOf(abi, method);
  return new Writer()
    .u32(selector)
    .fixed(encodeArguments(abi, args, values))
    .finish();
}

/** What a method returned; undefined for one that returns nothing. @throws CodecError */
export function decodeResult(abi: Abi, method: AbiMethod, bytes: Uint8Array): Value {
  if (method.result === undefined) return undefined;
  const layout = abiLayout(abi, method.result);
  const [value] = decodeValues([layout], bytes);
  return fromLayoutValue(layout, value);
}

/** The event of an id, topics and data; undefined if the ABI does not know it. @throws CodecError */
export function decodeEvent(
  abi: Abi,
  event: { readonly event: Uint8Array; readonly topics: readonly Uint8Array[]; readonly data: Uint8Array },
): Decoded | undefined {
  const known = abi.events.find(({ id }) => bytesEqual(fromHex(id), event.event));
  if (!known) return undefined;
  const plain = decodeFields(
    abi,
    known.fields.filter(({ indexed }) => !indexed),
    event.data,
  );
  const topics = known.fields.filter(({ indexed }) => indexed);
  const indexed = topics.map((field, index) =>
    decodeFields(abi, [field], event.topics[index] ?? new Uint8Array(0)),
  );
  return { name: known.name, fields: Object.assign({}, ...indexed, plain) as NamedValues };
}

/** The error a contract reverted with (selector ‖ arguments); undefined if the ABI does not know it. */
export function decodeError(abi: Abi, data: Uint8Array): Decoded | undefined {
  if (data.length < SELECTOR_BYTES) return undefined;
  const selector = new Reader(data, 'error').u32();
  const known = abi.errors.find((error) => error.selector === selector);
  if (!known) return undefined;
  return { name: known.name, fields: decodeFields(abi, known.args, data.subarray(SELECTOR_BYTES)) };
}

const SELECTOR_BYTES = 4;

function decodeFields(abi: Abi, fields: readonly AbiParameter[], bytes: Uint8Array): NamedValues {
  const layouts = fields.map(({ type }) => abiLayout(abi, type));
  const values = decodeValues(layouts, bytes);
  return Object.fromEntries(
    fields.map(({ name }, index) => {
      const layout = layouts[index];
      return [name, layout === undefined ? undefined : fromLayoutValue(layout, values[index])];
    }),
  );
}
