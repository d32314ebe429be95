// Single items of the binary format that more than one section uses: value types, limits, constants, imports, exports.
import { type ByteReader, malformed } from './byte-reader.js';
import type {
  ConstantExpression,
  ExportEntry,
  ExternalKind,
  GlobalType,
  ImportEntry,
  Limits,
  Table,
} from './module.js';
import { OP, TYPE } from './opcodes.js';
import { demand, type ReadRules, refused } from './read-rules.js';

const KINDS: readonly ExternalKind[] = ['function', 'table', 'memory', 'global'];

/** A value type the rules accept; vectors and what came later never are. @throws WASM_MALFORMED, WASM_FEATURE */
export function readValueType(reader: ByteReader, rules: ReadRules): number {
  const offset = reader.offset;
  const type = reader.u8();
  if (type === TYPE.i32 || type === TYPE.i64) return type;
  if (type === TYPE.f32 || type === TYPE.f64) {
    demand(rules, 'float', offset);
    return type;
  }
  if (type === TYPE.functionReference || type === TYPE.externReference) {
    demand(rules, 'reference-types', offset);
    return type;
  }
  if (type === 0x7b) throw refused('simd', offset);
  if (type >= 0x63 && type <= 0x74) throw refused('gc', offset);
  throw malformed(offset, 'a value type', type);
}

/** Minimum and maximum of a memory (pages) or a table (entries). @throws WASM_MALFORMED, WASM_FEATURE */
export function readLimits(reader: ByteReader, what: 'memory' | 'table'): Limits {
  const offset = reader.offset;
  const flags = reader.u8();
  if (flags > 7) throw malformed(offset, 'flags of limits', flags);
  if (flags > 1) throw refused((flags & 4) !== 0 ? 'memory64' : 'shared-memory', offset);
  const min = reader.u32();
  const max = flags === 1 ? reader.u32() : undefined;
  const largest = what === 'memory' ? 65_536 : 2 ** 32 - 1;
  if (min > largest) throw malformed(offset, `at most ${largest}`, min);
  if (max !== undefined && (max < min || max > largest)) throw malformed(offset, 'a maximum in range', max);
  return { min, max, offset };
}

/** A reference type; functions need no acceptance where a table holds them. @throws WASM_MALFORMED, WASM_FEATURE */
export function readReferenceType(reader: ByteReader, rules: ReadRules): number {
  const offset = reader.offset;
  const type = reader.u8();
  if (type !== TYPE.functionReference) demand(rules, 'reference-types', offset);
  if (type !== TYPE.functionReference && type !== TYPE.externReference)
    throw malformed(offset, 'a reference type', type);
  return type;
}

/** @throws WASM_MALFORMED, WASM_FEATURE */
export function readTable(reader: ByteReader, rules: ReadRules): Table {
  const element = readReferenceType(reader, rules);
  return { element, ...readLimits(reader, 'table') };
}

/** @throws WASM_MALFORMED, WASM_FEATURE */
export function readGlobalType(reader: ByteReader, rules: ReadRules): GlobalType {
  const type = readValueType(reader, rules);
  const offset = reader.offset;
  const mutable = reader.u8();
  if (mutable > 1) throw malformed(offset, 'a mutability flag', mutable);
  return { type, mutable: mutable === 1 };
}

/** A constant expression of exactly one instruction; extended ones are refused. @throws WASM_MALFORMED, WASM_FEATURE */
export function readConstant(reader: ByteReader, rules: ReadRules): ConstantExpression {
  const start = reader.offset;
  const opcode = reader.u8();
  let value: number | undefined;
  if (opcode === OP.i32Const) value = reader.s32() >>> 0;
  else if (opcode === OP.i64Const) reader.skipS64();
  else if (opcode === OP.f32Const) reader.skip(4);
  else if (opcode === OP.f64Const) reader.skip(8);
  else if (opcode === OP.globalGet) value = reader.u32();
  else if (opcode === OP.refNull || opcode === OP.refFunc) {
    demand(rules, 'reference-types', start);
    if (opcode === OP.refFunc) value = reader.u32();
    else readReferenceType(reader, rules);
  } else if (opcode === 0xfd) throw refused('simd', start);
  else throw malformed(start, 'a constant', opcode);
  const at = reader.offset;
  const end = reader.u8();
  if (end !== OP.end) throw malformed(at, 'the end of a constant expression', end);
  return { opcode, value, start, end: reader.offset };
}

/** @throws WASM_MALFORMED, WASM_FEATURE */
export function readImport(reader: ByteReader, rules: ReadRules): ImportEntry {
  const offset = reader.offset;
  const module = reader.name();
  const name = reader.name();
  const at = reader.offset;
  const code = reader.u8();
  if (code === 4) throw refused('exceptions', at);
  const kind = KINDS[code];
  const head = { module, name, offset };
  switch (kind) {
    case 'function':
      return { ...head, kind, typeIndex: reader.u32() };
    case 'table':
      return { ...head, kind, limits: readTable(reader, rules) };
    case 'memory':
      return { ...head, kind, limits: readLimits(reader, kind) };
    case 'global':
      return { ...head, kind, global: readGlobalType(reader, rules) };
    default:
      throw malformed(at, 'a kind of import', code);
  }
}

/** @throws WASM_MALFORMED, WASM_FEATURE */
export function readExport(reader: ByteReader): ExportEntry {
  const offset = reader.offset;
  const name = reader.name();
  const at = reader.offset;
  const code = reader.u8();
  if (code === 4) throw refused('exceptions', at);
  const kind = KINDS[code];
  if (kind === undefined) throw malformed(at, 'a kind of export', code);
  return { name, kind, index: reader.u32(), offset };
}
