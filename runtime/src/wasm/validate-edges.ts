// The edges of a contract's module: what it may import from the host, what it must and may export.
import { utf8 } from '../base/bytes.js';
import { WasmError } from './errors.js';
import type { WasmLimits } from './limits.js';
import { type ExportEntry, type FunctionType, functionType, type WasmModule } from './module.js';
import { TYPE } from './opcodes.js';

/** A host function a module may import from module `weft`. */
export interface ImportRule {
  readonly name: string;
  readonly params: readonly ('i32' | 'i64')[];
  readonly result?: 'i32' | 'i64' | undefined;
}

/** The module name of every host function. */
export const IMPORT_MODULE = 'weft';
/** Exports from here on are the instrumenter's. */
export const RESERVED_PREFIX = 'weft.';

/** Only functions of `weft`, each with its exact type. @throws WASM_IMPORT, WASM_LIMIT, WASM_MEMORY, WASM_TABLE */
export function checkImports(module: WasmModule, rules: readonly ImportRule[], limits: WasmLimits): void {
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  for (const [index, entry] of module.imports.entries()) {
    const place = `offset ${entry.offset}`;
    if (index >= limits.imports) {
      throw new WasmError('WASM_LIMIT', {
        limit: 'imports',
        expected: limits.imports,
        got: module.imports.length,
        place,
      });
    }
    const got = shown(`${entry.module}.${entry.name}`);
    if (entry.kind === 'memory')
      throw new WasmError('WASM_MEMORY', { expected: 'a memory of its own', got, place });
    if (entry.kind === 'table')
      throw new WasmError('WASM_TABLE', { expected: 'a table of its own', got, place });
    const rule = entry.module === IMPORT_MODULE ? byName.get(entry.name) : undefined;
    if (entry.kind !== 'function' || rule === undefined) {
      throw new WasmError('WASM_IMPORT', { expected: 'a host function', got: `${entry.kind} ${got}`, place });
    }
    const expected = signature(rule.params, rule.result === undefined ? [] : [rule.result]);
    const type = module.types[entry.typeIndex];
    const actual = type === undefined ? 'no type' : typeText(type);
    if (actual !== expected)
      throw new WasmError('WASM_IMPORT', { function: got, expected, got: actual, place });
  }
}

/**
 * `memory` and `weft_call` are there, `_start` has its type, nothing reserved, mutable or imported goes out.
 * @throws WASM_EXPORT, WASM_LIMIT
 */
export function checkExports(module: WasmModule, limits: WasmLimits): void {
  const seen = new Map<string, ExportEntry>();
  for (const [index, entry] of module.exports.entries()) {
    const place = `offset ${entry.offset}`;
    if (index >= limits.exports) {
      throw new WasmError('WASM_LIMIT', {
        limit: 'exports',
        expected: limits.exports,
        got: module.exports.length,
        place,
      });
    }
    const nameBytes = utf8(entry.name).length;
    if (nameBytes > limits.nameBytes) {
      throw new WasmError('WASM_LIMIT', {
        limit: 'export name',
        expected: limits.nameBytes,
        got: nameBytes,
        place,
      });
    }
    if (seen.has(entry.name))
      throw new WasmError('WASM_EXPORT', { expected: 'one export', got: shown(entry.name), place });
    seen.set(entry.name, entry);
    checkExport(module, entry, place);
  }
  if (seen.get('memory')?.kind !== 'memory')
    throw new WasmError('WASM_EXPORT', { expected: 'a memory named memory' });
  checkEntry(module, seen.get('weft_call'), 'weft_call', '(i32, i32) -> ()');
  if (seen.has('_start')) checkEntry(module, seen.get('_start'), '_start', '() -> ()');
}

function checkExport(module: WasmModule, entry: ExportEntry, place: string): void {
  const got = `${entry.kind} ${shown(entry.name)}`;
  if (entry.name.startsWith(RESERVED_PREFIX)) {
    throw new WasmError('WASM_EXPORT', { expected: 'a name not reserved', got, place });
  }
  if (entry.kind === 'table') throw new WasmError('WASM_EXPORT', { expected: 'no table', got, place });
  if (entry.kind === 'function' && entry.index < module.importedFunctions) {
    throw new WasmError('WASM_EXPORT', { expected: 'a function of its own', got, place });
  }
  if (entry.kind === 'global' && module.globals[entry.index]?.mutable !== false) {
    throw new WasmError('WASM_EXPORT', { expected: 'an immutable global', got, place });
  }
}

function checkEntry(
  module: WasmModule,
  entry: ExportEntry | undefined,
  name: string,
  expected: string,
): void {
  const type = entry?.kind === 'function' ? functionType(module, entry.index) : undefined;
  const got = entry === undefined ? 'none' : type === undefined ? entry.kind : typeText(type);
  if (got !== expected) throw new WasmError('WASM_EXPORT', { export: name, expected, got });
}

function typeText(type: FunctionType): string {
  return signature([...type.params].map(valueName), [...type.results].map(valueName));
}

function signature(params: readonly string[], results: readonly string[]): string {
  const result = results.length === 1 ? results[0] : `(${results.join(', ')})`;
  return `(${params.join(', ')}) -> ${result}`;
}

function valueName(type: number): string {
  return Object.entries(TYPE).find(([, byte]) => byte === type)?.[0] ?? String(type);
}

/** A name in an error never grows past a line. */
function shown(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}
