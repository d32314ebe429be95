// A function body to flat arrays: one row per instruction (opcode index, offset, first immediate). Refuses instructions
// outside the accepted set and bounds blocks, nesting and branch tables; types are checked elsewhere.
import { ByteReader, malformed } from './byte-reader.js';
import { WasmError } from './errors.js';
import type { FunctionBody, WasmModule } from './module.js';
import { IMMEDIATE, IMMEDIATES, OP, OPCODE_COUNT, opcodeAt, refusedFeature, TYPE } from './opcodes.js';

import { readReferenceType, readValueType } from './read-items.js';
import { demand, type ReadRules, refused } from './read-rules.js';

const NO_OPS = new Uint16Array(0);
const NO_NUMBERS = new Uint32Array(0);

/** The rows of one body; where it is reused from body to body, a row lives until the next `decodeBody`. */
export class BodyCode {
  /** Opcode index: the byte, or 256 + the sub-opcode of 0xFC. */
  ops = NO_OPS;
  /** Offset in the module; row `count` holds the end of the body. */
  offsets = NO_NUMBERS;
  /** Label, function, type, local, global, table or segment index; number of targets of a br_table; else 0. */
  immediates = NO_NUMBERS;
  count = 0;
  /** block, loop and if. */
  blocks = 0;

  /** Room for a body of so many bytes, and no rows. */
  reset(bytes: number): void {
    if (this.ops.length < bytes) {
      this.ops = new Uint16Array(bytes);
      this.offsets = new Uint32Array(bytes + 1);
      this.immediates = new Uint32Array(bytes);
    }
    this.count = 0;
    this.blocks = 0;
  }
}

/**
 * All bodies of a module, in order, over three arrays in common.
 * @throws as `decodeBody`
 */
export function decodeBodies(module: WasmModule, rules: ReadRules): readonly BodyCode[] {
  const bytes = module.bodies.reduce((sum, body) => sum + body.end - body.start, 0);
  const ops = new Uint16Array(bytes);
  const offsets = new Uint32Array(bytes + module.bodies.length);
  const immediates = new Uint32Array(bytes);
  let from = 0;
  return module.bodies.map((body, index) => {
    const code = new BodyCode();
    const to = from + body.end - body.start;
    code.ops = ops.subarray(from, to);
    code.offsets = offsets.subarray(from + index, to + index + 1);
    code.immediates = immediates.subarray(from, to);
    from = to;
    decodeBody(module, body, rules, code);
    return code;
  });
}

/**
 * Fills `code` with the instructions of `body`, its last row the closing `end`. Linear in the body's bytes.
 * @throws WASM_MALFORMED, WASM_FEATURE, WASM_LIMIT; `place` is the offset
 */
export function decodeBody(module: WasmModule, body: FunctionBody, rules: ReadRules, code: BodyCode): void {
  code.reset(body.end - body.start);
  try {
    decodeRows(new ByteReader(module.bytes, body.start, body.end), rules, code);
  } finally {
    if (rules.work !== undefined) rules.work.steps += code.count;
  }
}

function decodeRows(reader: ByteReader, rules: ReadRules, code: BodyCode): void {
  const { bytes } = reader;
  const { ops, offsets, immediates } = code;
  const accepted = acceptedOpcodes(rules);
  let open = 1;
  let row = 0;
  while (open > 0) {
    const offset = reader.offset;
    const byte = reader.u8();
    const op = byte === OP.prefixBulk ? 256 + reader.u32() : byte;
    if (op >= OPCODE_COUNT || accepted[op] === 0) refuseOpcode(op, byte, offset);
    ops[row] = op;
    offsets[row] = offset;
    code.count = row + 1;
    const immediate = IMMEDIATE[op]!;
    if (immediate === NONE) {
      immediates[row++] = 0;
      if (op === OP.end) open--;
      continue;
    }
    // Nearly all indices take one byte.
    const next = bytes[reader.offset]!;
    if (immediate === INDEX && next < 0x80 && reader.offset < reader.end) {
      reader.offset++;
      immediates[row++] = next;
      continue;
    }
    immediates[row++] = readImmediate(reader, immediate, rules);
    if (immediate !== BLOCK) continue;
    open++;
    code.blocks++;
    checkLimit(rules.limits?.nesting, open - 1, 'nested blocks', offset);
    checkLimit(rules.limits?.blocksPerFunction, code.blocks, 'blocks in a function', offset);
  }
  offsets[row] = reader.offset;
  reader.done('the function body');
}

