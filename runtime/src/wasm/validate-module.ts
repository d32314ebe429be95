// What a contract's module must be, checked before anything is made from it: our rules on sections, limits, imports,
// exports and instructions; then V8's exact type checker. Policy comes as data, so one validator serves every version.
import { BodyCode, decodeBody } from './decode-body.js';
import { WasmError } from './errors.js';
import { WASM_LIMITS, type WasmLimits } from './limits.js';
import {
  type ConstantExpression,
  type FunctionBody,
  type FunctionType,
  functionType,
  type WasmModule,
} from './module.js';
import { describeFunction, inFunction } from './name-section.js';
import { OP } from './opcodes.js';
import { readModule } from './read-module.js';
import { contractRules, type ReadRules, refused, type Work } from './read-rules.js';
import { checkExports, checkImports, type ImportRule } from './validate-edges.js';

export type { ImportRule } from './validate-edges.js';

/** What a module may import, and the bounds it must keep. */
export interface ModulePolicy {
  /** Allowed functions of module `weft`. */
  readonly imports: readonly ImportRule[];
  /** Default: `WASM_LIMITS`. */
  readonly limits?: WasmLimits;
  /** Counts what was read, for those who hold it against the size. */
  readonly work?: Work;
}

/** Custom sections with a meaning; each may stand once. */
export const OWN_SECTIONS = ['weft.access', 'weft.abi'] as const;

/**
 * Reads and checks an uploaded module; returns its parsed form. Pure, linear in the bytes.
 * @throws WASM_* with the offset, and the function where there is one
 */
export function validateModule(bytes: Uint8Array, policy: ModulePolicy): WasmModule {
  const limits = policy.limits ?? WASM_LIMITS;
  atMost(limits.moduleBytes, bytes.length, 'bytes of a module', 0);
  const rules = contractRules(limits, policy.work);
  const module = readModule(bytes, rules);
  for (const name of OWN_SECTIONS) {
    const twice = module.customs.filter((section) => section.name === name)[1];
    if (twice) throw new WasmError('WASM_SECTION_TWICE', { section: name, place: `offset ${twice.start}` });
  }
  if (module.start) throw new WasmError('WASM_START', { place: `offset ${module.start.offset}` });
  checkTypes(module, limits);
  checkImports(module, policy.imports, limits);
  checkMemory(module, limits);
  checkTable(module, limits);
  checkGlobals(module, limits);
  checkExports(module, limits);
  checkSegments(module, limits);
  checkFunctions(module, limits, rules);
  assertTypeChecks(bytes);
  return module;
}

/** The last word on types is the engine's validator. @throws WASM_INVALID */
export function assertTypeChecks(bytes: Uint8Array): void {
  if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) throw new WasmError('WASM_INVALID', {});
}

/** @throws WASM_LIMIT when `got` passes `limit` */
export function atMost(limit: number, got: number, what: string, offset: number): void {
  if (got > limit)
    throw new WasmError('WASM_LIMIT', { limit: what, expected: limit, got, place: `offset ${offset}` });
}

function checkTypes(module: WasmModule, limits: WasmLimits): void {
  atMost(limits.types, module.types.length, 'types', module.types[limits.types]?.offset ?? 0);
  for (const type of module.types) {
    atMost(limits.paramsPerFunction, type.params.length, 'parameters of a function', type.offset);
    if (type.results.length > limits.results) throw refused('multi-value', type.offset);
  }
}

function checkMemory(module: WasmModule, limits: WasmLimits): void {
  const [memory, second] = module.memories;
  if (memory === undefined) throw new WasmError('WASM_MEMORY', { expected: 'one memory', got: 'none' });
  if (second !== undefined) throw refused('multi-memory', second.offset);
  const place = `offset ${memory.offset}`;
  if (memory.min > limits.pagesInitial) {
    throw new WasmError('WASM_MEMORY', {
      expected: limits.pagesInitial,
      got: memory.min,
      unit: 'pages',
      place,
    });
  }
}

