// First stage: bytes to a parsed module. Strict (section order, exact sizes, every LEB128 and name checked), without
// recursion, linear in the bytes; bodies are only located. What contracts may not use at all is refused on sight.
import { ByteReader, malformed } from './byte-reader.js';
import type {
  CustomSection,
  DataSegment,
  ElementSegment,
  ExportEntry,
  FunctionBody,
  FunctionType,
  Global,
  Section,
  WasmModule,
} from './module.js';
import { SECTION } from './module.js';
import { inFunction } from './name-section.js';
import { TYPE } from './opcodes.js';
import {
  readConstant,
  readExport,
  readGlobalType,
  readImport,
  readLimits,
  readReferenceType,
  readTable,
  readValueType,
} from './read-items.js';
import { CONTRACT_RULES, demand, type ReadRules, refused, step } from './read-rules.js';

/**
 * The parsed form of a module. Offsets in it and in errors count from the module's first byte.
 * @throws WASM_MALFORMED, WASM_FEATURE
 */
export function readModule(bytes: Uint8Array, rules: ReadRules = CONTRACT_RULES): WasmModule {
  const { sections, customs } = readSections(bytes);
  const items = <T>(id: number, read: (reader: ByteReader, rules: ReadRules) => T): T[] =>
    readItems(bytes, sections, id, rules, read);
  const imports = items(SECTION.import, readImport);
  const exports = items<ExportEntry>(SECTION.export, readExport);
  const imported = imports.flatMap((entry) => (entry.kind === 'function' ? [entry.typeIndex] : []));
  let next = imported.length;
  const readNamedBody = (reader: ByteReader): FunctionBody =>
    inFunction({ bytes, customs, exports }, next++, () => readBody(reader, rules));
  const module = {
    bytes,
    sections,
    customs,
    types: items(SECTION.type, readType),
    imports,
    tables: items(SECTION.table, readTable),
    memories: items(SECTION.memory, (reader) => readLimits(reader, 'memory')),
    globals: items(SECTION.global, readGlobal),
    exports,
    start: readStart(bytes, sections),
    elements: items(SECTION.element, readElement),
    bodies: items(SECTION.code, readNamedBody),
    data: items(SECTION.data, readData),
  };
  const declared = items(SECTION.function, (reader) => reader.u32());
  checkCounts(module, declared.length);
  return {
    ...module,
    functions: [...imported, ...declared],
    importedFunctions: imported.length,
    importedGlobals: module.imports.filter((entry) => entry.kind === 'global').length,
  };
}

