// Shared by the tests of the WebAssembly floor: text to bytes, the host rules tests use, and running a metered module.

import type { InstructionCosts } from '@weft/runtime/wasm/costs';
import { type InstrumentOptions, instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { type ImportRule, validateModule } from '@weft/runtime/wasm/validate-module';
import loadWabt from 'wabt';

const wabt = await loadWabt();
const FEATURES = { bulk_memory: true, sign_extension: true, sat_float_to_int: true, multi_value: true };

/** Host functions of the tests: `note` hands a number out and another back, `quit` never returns. */
export const RULES: readonly ImportRule[] = [
  { name: 'note', params: ['i32'], result: 'i32' },
  { name: 'pair', params: ['i32', 'i32'] },
  { name: 'quit', params: [] },
];

/** One gas an instruction, so that sums can be done by hand. */
export const UNIT_COSTS: InstructionCosts = {
  simple: 1,
  divide: 1,
  memory: 1,
  branch: 1,
  branchTable: 1,
  call: 1,
  callIndirect: 1,
  bulk: 1,
  grow: 1,
  bulkWord: 1,
  growPage: 100,
};

/** Binary of a module in text form; all features wabt knows, so that refusals can be tested. */
export function wat(text: string, features: Record<string, boolean> = FEATURES): Uint8Array {
  const parsed = wabt.parseWat('test.wat', text, features);
  try {
    return parsed.toBinary({}).buffer.slice();
  } finally {
    parsed.destroy();
  }
}

/** Flat text of a binary module, without names. */
export function flatText(bytes: Uint8Array): string {
  const parsed = wabt.readWasm(bytes, { readDebugNames: false, check: false, ...FEATURES } as object);
  try {
    return parsed.toText({ foldExprs: false, inlineExport: false });
  } finally {
    parsed.destroy();
  }
}

/** A contract: `body`, and the required memory and entry where it has none. */
export function contract(body: string): Uint8Array {
  const memory = /\(memory[ )]/.test(body) ? '' : '(memory (export "memory") 1)';
  const entry = body.includes('"weft_call"') ? '' : '(func (export "weft_call") (param i32 i32))';
  return wat(`(module ${body} ${memory} ${entry})`);
}

export type Exports = Record<string, (...args: (number | bigint)[]) => number | bigint | undefined> & {
  memory: WebAssembly.Memory;
};

/** A metered instance; `gas` is what is left. */
export interface Metered {
  readonly exports: Exports;
  gas(): number;
  halt(): number;
  /** Sets gas and depth, then calls. */
  call(
    name: string,
    args?: readonly (number | bigint)[],
    gas?: number,
    depth?: number,
  ): number | bigint | undefined;
}

/** Validates, instruments and instantiates. `host` sees the instance when called. */
export function meter(
  bytes: Uint8Array,
  host: (metered: Metered, name: string, args: number[]) => number = () => 0,
  costs?: InstructionCosts,
  options: InstrumentOptions = {},
): Metered {
  validateModule(bytes, { imports: RULES });
  const output = instrumentModule(bytes, costs, options);
  const imports = Object.fromEntries(
    RULES.map(({ name }) => [name, (...args: number[]) => host(metered, name, args)]),
  );
  const instance = new WebAssembly.Instance(new WebAssembly.Module(output.bytes as Uint8Array<ArrayBuffer>), {
    weft: imports,
  });
  const exports = instance.exports as unknown as Exports;
  const metered: Metered = {
    exports,
    gas: () => Number(exports['weft.gas']!()),
    halt: () => Number(exports['weft.halt']!()),
    call(name, args = [], gas = 1e9, depth = 1e6) {
      exports['weft.set_gas']!(gas);
      exports['weft.set_depth']!(depth);
      return exports[name]!(...args);
    },
  };
  return metered;
}

/** The code of a thrown coded error, or the error's class name. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as { code?: string }).code ?? `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'no error';
}