function checkTable(module: WasmModule, limits: WasmLimits): void {
  const [table, second] = module.tables;
  if (second !== undefined) throw refused('reference-types', second.offset);
  if (table === undefined || table.min <= limits.tableEntries) return;
  const place = `offset ${table.offset}`;
  throw new WasmError('WASM_TABLE', {
    expected: limits.tableEntries,
    got: table.min,
    unit: 'entries',
    place,
  });
}

function checkGlobals(module: WasmModule, limits: WasmLimits): void {
  atMost(limits.globals, module.globals.length, 'globals', module.globals[limits.globals]?.offset ?? 0);
  for (const global of module.globals) {
    const { opcode } = global.init;
    if (opcode === OP.i32Const || opcode === OP.i64Const) continue;
    throw new WasmError('WASM_INVALID', {
      expected: 'an integer constant',
      place: `offset ${global.init.start}`,
    });
  }
}

function checkSegments(module: WasmModule, limits: WasmLimits): void {
  atMost(
    limits.dataSegments,
    module.data.length,
    'data segments',
    module.data[limits.dataSegments]?.offset ?? 0,
  );
  const beyond = module.elements[limits.elementSegments];
  atMost(limits.elementSegments, module.elements.length, 'element segments', beyond?.offset ?? 0);
  const memoryBytes = (module.memories[0]?.min ?? 0) * 65_536;
  for (const { at, bytes, offset } of module.data) {
    checkSegment(at, bytes.end - bytes.start, memoryBytes, offset, 'bytes');
  }
  for (const { at, functions, offset } of module.elements) {
    checkSegment(at, functions.length, module.tables[0]?.min ?? 0, offset, 'entries');
    for (const index of functions) {
      if (index >= module.functions.length) {
        throw new WasmError('WASM_INVALID', {
          expected: 'a function',
          got: index,
          place: `offset ${offset}`,
        });
      }
    }
  }
}

function checkSegment(
  at: ConstantExpression | undefined,
  length: number,
  size: number,
  offset: number,
  unit: string,
): void {
  const place = `offset ${offset}`;
  if (at?.opcode !== OP.i32Const || at.value === undefined) {
    throw new WasmError('WASM_SEGMENT', { expected: 'i32.const', place });
  }
  if (at.value + length > size) {
    throw new WasmError('WASM_SEGMENT', { expected: size, got: at.value + length, unit, place });
  }
}

function checkFunctions(module: WasmModule, limits: WasmLimits, rules: ReadRules): void {
  const code = new BodyCode();
  const totals = { locals: 0, params: 0, blocks: 0 };
  atMost(limits.functions, module.bodies.length, 'functions', module.bodies[limits.functions]?.offset ?? 0);
  for (const [defined, body] of module.bodies.entries()) {
    const index = module.importedFunctions + defined;
    const type = functionType(module, index);
    if (type === undefined) {
      throw new WasmError('WASM_INVALID', {
        expected: 'a known type',
        place: describeFunction(module, index),
      });
    }
    inFunction(module, index, () => checkFunction(module, body, type, limits, rules, code, totals));
  }
}

function checkFunction(
  module: WasmModule,
  body: FunctionBody,
  type: FunctionType,
  limits: WasmLimits,
  rules: ReadRules,
  code: BodyCode,
  totals: { locals: number; params: number; blocks: number },
): void {
  const { offset } = body;
  totals.locals += body.locals;
  totals.params += type.params.length;
  atMost(limits.bodyBytes, body.end - offset, 'bytes of a function body', offset);
  atMost(limits.localsPerFunction, body.locals, 'locals of a function', offset);
  atMost(limits.localsPerModule, totals.locals, 'locals of a module', offset);
  atMost(limits.paramsPerModule, totals.params, 'parameters of a module', offset);
  decodeBody(module, body, rules, code);
  totals.blocks += code.blocks;
  atMost(limits.blocksPerModule, totals.blocks, 'blocks of a module', offset);
}