/** Raw bytes of a section, its id and size included. */
export function sectionBytes(module: WasmModule, section: Section): Uint8Array {
  return module.bytes.subarray(section.start, section.end);
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** The order sections come in; data count stands before code. */
const ORDER: readonly number[] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

/** Where each section lies, contents unread. @throws WASM_MALFORMED, WASM_FEATURE */
export function readSections(bytes: Uint8Array): { sections: Section[]; customs: CustomSection[] } {
  for (const [index, byte] of HEADER.entries()) {
    if (bytes[index] !== byte)
      throw malformed(index, 'the header of a module of version 1', bytes[index] ?? 'the end');
  }
  const reader = new ByteReader(bytes, HEADER.length, bytes.length);
  const sections: Section[] = [];
  const customs: CustomSection[] = [];
  let rank = -1;
  while (reader.remaining > 0) {
    const start = reader.offset;
    const id = reader.u8();
    const size = reader.u32();
    const content = reader.skip(size);
    const section = { id, start, content, end: content + size };
    if (id === SECTION.custom) {
      const inside = new ByteReader(bytes, content, section.end);
      const name = inside.name();
      customs.push({ ...section, name, payload: inside.offset });
      continue;
    }
    if (id === SECTION.tag) throw refused('exceptions', start);
    const order = ORDER.indexOf(id);
    if (order <= rank) throw malformed(start, 'a later section', `section ${id}`);
    rank = order;
    sections.push(section);
  }
  return { sections, customs };
}

function readItems<T>(
  bytes: Uint8Array,
  sections: readonly Section[],
  id: number,
  rules: ReadRules,
  read: (reader: ByteReader, rules: ReadRules) => T,
): T[] {
  const section = sections.find((candidate) => candidate.id === id);
  if (section === undefined) return [];
  const reader = new ByteReader(bytes, section.content, section.end);
  const list = vector(reader, rules, read);
  reader.done(`section ${id}`);
  return list;
}

function readType(reader: ByteReader, rules: ReadRules): FunctionType {
  const offset = reader.offset;
  const form = reader.u8();
  if (form === 0x4e || form === 0x4f || form === 0x50 || form === 0x5e || form === 0x5f)
    throw refused('gc', offset);
  if (form !== 0x60) throw malformed(offset, 'a function type', form);
  const params = readValueTypes(reader, rules);
  return { params, results: readValueTypes(reader, rules), offset };
}

function readValueTypes(reader: ByteReader, rules: ReadRules): Uint8Array {
  const count = reader.count();
  const start = reader.offset;
  for (let index = 0; index < count; index++) {
    step(rules);
    readValueType(reader, rules);
  }
  return reader.bytes.subarray(start, reader.offset);
}

function readGlobal(reader: ByteReader, rules: ReadRules): Global {
  const offset = reader.offset;
  const type = readGlobalType(reader, rules);
  return { ...type, init: readConstant(reader, rules), offset };
}

function readStart(bytes: Uint8Array, sections: readonly Section[]): WasmModule['start'] {
  const section = sections.find((candidate) => candidate.id === SECTION.start);
  if (section === undefined) return undefined;
  const reader = new ByteReader(bytes, section.content, section.end);
  const start = { function: reader.u32(), offset: section.start };
  reader.done('the start section');
  return start;
}

function readElement(reader: ByteReader, rules: ReadRules): ElementSegment {
  const offset = reader.offset;
  const flags = reader.u32();
  if (flags > 7) throw malformed(offset, 'flags of an element segment', flags);
  if (flags !== 0) demand(rules, (flags & 1) !== 0 ? 'passive-segment' : 'reference-types', offset);
  const active = (flags & 1) === 0;
  const table = active && (flags & 2) !== 0 ? reader.u32() : 0;
  const at = active ? readConstant(reader, rules) : undefined;
  const expressions = (flags & 4) !== 0;
  const element = (flags & 3) === 0 ? TYPE.functionReference : readElementKind(reader, rules, expressions);
  const head = { flags, table, at, element, offset };
  if (expressions) return { ...head, functions: [], expressions: vector(reader, rules, readConstant) };
  return { ...head, functions: vector(reader, rules, (inside) => inside.u32()), expressions: [] };
}

/** A reference type where expressions follow, else the one kind there is: functions. */
function readElementKind(reader: ByteReader, rules: ReadRules, expressions: boolean): number {
  if (expressions) return readReferenceType(reader, rules);
  const offset = reader.offset;
  const kind = reader.u8();
  if (kind !== 0) throw malformed(offset, 'an element kind', kind);
  return TYPE.functionReference;
}

function vector<T>(
  reader: ByteReader,
  rules: ReadRules,
  read: (reader: ByteReader, rules: ReadRules) => T,
): T[] {
  const count = reader.count();
  const list: T[] = [];
  for (let index = 0; index < count; index++) {
    step(rules);
    list.push(read(reader, rules));
  }
  return list;
}

function readData(reader: ByteReader, rules: ReadRules): DataSegment {
  const offset = reader.offset;
  const flags = reader.u32();
  if (flags > 2) throw malformed(offset, 'flags of a data segment', flags);
  if (flags === 1) demand(rules, 'passive-segment', offset);
  if (flags === 2 && (!rules.accepts.has('passive-segment') || reader.u32() !== 0))
    throw refused('multi-memory', offset);
  const at = flags === 1 ? undefined : readConstant(reader, rules);
  const length = reader.u32();
  const start = reader.skip(length);
  return { at, bytes: { start, end: start + length }, offset };
}

function readBody(reader: ByteReader, rules: ReadRules): FunctionBody {
  const offset = reader.offset;
  const size = reader.u32();
  const first = reader.skip(size);
  const end = first + size;
  const inside = reader.within(first, end);
  const runs = inside.count();
  const localRuns: { count: number; type: number }[] = [];
  let locals = 0;
  for (let index = 0; index < runs; index++) {
    step(rules);
    const at = inside.offset;
    const count = inside.u32();
    locals += count;
    if (locals >= 2 ** 32) throw malformed(at, 'fewer than 2^32 locals', locals);
    localRuns.push({ count, type: readValueType(inside, rules) });
  }
  if (inside.remaining === 0) throw malformed(inside.offset, 'instructions', 'the end of the body');
  return { offset, start: inside.offset, end, localRuns, locals };
}

function checkCounts(
  module: Pick<WasmModule, 'bytes' | 'bodies' | 'data' | 'sections'>,
  declared: number,
): void {
  const code = module.sections.find((section) => section.id === SECTION.code);
  if (module.bodies.length !== declared) {
    throw malformed(code?.start ?? module.bytes.length, `${declared} function bodies`, module.bodies.length);
  }
  const section = module.sections.find((candidate) => candidate.id === SECTION.dataCount);
  if (section === undefined) return;
  const reader = new ByteReader(module.bytes, section.content, section.end);
  const count = reader.u32();
  reader.done('the data count section');
  if (count !== module.data.length)
    throw malformed(section.start, `a data count of ${module.data.length}`, count);
}
