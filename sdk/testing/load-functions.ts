// Functions of a contract's own files, called straight: thousands of cases of arithmetic a second, without a chain.
// They are compiled as in a contract (checked arithmetic, the same library); hashes and wide division are the host's.
import { fileURLToPath } from 'node:url';
import { type ASUtil, instantiateSync } from '@assemblyscript/loader';
import { fromUtf8, toHex } from '@weft/runtime/base/bytes';
import { Reader } from '@weft/runtime/base/codec';
import { GAS_SCHEDULE } from '@weft/runtime/types/gas-schedule';
import type { Layout } from '@weft/runtime/types/layout';
import { decodeValues, encodeValues, type LayoutValue } from '@weft/runtime/types/layout-value';
import type { Frame } from '@weft/runtime/vm/frame';
import * as hostCrypto from '@weft/runtime/vm/host-crypto';
import { HOST_MODULE, HOST_TABLE } from '@weft/runtime/vm/host-table';
import type { Instance } from '@weft/runtime/vm/instance';
import { fromLayoutValue, toLayoutValue, type Value } from '../client/values.js';
import { LIBRARY_ERRORS } from '../compiler/build-abi.js';
import { type CompiledFunction, compileFunctions } from '../compiler/compile-functions.js';
import { BYTES_ID } from '../compiler/names.js';
import { TestingError } from './errors.js';

/** Takes and gives values as the client does: bigint for u64 and wider, text for strings and addresses, bytes. */
export type ContractFunction = (...args: readonly Value[]) => Value;

/**
 * The exported functions of a .ts file. Parameters and results: bool, integers, u128, i128, u256, Address, Hash,
 * string, Uint8Array. Every call starts on fresh memory. `file`: a path, or a file URL.
 * @throws TEST_FUNCTION_TYPE, and the compiler's refusals; calls throw TEST_FUNCTION_REVERTED, TEST_FUNCTION_HOST
 */
export async function loadFunctions(file: string | URL): Promise<Readonly<Record<string, ContractFunction>>> {
  const { wasm, functions } = await compileFunctions(typeof file === 'string' ? file : fileURLToPath(file));
  const module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
  for (const { name, args, result } of functions)
    for (const layout of [...args.map((arg) => arg.layout), ...(result ? [result] : [])])
      if (!isSimple(layout)) throw new TestingError('TEST_FUNCTION_TYPE', { got: layout.kind, method: name });
  return Object.fromEntries(functions.map((one) => [one.name, (...args) => callFresh(module, one, args)]));
}

type Raw = number | bigint;
type RawModule = ASUtil &
  Record<string, (...args: Raw[]) => Raw> & { readonly [BYTES_ID]: WebAssembly.Global };

function callFresh(module: WebAssembly.Module, called: CompiledFunction, values: readonly Value[]): Value {
  const { name, args, result } = called;
  if (values.length !== args.length)
    throw new TestingError('TEST_FUNCTION_ARGUMENTS', {
      expected: args.length,
      got: values.length,
      method: name,
    });
  const imports = { [HOST_MODULE]: hostOf(name, () => raw) };
  const raw = instantiateSync(module, imports).exports as unknown as RawModule;
  raw['_start']!();
  const entered = args.map((arg, index) =>
    enter(raw, arg.layout, toLayoutValue(arg.layout, values[index], `${name}.${arg.name}`)),
  );
  const left = raw[name]!(...entered);
  return result && fromLayoutValue(result, leave(raw, result, left));
}

/** Bytes of what stands in memory as it is encoded. */
const WIDE: Readonly<Record<string, number>> = { u128: 16, i128: 16, u256: 32, address: 32, hash: 32 };

function isSimple({ kind }: Layout): boolean {
  return Object.hasOwn(WIDE, kind) || /^(?:bool|string|bytes|[ui](?:8|16|32|64))$/.test(kind);
}

