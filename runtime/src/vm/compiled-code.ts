// From uploaded bytes to code that can run: validate, instrument, compile. Plain data and a module, so it can be
// posted to workers as it is. Kept by code hash; the state holds only what was uploaded.

import { bytesText } from '../base/bytes.js';
import type { AccessMethod, AccessSection } from '../types/access.js';
import { decodeAccessSection } from '../types/access-codec.js';
import type { Hash32 } from '../types/address.js';
import { GAS_SCHEDULE, type GasSchedule } from '../types/gas-schedule.js';
import { customSection, codeHash as hashCode } from '../wasm/code-hash.js';
import { instrumentModule } from '../wasm/instrument-module.js';
import type { OffsetMap } from '../wasm/offset-map.js';
import { type ModulePolicy, validateModule } from '../wasm/validate-module.js';
import { VmError } from './errors.js';
import { HOST_TABLE } from './host-table.js';

/** Code as the VM runs it. Survives structured cloning. */
export interface CompiledCode {
  readonly codeHash: Hash32;
  /** The hash as `bytesText`: how code is named in Maps. */
  readonly hashText: string;
  /** Of the instrumented bytes. */
  readonly module: WebAssembly.Module;
  readonly access: AccessSection;
  /** Methods by selector. */
  readonly methods: ReadonlyMap<number, AccessMethod>;
  /** The `@init` method, if any. */
  readonly init: AccessMethod | undefined;
  /** Length as uploaded. */
  readonly codeBytes: number;
  /** Memory pages (64 KiB) at the start. */
  readonly initialPages: number;
  /** From offsets in the instrumented module to those in the uploaded one. */
  readonly offsets: OffsetMap;
}

/** What `upload` keeps of a module. */
export interface UploadedCode {
  readonly codeHash: Hash32;
  /** Payload of `weft.access`. */
  readonly access: Uint8Array;
  readonly initialPages: number;
}

/** What a module may import: exactly the host table. */
export const MODULE_POLICY: ModulePolicy = {
  imports: HOST_TABLE.map(({ name, params, result }) => ({
    name,
    params: params.map((param) => (param.type === 'i64' ? 'i64' : 'i32')),
    result,
  })),
};

/**
 * Checks all that can be wrong with a contract's bytes, as `upload` does before it stores them.
 * @throws WASM_* of the validator and instrumenter, CODEC_* of the access section, VM_CODE_INVALID without one
 */
export function assertUploadable(bytes: Uint8Array, schedule: GasSchedule = GAS_SCHEDULE): UploadedCode {
  const { codeHash, access, initialPages } = prepare(bytes, schedule);
  return { codeHash, access, initialPages };
}

/** Code before the engine has it: plain bytes, a function of the upload and the prices alone. */
export interface PreparedCode extends UploadedCode {
  /** Length as uploaded. */
  readonly codeBytes: number;
  /** The instrumented module. */
  readonly instrumented: Uint8Array;
  readonly offsets: OffsetMap;
}

/**
 * Compiles a contract's bytes as uploaded: about 0.1 ms a KB, nearly all of it instrumentation.
 * @throws what `assertUploadable` does
 */
export function compileCode(bytes: Uint8Array, schedule: GasSchedule = GAS_SCHEDULE): CompiledCode {
  return loadCode(prepareCode(bytes, schedule));
}

/** Validates and instruments. @throws what `assertUploadable` does */
export function prepareCode(bytes: Uint8Array, schedule: GasSchedule = GAS_SCHEDULE): PreparedCode {
  const { codeHash, access, initialPages, instrumented } = prepare(bytes, schedule);
  const codeBytes = bytes.length;
  return {
    codeHash,
    access,
    initialPages,
    codeBytes,
    instrumented: instrumented.bytes,
    offsets: instrumented.offsets,
  };
}

/** Hands prepared code to the engine, which compiles function by function at their first calls. */
export function loadCode(prepared: PreparedCode): CompiledCode {
  const { codeHash, codeBytes, initialPages, offsets } = prepared;
  const access = decodeAccessSection(prepared.access);
  return {
    codeHash,
    hashText: bytesText(codeHash),
    module: new WebAssembly.Module(prepared.instrumented as Uint8Array<ArrayBuffer>),
    access,
    methods: new Map(access.methods.map((method) => [method.selector, method])),
    init: access.methods.find((method) => method.init),
    codeBytes,
    initialPages,
    offsets,
  };
}

function prepare(bytes: Uint8Array, schedule: GasSchedule) {
  const parsed = validateModule(bytes, MODULE_POLICY);
  const access = customSection(bytes, 'weft.access');
  if (access === undefined) {
    throw new VmError('VM_CODE_INVALID', { expected: 'a custom section weft.access', got: 'none' });
  }
  const section = decodeAccessSection(access);
  const instrumented = instrumentModule(bytes, schedule.instructions);
  const codeHash = hashCode(bytes) as Hash32;
  return { codeHash, access, section, initialPages: parsed.memories[0]?.min ?? 0, instrumented };
}
