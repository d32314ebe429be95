// The output module from its parts: what did not change is copied as uploaded, custom sections are dropped.
import { ByteWriter } from './byte-writer.js';
import {
  type ConstantExpression,
  type ElementSegment,
  type Limits,
  SECTION,
  type Section,
  type WasmModule,
} from './module.js';
import { OP, TYPE } from './opcodes.js';
import { ACCESSORS, type OutputLayout } from './output-layout.js';

const HEADER = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** New contents of the code section: the types of all defined functions, and their bodies with sizes. */
export interface CodeParts {
  readonly functionTypes: readonly number[];
  readonly bodies: Uint8Array;
}

/** What the counters hold in a fresh instance: nothing for contracts, whose host sets both. */
export interface Counters {
  readonly gas: number;
  readonly depth: number;
}

/** The module, and where `bodies` begins in it. */
export function writeSections(
  layout: OutputLayout,
  code: CodeParts,
  counters: Counters,
): { bytes: Uint8Array; codeStart: number } {
  const { module } = layout;
  const out = new ByteWriter(module.bytes.length + code.bodies.length + 4096);
  out.raw(HEADER);
  section(out, SECTION.type, (inside) => writeTypes(layout, inside));
  copy(module, SECTION.import, out);
  section(out, SECTION.function, (inside) => {
    inside.u32(code.functionTypes.length);
    for (const type of code.functionTypes) inside.u32(type);
  });
  copy(module, SECTION.table, out);
  if (module.memories.length > 0) section(out, SECTION.memory, (inside) => writeMemory(layout, inside));
  section(out, SECTION.global, (inside) => writeGlobals(layout, counters, inside));
  section(out, SECTION.export, (inside) => writeExports(layout, inside));
  const { start } = module;
  if (start !== undefined)
    section(out, SECTION.start, (inside) => inside.u32(layout.exported(start.function)));
  if (module.elements.length > 0 || layout.references)
    section(out, SECTION.element, (inside) => writeElements(layout, inside));
  copy(module, SECTION.dataCount, out);
  const codeStart = section(out, SECTION.code, (inside) => {
    inside.u32(code.functionTypes.length);
    inside.raw(code.bodies);
  });
  copy(module, SECTION.data, out);
  return { bytes: out.finish(), codeStart: codeStart - code.bodies.length };
}

/** Writes a section and returns where it ends. */
function section(out: ByteWriter, id: number, write: (inside: ByteWriter) => void): number {
  const inside = new ByteWriter(1024);
  write(inside);
  out.u8(id);
  out.u32(inside.length);
  out.raw(inside.view());
  return out.length;
}

function copy(module: WasmModule, id: number, out: ByteWriter): void {
  const found: Section | undefined = module.sections.find((candidate) => candidate.id === id);
  if (found !== undefined) out.raw(module.bytes.subarray(found.start, found.end));
}

function writeTypes(layout: OutputLayout, out: ByteWriter): void {
  const types = layout.types();
  out.u32(types.length);
  for (const type of types) {
    out.u8(0x60);
    out.u32(type.params.length);
    out.raw(type.params);
    out.u32(type.results.length);
    out.raw(type.results);
  }
}

/** One memory with its maximum always stated. */
function writeMemory(layout: OutputLayout, out: ByteWriter): void {
  const memory = layout.module.memories[0] as Limits;
  out.u32(1);
  out.u8(1);
  out.u32(memory.min);
  out.u32(layout.pagesMax);
}

function writeGlobals(layout: OutputLayout, counters: Counters, out: ByteWriter): void {
  const { module } = layout;
  out.u32(module.globals.length + 4);
  for (const global of module.globals) {
    out.u8(global.type);
    out.u8(global.mutable ? 1 : 0);
    writeConstant(layout, global.init, out);
  }
  const own = [
    [TYPE.i64, OP.i64Const, counters.gas],
    [TYPE.i64, OP.i64Const, counters.depth],
    [TYPE.i32, OP.i32Const, 0],
    [TYPE.i32, OP.i32Const, 0],
  ] as const;
  for (const [type, constant, value] of own) {
    out.raw(Uint8Array.of(type, 1, constant));
    out.signed(value);
    out.u8(OP.end);
  }
}

/** As it was, but a function's reference is the threaded one. */
function writeConstant(layout: OutputLayout, constant: ConstantExpression, out: ByteWriter): void {
  if (constant.opcode !== OP.refFunc) {
    out.raw(layout.module.bytes.subarray(constant.start, constant.end));
    return;
  }
  out.op(OP.refFunc, layout.reference(constant.value!));
  out.u8(OP.end);
}

function writeExports(layout: OutputLayout, out: ByteWriter): void {
  const { module } = layout;
  const codes = { function: 0, table: 1, memory: 2, global: 3 } as const;
  out.u32(module.exports.length + ACCESSORS.length);
  for (const entry of module.exports) {
    out.name(entry.name);
    out.u8(codes[entry.kind]);
    out.u32(entry.kind === 'function' ? layout.exported(entry.index) : entry.index);
  }
  for (const [index, accessor] of ACCESSORS.entries()) {
    out.name(accessor.name);
    out.u8(codes.function);
    out.u32(layout.firstAccessor + index);
  }
}

function writeElements(layout: OutputLayout, out: ByteWriter): void {
  const { module, references } = layout;
  out.u32(module.elements.length + (references ? 1 : 0));
  for (const segment of module.elements) writeElement(layout, segment, out);
  if (!references) return;
  // Exports name thunks now, so whatever code takes references of is declared here.
  out.u32(3);
  out.u8(0);
  out.u32(module.functions.length);
  for (const index of module.functions.keys()) out.u32(layout.reference(index));
}

function writeElement(layout: OutputLayout, segment: ElementSegment, out: ByteWriter): void {
  const { flags, table, at, element, functions, expressions } = segment;
  out.u32(flags);
  if ((flags & 3) === 2) out.u32(table);
  if (at !== undefined) writeConstant(layout, at, out);
  const typed = (flags & 4) !== 0;
  if ((flags & 3) !== 0) out.u8(typed ? element : 0);
  out.u32(typed ? expressions.length : functions.length);
  for (const index of functions) out.u32(layout.reference(index));
  for (const expression of expressions) writeConstant(layout, expression, out);
}
