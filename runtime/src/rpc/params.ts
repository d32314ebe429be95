// Reads a method's parameters, by position or by name, into runtime types. Hex has a 0x, amounts are decimal strings,
// addresses bech32m text; every refusal is RPC_PARAMETER and names the parameter.
import { fromHex } from '../base/bytes.js';
import { WeftError } from '../base/errors.js';
import { type Address, decodeAddress } from '../types/address.js';
import { RpcError } from './errors.js';

const DECIMAL = /^(0|[1-9][0-9]{0,77})$/;

/** A method's parameters, by name. Absent and null are the same. */
export class Params {
  readonly #values: ReadonlyMap<string, unknown>;

  /** `names`: the parameters in positional order. @throws RPC_PARAMETER for one that is not among them */
  constructor(names: readonly string[], params: unknown) {
    const values = new Map<string, unknown>();
    const entries = Array.isArray(params)
      ? params.map((value: unknown, index) => [names[index] ?? `#${index + 1}`, value] as const)
      : Object.entries(params ?? {});
    for (const [name, value] of entries) {
      if (!names.includes(name))
        throw new RpcError('RPC_PARAMETER', { expected: names, got: name.slice(0, 64) });
      if (value !== null && value !== undefined) values.set(name, value);
    }
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** An integer from 0 to `max`. */
  number(name: string, max: number, absent?: number): number {
    const value = this.#value(name, absent, `a whole number up to ${max}`);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > max) {
      throw mismatch(name, `a whole number up to ${max}`, value);
    }
    return value;
  }

  /** An amount: a decimal string without sign or leading zeros. */
  amount(name: string, absent?: bigint): bigint {
    const value = this.#value(name, absent, 'a decimal string');
    if (typeof value === 'bigint') return value;
    if (typeof value !== 'string' || !DECIMAL.test(value)) throw mismatch(name, 'a decimal string', value);
    return BigInt(value);
  }

  text(name: string, oneOf: readonly string[], absent?: string): string {
    const value = this.#value(name, absent, oneOf.join(' | '));
    if (typeof value !== 'string' || !oneOf.includes(value)) throw mismatch(name, oneOf.join(' | '), value);
    return value;
  }

  bytes(name: string, absent?: Uint8Array): Uint8Array {
    const value = this.#value(name, absent, '0x and hexadecimal digits');
    return value instanceof Uint8Array ? value : readHex(name, value);
  }

  hash(name: string): Uint8Array {
    const bytes = this.bytes(name);
    if (bytes.length !== 32)
      throw new RpcError('RPC_PARAMETER', { expected: 32, got: bytes.length, unit: 'bytes', place: name });
    return bytes;
  }

  address(name: string, absent?: Address): Address {
    const value = this.#value(name, absent, 'an address, weft1…');
    return value instanceof Uint8Array ? (value as Address) : readAddress(name, value);
  }

  /** A list of byte strings. */
  bytesList(name: string, countMax: number): readonly Uint8Array[] {
    return this.list(name, countMax).map((item, index) => readHex(`${name}[${index}]`, item));
  }

  /** A list of anything. */
  list(name: string, countMax: number, absent?: readonly unknown[]): readonly unknown[] {
    const value = this.#value(name, absent, 'a list');
    if (!Array.isArray(value)) throw mismatch(name, 'a list', value);
    if (value.length > countMax) {
      throw new RpcError('RPC_PARAMETER', {
        expected: `at most ${countMax}`,
        got: value.length,
        unit: 'items',
        place: name,
      });
    }
    return value as readonly unknown[];
  }

  #value(name: string, absent: unknown, expected: string): unknown {
    const value = this.#values.get(name) ?? absent;
    if (value === undefined) throw new RpcError('RPC_PARAMETER', { expected, got: 'nothing', place: name });
    return value;
  }
}

function readHex(place: string, value: unknown): Uint8Array {
  if (typeof value !== 'string' || !value.startsWith('0x'))
    throw mismatch(place, '0x and hexadecimal digits', value);
  try {
    return fromHex(value.slice(2));
  } catch (cause) {
    throw new RpcError('RPC_PARAMETER', { ...contextOf(cause), place }, cause);
  }
}

function readAddress(place: string, value: unknown): Address {
  if (typeof value !== 'string') throw mismatch(place, 'an address, weft1…', value);
  try {
    return decodeAddress(value);
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