const NONE = IMMEDIATES.indexOf('none');
const INDEX = IMMEDIATES.indexOf('index');
const BLOCK = IMMEDIATES.indexOf('block');

/** By opcode index, 1 for what the rules accept; made once for each set of features. */
function acceptedOpcodes({ accepts }: ReadRules): Uint8Array {
  const known = acceptedBy.get(accepts);
  if (known !== undefined) return known;
  const accepted = new Uint8Array(OPCODE_COUNT);
  for (let index = 0; index < OPCODE_COUNT; index++) {
    const info = opcodeAt(index);
    if (info !== undefined && (info.feature === undefined || accepts.has(info.feature))) accepted[index] = 1;
  }
  acceptedBy.set(accepts, accepted);
  return accepted;
}
const acceptedBy = new WeakMap<ReadRules['accepts'], Uint8Array>();

function refuseOpcode(op: number, byte: number, offset: number): never {
  const info = op < OPCODE_COUNT ? opcodeAt(op) : undefined;
  if (info?.feature !== undefined) {
    const place = `offset ${offset}`;
    throw new WasmError('WASM_FEATURE', { got: info.feature, instruction: info.name, place });
  }
  const feature = refusedFeature(byte);
  if (feature === undefined) throw malformed(offset, 'an instruction', `opcode 0x${byte.toString(16)}`);
  throw refused(feature, offset);
}

function readImmediate(reader: ByteReader, immediate: number, rules: ReadRules): number {
  switch (IMMEDIATES[immediate]!) {
    case 'none':
      return 0;
    case 'block':
      return readBlockType(reader, rules);
    case 'index':
      return reader.u32();
    case 'two-indices': {
      const first = reader.u32();
      reader.u32();
      return first;
    }
    case 'labels':
      return readLabels(reader, rules);
    case 'indirect': {
      const type = reader.u32();
      readTableIndex(reader, rules);
      return type;
    }
    case 'memory':
      return readMemoryArgument(reader);
    case 'index-zero': {
      const index = reader.u32();
      readZero(reader);
      return index;
    }
    case 'two-zeros':
      readZero(reader);
      return readZero(reader);
    case 'zero':
      return readZero(reader);
    case 'types':
      return readTypes(reader, rules);
    case 'reference':
      return readReferenceType(reader, rules);
    case 'i32':
      reader.s32();
      return 0;
    case 'i64':
      reader.skipS64();
      return 0;
    case 'f32':
      return reader.skip(4) * 0;
    case 'f64':
      return reader.skip(8) * 0;
  }
}

/** Passes over a block type; the byte, or 256 + the type index. */
function readBlockType(reader: ByteReader, rules: ReadRules): number {
  const offset = reader.offset;
  const byte = reader.bytes[offset];
  if (offset < reader.end && byte === TYPE.empty) return reader.u8();
  if (offset < reader.end && byte !== undefined && byte >= 0x40 && byte < 0x80)
    return readValueType(reader, rules);
  const index = reader.typeIndex33();
  demand(rules, 'multi-value', offset);
  return 256 + index;
}

function readLabels(reader: ByteReader, rules: ReadRules): number {
  const offset = reader.offset;
  const count = reader.count();
  checkLimit(rules.limits?.branchTargets, count, 'targets of a br_table', offset);
  for (let index = 0; index <= count; index++) reader.u32();
  if (rules.work !== undefined) rules.work.steps += count;
  return count;
}

function readTypes(reader: ByteReader, rules: ReadRules): number {
  const count = reader.count();
  for (let index = 0; index < count; index++) readValueType(reader, rules);
  return count;
}

function readMemoryArgument(reader: ByteReader): number {
  const offset = reader.offset;
  const align = reader.u32();
  if ((align & 0x40) !== 0 && align < 0x80) throw refused('multi-memory', offset);
  if (align > 3) throw malformed(offset, 'an alignment of at most 8 bytes', align);
  reader.u32();
  return 0;
}

function readTableIndex(reader: ByteReader, rules: ReadRules): void {
  const offset = reader.offset;
  if (reader.bytes[offset] === 0 && offset < reader.end) {
    reader.offset++;
    return;
  }
  demand(rules, 'reference-types', offset);
  reader.u32();
}

function readZero(reader: ByteReader): number {
  const offset = reader.offset;
  if (reader.u8() !== 0) throw refused('multi-memory', offset);
  return 0;
}

function checkLimit(limit: number | undefined, got: number, what: string, offset: number): void {
  if (limit === undefined || got <= limit) return;
  throw new WasmError('WASM_LIMIT', { limit: what, expected: limit, got, place: `offset ${offset}` });
}