/** A value as the module takes it: numbers as they are, all else by a pointer. */
function enter(raw: RawModule, layout: Layout, value: LayoutValue): Raw {
  if (layout.kind === 'string') return raw.__newString(value as string);
  if (layout.kind === 'bytes') return raw.__newArray(raw[BYTES_ID].value as number, value as Uint8Array);
  const width = WIDE[layout.kind];
  if (width === undefined) return layout.kind === 'bool' ? Number(value) : (value as Raw);
  const pointer = raw.__new(width, 0);
  new Uint8Array(raw.memory!.buffer, pointer, width).set(encodeValues([layout], [value]));
  return pointer;
}

function leave(raw: RawModule, layout: Layout, left: Raw): LayoutValue {
  const { kind } = layout;
  if (kind === 'string') return raw.__getString(Number(left));
  if (kind === 'bytes') return raw.__getUint8Array(Number(left));
  if (kind === 'bool') return left !== 0;
  const width = WIDE[kind];
  if (width !== undefined)
    return decodeValues([layout], new Uint8Array(raw.memory!.buffer, Number(left), width))[0];
  // WebAssembly gives integers signed.
  if (typeof left === 'bigint') return kind === 'u64' ? BigInt.asUintN(64, left) : left;
  return kind === 'u32' ? left >>> 0 : left;
}

/** Host functions that need no chain, as they are on it. */
const PURE = {
  sha256: hostCrypto.sha256,
  keccak256: hostCrypto.keccak256,
  blake3: hostCrypto.blake3,
  ed25519_verify: hostCrypto.ed25519Verify,
  secp256k1_verify: hostCrypto.secp256k1Verify,
  secp256k1_recover: hostCrypto.secp256k1Recover,
  p256_verify: hostCrypto.p256Verify,
  mul_div: hostCrypto.mulDiv,
} as const;

/** The host of one call; `raw` is there once the module is instantiated. */
function hostOf(
  name: string,
  raw: () => RawModule,
): Record<string, (...args: number[]) => number | undefined> {
  const memory = (): Uint8Array => new Uint8Array(raw().memory!.buffer);
  const read = (at: number, length: number): Uint8Array => memory().slice(at >>> 0, (at >>> 0) + length);
  // What the host's functions use of a call.
  const instance: Pick<Instance, 'bytes' | 'words' | 'wrote'> = {
    bytes: memory,
    words: () => new Uint32Array(raw().memory!.buffer),
    wrote: () => undefined,
  };
  const frame = {
    run: { schedule: GAS_SCHEDULE },
    charge: () => undefined,
    fail: (code: string) => reverted(name, code),
    live: () => instance,
  } as unknown as Frame;
  const functions: Record<string, (...args: number[]) => number | undefined> = {
    revert: (at, length) => reverted(name, errorText(read(at!, length!))),
    abort: (at, length, line) => reverted(name, `${fromUtf8(read(at!, length!))}:${line}`),
    log: (at, length) => void console.log(fromUtf8(read(at!, length!))),
  };
  for (const row of HOST_TABLE) {
    const pure = Object.hasOwn(PURE, row.name) ? PURE[row.name as keyof typeof PURE] : undefined;
    functions[row.name] ??= pure
      ? (...args) => (pure as (frame: Frame, ...args: number[]) => number | undefined)(frame, ...args)
      : () => {
          throw new TestingError('TEST_FUNCTION_HOST', { got: row.name, method: name });
        };
  }
  return functions;
}

function reverted(method: string, got: string): never {
  throw new TestingError('TEST_FUNCTION_REVERTED', { got, method });
}

/** An error of the library by its name, `require`'s by its message, others by their selector. */
function errorText(data: Uint8Array): string {
  const selector = data.length < 4 ? undefined : new Reader(data, 'error').u32();
  const known = LIBRARY_ERRORS.find((error) => error.selector === selector);
  if (known === undefined) return `0x${toHex(data.subarray(0, 4))}`;
  return known.args.length === 0
    ? known.name
    : String(decodeValues([{ kind: 'string' }], data.subarray(4))[0]);
}
