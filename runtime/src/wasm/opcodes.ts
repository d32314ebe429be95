// The instruction set as data: what follows each opcode, what it costs, whether it pushes a value, and which feature it
// belongs to. Core specification 2.0 §5.4 without vectors; the 0xFC group stands at index 256 + sub-opcode.
import type { InstructionPrices } from '../types/gas-schedule.js';

/** What may follow an opcode in the code: see `decode-body.ts` for how each is read. */
export const IMMEDIATES = [
  'none',
  'block',
  'index',
  'two-indices',
  'labels',
  'indirect',
  'memory',
  'index-zero',
  'zero',
  'two-zeros',
  'types',
  'reference',
  'i32',
  'i64',
  'f32',
  'f64',
] as const;
export type Immediate = (typeof IMMEDIATES)[number];
/** A key of the price list whose price is per instruction, or nothing to pay. */
export type CostClass = Exclude<keyof InstructionPrices, 'bulkWord' | 'growPage'> | 'free';
/** Why an instruction, type or section is refused where the rules do not accept it. */
export type Feature =
  | 'float'
  | 'simd'
  | 'threads'
  | 'exceptions'
  | 'tail-call'
  | 'gc'
  | 'reference-types'
  | 'table-mutation'
  | 'passive-segment'
  | 'multi-value'
  | 'multi-memory'
  | 'memory64'
  | 'shared-memory'
  | 'start';

export interface OpcodeInfo {
  readonly name: string;
  readonly immediate: Immediate;
  readonly cost: CostClass;
  /** 1 when it leaves one more fresh value; calls are counted by their type instead. */
  readonly pushes: 0 | 1;
  /** What rules must accept for it; undefined for what contracts may use. */
  readonly feature: Feature | undefined;
}

export const OPCODE_COUNT = 256 + 18;
/** Opcodes the passes look at by name. */
export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Store: 0x36,
  i64Store32: 0x3e,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32Eq: 0x46,
  i32LtS: 0x48,
  i32GtU: 0x4b,
  i64LtS: 0x53,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Or: 0x72,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64Or: 0x84,
  i64ShrU: 0x88,
  i32WrapI64: 0xa7,
  i64ExtendI32S: 0xac,
  i64ExtendI32U: 0xad,
  i64TruncF64S: 0xb0,
  f64ConvertI64S: 0xb9,
  refNull: 0xd0,
  refFunc: 0xd2,
  prefixBulk: 0xfc,
  memoryInit: 256 + 8,
  memoryCopy: 256 + 10,
  memoryFill: 256 + 11,
  tableInit: 256 + 12,
  tableCopy: 256 + 14,
  tableGrow: 256 + 15,
  tableFill: 256 + 17,
} as const;

/** Value types and the empty block type, as bytes. */
export const TYPE = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  empty: 0x40,
  functionReference: 0x70,
  externReference: 0x6f,
} as const;

/** The instruction at an index (a byte, or 256 + the sub-opcode of 0xFC); undefined when no rules accept it. */
export function opcodeAt(index: number): OpcodeInfo | undefined {
  return table[index];
}

/** Why an index without an entry is refused; undefined when no such instruction exists. */
export function refusedFeature(byte: number): Feature | undefined {
  if (byte >= 0x06 && byte <= 0x0a) return 'exceptions';
  if (byte === 0x18 || byte === 0x19 || byte === 0x1f) return 'exceptions';
  if (byte === 0x12 || byte === 0x13) return 'tail-call';
  if (byte === 0x14 || byte === 0x15) return 'gc';
  if (byte >= 0xd3 && byte <= 0xd6) return 'gc';
  if (byte === 0xfb) return 'gc';
  if (byte === 0xfd) return 'simd';
  if (byte === 0xfe) return 'threads';
  return undefined;
}

/** Whether the work of an instruction grows with the i32 on top of the stack. */
export function takesLength(op: number): boolean {
  return op >= OP.memoryInit && LENGTHS.has(op);
}
const LENGTHS: ReadonlySet<number> = new Set([
  OP.memoryInit,
  OP.memoryCopy,
  OP.memoryFill,
  OP.tableInit,
  OP.tableCopy,
  OP.tableGrow,
  OP.tableFill,
]);

const table: (OpcodeInfo | undefined)[] = new Array<OpcodeInfo | undefined>(OPCODE_COUNT).fill(undefined);

function define(
  first: number,
  names: string,
  immediate: Immediate,
  cost: CostClass,
  pushes: 0 | 1,
  feature?: Feature,
): void {
  for (const [index, name] of names.trim().split(/\s+/).entries()) {
    const divides = /\.(div|rem)/.test(name);
    const needs = feature ?? (/f32|f64/.test(name) ? 'float' : undefined);
    table[first + index] = { name, immediate, cost: divides ? 'divide' : cost, pushes, feature: needs };
  }
}

