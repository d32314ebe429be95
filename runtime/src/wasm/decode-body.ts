// A function body to flat arrays: one row per instruction (opcode index, offset, first immediate). Refuses instructions
// outside the accepted set and bounds blocks, nesting and branch tables; types are checked elsewhere.
import { ByteReader, malformed } from './byte-reader.js';
import { WasmError } from './errors.js';
import type { WasmLimits } from './limits.js';
import type { FunctionBody, WasmModule } from './module.js';
import { type Immediate, OP, opcodeAt, refusedFeature, TYPE } from './opcodes.js';
import { readValueType, refused } from './read-items.js';

/** What a body may contain beyond the integer set; contracts get neither. */
export interface BodyRules {
  readonly floats: boolean;
  /** Block types by type index. */
  readonly multiValue: boolean;
  /** Absent: only what the format itself bounds. */
  readonly limits?: Pick<WasmLimits, 'blocksPerFunction' | 'nesting' | 'branchTargets'>;
}

/** Rules for contracts. */
export function contractRules(limits: WasmLimits): BodyRules {
  return { floats: false, multiValue: false, limits };
}

/** The rows of one body; reused from body to body, so a row lives until the next `decodeBody`. */
export class BodyCode {
  /** Opcode index: the byte, or 256 + the sub-opcode of 0xFC. */
  ops = new Uint16Array(256);
  /** Offset in the module; row `count` holds the end of the body. */
  offsets = new Uint32Array(257);
  /** Label, function, type, local or global index; number of targets of a br_table; else 0. */
  immediates = new Uint32Array(256);
  count = 0;
  /** block, loop and if. */
  blocks = 0;

  push(op: number, offset: number, immediate: number): void {
    this.ops[this.count] = op;
    this.offsets[this.count] = offset;
    this.immediates[this.count] = immediate;
    this.count++;
  }

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
 * Fills `code` with the instructions of `body`, its last row the closing `end`. Linear in the body's bytes.
 * @throws WASM_MALFORMED, WASM_FEATURE, WASM_LIMIT; `place` is the offset
 */
export function decodeBody(module: WasmModule, body: FunctionBody, rules: BodyRules, code: BodyCode): void {
  code.reset(body.end - body.start);
  const reader = new ByteReader(module.bytes, body.start, body.end);
  let open = 1;
  while (open > 0) {
    const offset = reader.offset;
    const op = readOpcode(reader);
    const info = opcodeAt(op)!;
    if (info.float && !rules.floats) {
      throw new WasmError('WASM_FEATURE', {
        got: 'float',
        instruction: info.name,
        place: `offset ${offset}`,
      });
    }
    code.push(op, offset, readImmediate(reader, info.immediate, rules));
    if (op === OP.end) open--;
    if (op !== OP.block && op !== OP.loop && op !== OP.if) continue;
    open++;
    code.blocks++;
    checkLimit(rules.limits?.nesting, open - 1, 'nested blocks', offset);
    checkLimit(rules.limits?.blocksPerFunction, code.blocks, 'blocks in a function', offset);
  }
  code.offsets[code.count] = reader.offset;
  reader.done('the function body');
}

function readOpcode(reader: ByteReader): number {
  const offset = reader.offset;
  const byte = reader.u8();
  const op = byte === OP.prefixBulk ? 256 + reader.u32() : byte;
  if (opcodeAt(op) !== undefined) return op;
  const feature = refusedFeature(byte, op - 256);
  if (feature === undefined) throw malformed(offset, 'an instruction', `opcode 0x${byte.toString(16)}`);
  throw refused(feature, offset);
}

function readImmediate(reader: ByteReader, immediate: Immediate, rules: BodyRules): number {
  switch (immediate) {
    case 'none':
      return 0;
    case 'block':
      return readBlockType(reader, rules);
    case 'label':
    case 'function':
    case 'local':
    case 'global':
      return reader.u32();
    case 'labels':
      return readLabels(reader, rules);
    case 'indirect': {
      const type = reader.u32();
      readZero(reader, 'reference-types');
      return type;
    }
    case 'memory':
      return readMemoryArgument(reader);
    case 'two-zeros':
      readZero(reader, 'multi-memory');
      return readZero(reader, 'multi-memory');
    case 'zero':
      return readZero(reader, 'multi-memory');
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
function readBlockType(reader: ByteReader, rules: BodyRules): number {
  const offset = reader.offset;
  const byte = reader.bytes[offset];
  if (offset < reader.end && byte === TYPE.empty) return reader.u8();
  if (offset < reader.end && byte !== undefined && byte >= 0x40 && byte < 0x80) {
    const type = readValueType(reader);
    if (type <= TYPE.f32 && !rules.floats) throw refused('float', offset);
    return type;
  }
  const index = reader.typeIndex33();
  if (!rules.multiValue) throw refused('multi-value', offset);
  return 256 + index;
}

function readLabels(reader: ByteReader, rules: BodyRules): number {
  const offset = reader.offset;
  const count = reader.count();
  checkLimit(rules.limits?.branchTargets, count, 'targets of a br_table', offset);
  for (let index = 0; index <= count; index++) reader.u32();
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

function readZero(reader: ByteReader, feature: 'multi-memory' | 'reference-types'): number {
  const offset = reader.offset;
  if (reader.u8() !== 0) throw refused(feature, offset);
  return 0;
}

function checkLimit(limit: number | undefined, got: number, what: string, offset: number): void {
  if (limit === undefined || got <= limit) return;
  throw new WasmError('WASM_LIMIT', { limit: what, expected: limit, got, place: `offset ${offset}` });
}
