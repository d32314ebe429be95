// The ABI: what people and clients need to call a contract and read what it says. JSON in the `weft.abi` section;
// not hashed, never read by `access` or `vm`. SPEC: runtime/docs/spec/abi.md.
import { fromUtf8, utf8 } from '../base/bytes.js';
import { defineErrors } from '../base/errors.js';
import type { Layout } from './layout.js';

export class AbiError extends defineErrors('AbiError', {
  ABI_FORM: { what: 'the bytes are not an ABI', fix: 'Build the contract with weft build.' },
  ABI_TYPE: { what: 'the ABI names a type that is not known' },
}) {}

/** The version this build writes and reads. */
export const ABI_VERSION = 1;
/** Name of the custom section. */
export const ABI_SECTION = 'weft.abi';

/** `u64`, `address`, …, `T[]` a list, `T?` an option, otherwise the name of a struct of the ABI. */
export type AbiType = string;

export interface AbiParameter {
  readonly name: string;
  readonly type: AbiType;
}
export interface AbiStruct {
  /** The author's doc comment. */
  readonly doc?: string;
  readonly name: string;
  readonly fields: readonly AbiParameter[];
}
export interface AbiMethod {
  /** The author's doc comment. */
  readonly doc?: string;
  readonly name: string;
  readonly kind: 'init' | 'call' | 'view';
  readonly payable: boolean;
  readonly selector: number;
  readonly args: readonly AbiParameter[];
  /** Absent: the method returns nothing. */
  readonly result?: AbiType;
  /** What the method touches, one line each, for people. */
  readonly access: readonly string[];
}
export interface AbiEvent {
  /** The author's doc comment. */
  readonly doc?: string;
  readonly name: string;
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly fields: readonly (AbiParameter & { readonly indexed: boolean })[];
}
export interface AbiErrorType {
  /** The author's doc comment. */
  readonly doc?: string;
  readonly name: string;
  readonly selector: number;
  readonly args: readonly AbiParameter[];
}
/** A storage field. Its key is the field's id, then the keys' Borsh bytes. */
export interface AbiField {
  /** The author's doc comment. */
  readonly doc?: string;
  readonly name: string;
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** 0 plain bytes; 1, 2, 3 a cell of 64, 128, 256 bits. */
  readonly kind: number;
  readonly keys: readonly AbiType[];
  readonly type: AbiType;
}
export interface Abi {
  /** The author's doc comment. */
  readonly doc?: string;
  readonly version: number;
  readonly name: string;
  readonly methods: readonly AbiMethod[];
  readonly events: readonly AbiEvent[];
  readonly errors: readonly AbiErrorType[];
  readonly structs: readonly AbiStruct[];
  readonly fields: readonly AbiField[];
}

const SIMPLE = /^(?:[ui](?:8|16|32|64|128)|u256|bool|address|hash|bytes|string)$/;
const FIXED = /^fixed([1-9]\d{0,4})$/;
const DEPTH_MAX = 16;

/** The layout a type stands for. @throws ABI_TYPE for names the ABI does not know, and structs that nest without end */
export function abiLayout(abi: Pick<Abi, 'structs'>, type: AbiType): Layout {
  return layoutAt(abi, type, 0);
}

function layoutAt(abi: Pick<Abi, 'structs'>, type: AbiType, depth: number): Layout {
  if (depth > DEPTH_MAX) throw new AbiError('ABI_TYPE', { expected: `depth ${DEPTH_MAX}`, got: type });
  if (type.endsWith('[]')) return { kind: 'list', item: layoutAt(abi, type.slice(0, -2), depth + 1) };
  if (type.endsWith('?')) return { kind: 'option', item: layoutAt(abi, type.slice(0, -1), depth + 1) };
  if (SIMPLE.test(type)) return { kind: type } as Layout;
  const fixed = FIXED.exec(type);
  if (fixed) return { kind: 'fixed', length: Number(fixed[1]) };
  const struct = abi.structs.find((one) => one.name === type);
  if (!struct) throw new AbiError('ABI_TYPE', { got: type });
  const fields = struct.fields.map((field) => ({
    name: field.name,
    layout: layoutAt(abi, field.type, depth + 1),
  }));
  return { kind: 'struct', fields };
}

/** The section's bytes. */
export function encodeAbi(abi: Abi): Uint8Array {
  return utf8(JSON.stringify(abi));
}

/** Inverse of `encodeAbi`; checks the form, so that a hostile section is an error and not a crash. @throws ABI_FORM */
export function decodeAbi(bytes: Uint8Array): Abi {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch (cause) {
    throw new AbiError('ABI_FORM', { expected: 'JSON' }, cause);
  }
  if (!isAbi(value)) throw new AbiError('ABI_FORM', { expected: `an ABI of version ${ABI_VERSION}` });
  return value;
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => Number.isInteger(value);
const isDoc: Check = (value) => value === undefined || isText(value);
const isFlag: Check = (value) => typeof value === 'boolean';

function isRecord(value: unknown, checks: Readonly<Record<string, Check>>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Readonly<Record<string, unknown>>;
  return Object.entries(checks).every(([name, check]) => check(record[name]));
}

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

const isParameter: Check = (value) => isRecord(value, { name: isText, type: isText });
const isParameters = listOf(isParameter);

function isAbi(value: unknown): value is Abi {
  return isRecord(value, {
    doc: isDoc,
    version: (version) => version === ABI_VERSION,
    name: isText,
    methods: listOf((method) =>
      isRecord(method, {
        doc: isDoc,
        name: isText,
        kind: (kind) => kind === 'init' || kind === 'call' || kind === 'view',
        payable: isFlag,
        selector: isNumber,
        args: isParameters,
        result: (result) => result === undefined || isText(result),
        access: listOf(isText),
      }),
    ),
    events: listOf((event) =>
      isRecord(event, {
        doc: isDoc,
        name: isText,
        id: isText,
        fields: listOf((field) => isParameter(field) && isRecord(field, { indexed: isFlag })),
      }),
    ),
    errors: listOf((error) =>
      isRecord(error, { doc: isDoc, name: isText, selector: isNumber, args: isParameters }),
    ),
    structs: listOf((struct) => isRecord(struct, { doc: isDoc, name: isText, fields: isParameters })),
    fields: listOf((field) =>
      isRecord(field, {
        doc: isDoc,
        name: isText,
        id: isText,
        kind: isNumber,
        keys: listOf(isText),
        type: isText,
      }),
    ),
  });
}