define(0x00, 'unreachable nop', 'none', 'free', 0);
define(0x02, 'block', 'block', 'free', 0);
define(0x03, 'loop if', 'block', 'branch', 0);
define(0x05, 'else', 'none', 'free', 0);
define(0x0b, 'end', 'none', 'free', 0);
define(0x0c, 'br br_if', 'index', 'branch', 0);
define(0x0e, 'br_table', 'labels', 'branchTable', 0);
define(0x0f, 'return', 'none', 'branch', 0);
define(0x10, 'call', 'index', 'call', 0);
define(0x11, 'call_indirect', 'indirect', 'callIndirect', 0);
define(0x1a, 'drop', 'none', 'simple', 0);
define(0x1b, 'select', 'none', 'simple', 1);
define(0x1c, 'select', 'types', 'simple', 1, 'reference-types');
define(0x20, 'local.get', 'index', 'simple', 1);
define(0x21, 'local.set', 'index', 'simple', 0);
define(0x22, 'local.tee', 'index', 'simple', 1);
define(0x23, 'global.get', 'index', 'simple', 1);
define(0x24, 'global.set', 'index', 'simple', 0);
define(0x25, 'table.get', 'index', 'memory', 1, 'table-mutation');
define(0x26, 'table.set', 'index', 'memory', 0, 'table-mutation');
define(
  0x28,
  'i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s',
  'memory',
  'memory',
  1,
);
define(0x2f, 'i32.load16_u i64.load8_s i64.load8_u i64.load16_s i64.load16_u', 'memory', 'memory', 1);
define(0x34, 'i64.load32_s i64.load32_u', 'memory', 'memory', 1);
define(0x36, 'i32.store i64.store f32.store f64.store i32.store8 i32.store16', 'memory', 'memory', 0);
define(0x3c, 'i64.store8 i64.store16 i64.store32', 'memory', 'memory', 0);
define(0x3f, 'memory.size', 'zero', 'memory', 1);
define(0x40, 'memory.grow', 'zero', 'grow', 1);
define(0x41, 'i32.const', 'i32', 'simple', 1);
define(0x42, 'i64.const', 'i64', 'simple', 1);
define(0x43, 'f32.const', 'f32', 'simple', 1);
define(0x44, 'f64.const', 'f64', 'simple', 1);
const COMPARE = 'eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const COMPARE_FLOAT = 'eq ne lt gt le ge';
const INTEGER = 'clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr';
const FLOAT = 'abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign';
const of = (type: string, names: string): string => names.replace(/\S+/g, (name) => `${type}.${name}`);
define(0x45, of('i32', COMPARE), 'none', 'simple', 1);
define(0x50, of('i64', COMPARE), 'none', 'simple', 1);
define(0x5b, of('f32', COMPARE_FLOAT), 'none', 'simple', 1);
define(0x61, of('f64', COMPARE_FLOAT), 'none', 'simple', 1);
define(0x67, of('i32', INTEGER), 'none', 'simple', 1);
define(0x79, of('i64', INTEGER), 'none', 'simple', 1);
define(0x8b, of('f32', FLOAT), 'none', 'simple', 1);
define(0x99, of('f64', FLOAT), 'none', 'simple', 1);
define(
  0xa7,
  'i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u',
  'none',
  'simple',
  1,
);
define(0xac, 'i64.extend_i32_s i64.extend_i32_u', 'none', 'simple', 1);
define(0xae, 'i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u', 'none', 'simple', 1);
define(
  0xb2,
  of('f32', 'convert_i32_s convert_i32_u convert_i64_s convert_i64_u demote_f64'),
  'none',
  'simple',
  1,
);
define(
  0xb7,
  of('f64', 'convert_i32_s convert_i32_u convert_i64_s convert_i64_u promote_f32'),
  'none',
  'simple',
  1,
);
define(
  0xbc,
  'i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64',
  'none',
  'simple',
  1,
);
define(0xc0, 'i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s', 'none', 'simple', 1);
define(
  0x100,
  of('i32', 'trunc_sat_f32_s trunc_sat_f32_u trunc_sat_f64_s trunc_sat_f64_u'),
  'none',
  'simple',
  1,
);
define(
  0x104,
  of('i64', 'trunc_sat_f32_s trunc_sat_f32_u trunc_sat_f64_s trunc_sat_f64_u'),
  'none',
  'simple',
  1,
);
define(OP.memoryCopy, 'memory.copy', 'two-zeros', 'bulk', 0);
define(OP.memoryFill, 'memory.fill', 'zero', 'bulk', 0);
define(OP.refNull, 'ref.null', 'reference', 'simple', 1, 'reference-types');
define(0xd1, 'ref.is_null', 'none', 'simple', 1, 'reference-types');
define(OP.refFunc, 'ref.func', 'index', 'simple', 1, 'reference-types');
define(OP.memoryInit, 'memory.init', 'index-zero', 'bulk', 0, 'passive-segment');
define(0x109, 'data.drop', 'index', 'bulk', 0, 'passive-segment');
define(OP.tableInit, 'table.init', 'two-indices', 'bulk', 0, 'table-mutation');
define(0x10d, 'elem.drop', 'index', 'bulk', 0, 'passive-segment');
define(OP.tableCopy, 'table.copy', 'two-indices', 'bulk', 0, 'table-mutation');
define(OP.tableGrow, 'table.grow table.size', 'index', 'bulk', 1, 'table-mutation');
define(OP.tableFill, 'table.fill', 'index', 'bulk', 0, 'table-mutation');

/** By opcode index: place of the immediate in `IMMEDIATES`, values left (`OpcodeInfo.pushes`). For inner loops. */
export const IMMEDIATE = Uint8Array.from(table, (info) => IMMEDIATES.indexOf(info?.immediate ?? 'none'));
export const PUSHES = Uint8Array.from(table, (info) => info?.pushes ?? 0);
