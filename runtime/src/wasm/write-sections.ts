// The output module from its parts: what did not change is copied as uploaded, custom sections are dropped.
import { ByteWriter } from './byte-writer.js';
import { type Limits, SECTION, type Section, type WasmModule } from './module.js';
import { OP, TYPE } from './opcodes.js';
import { ACCESSORS, type OutputLayout } from './output-layout.js';

const HEADER = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** New contents of the code section: the types of all defined functions, and their bodies with sizes. */
export interface CodeParts {
  readonly functionTypes: readonly number[];
  readonly bodies: Uint8Array;
}

/** The module, and where `bodies` begins in it. */
export function writeSections(
  layout: OutputLayout,
  code: CodeParts,
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
  section(out, SECTION.global, (inside) => writeGlobals(layout, inside));
  section(out, SECTION.export, (inside) => writeExports(layout, inside));
  if (module.elements.length > 0) section(out, SECTION.element, (inside) => writeElements(layout, inside));
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

function writeGlobals(layout: OutputLayout, out: ByteWriter): void {
  const { module } = layout;
  out.u32(module.globals.length + 4);
  for (const global of module.globals) out.raw(module.bytes.subarray(global.offset, global.init.end));
  const counters = [
    [TYPE.i64, OP.i64Const],
    [TYPE.i32, OP.i32Const],
    [TYPE.i32, OP.i32Const],
    [TYPE.i32, OP.i32Const],
  ] as const;
  for (const [type, constant] of counters) out.raw(Uint8Array.of(type, 1, constant, 0, OP.end));
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
  const { module } = layout;
  out.u32(module.elements.length);
  for (const segment of module.elements) {
    out.u32(0);
    out.raw(module.bytes.subarray(segment.at.start, segment.at.end));
    out.u32(segment.functions.length);
    for (const index of segment.functions) out.u32(layout.inTable(index));
  }
}
