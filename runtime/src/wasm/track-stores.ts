// How far into memory a contract stored, so that only that is restored after the call (adr/0006). Every function keeps
// the bitwise or of the addresses it stored to in a local, and joins it to a global when it returns: an or is never below
// any of its operands, and costs one instruction. A call that does not return normally loses it, so after such a call the
// whole memory is restored.
import { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import { OP, TYPE } from './opcodes.js';

/** Constant offsets below this are not added to the address of a store. */
const OFFSET_FREE = 1024;
/** A store may reach this far behind what was recorded: its constant offset and its bytes. */
export const STORE_REACH: number = OFFSET_FREE + 8;

/** The type of the value a store takes, or undefined for another opcode. */
export function storedType(op: number): number | undefined {
  if (op < OP.i32Store || op > OP.i64Store32) return undefined;
  return STORED[op - OP.i32Store];
}
const { i32, i64, f32, f64 } = TYPE;
const STORED = [i32, i64, f32, f64, i32, i32, i64, i64, i64];

/** Whether an opcode stores as many bytes as it is told: memory.init, memory.copy and memory.fill. */
export function isRangeStore(op: number): boolean {
  return op === OP.memoryInit || op === OP.memoryCopy || op === OP.memoryFill;
}

/** Locals a body needs for tracking, behind its own. */
export class TrackingLocals {
  /** Types in order. */
  readonly types: number[] = [];
  /** The or of the addresses so far. */
  readonly reached: number;
  /** Where operands wait while an address is recorded. */
  readonly address: number;
  readonly #values = new Map<number, number>();

  /** `first`: index of the first; `stored`: types of stored values. */
  constructor(
    readonly first: number,
    stored: Iterable<number>,
  ) {
    this.reached = this.#add(TYPE.i32);
    this.address = this.#add(TYPE.i32);
    for (const type of stored) this.#values.set(type, this.#add(type));
  }

  /** Where a stored value of that type waits. */
  value(type: number): number {
    return this.#values.get(type)!;
  }

  #add(type: number): number {
    this.types.push(type);
    return this.first + this.types.length - 1;
  }
}

/** Before a store, with address and value on the stack: records the address and leaves both there. */
export function writeStoreMark(locals: TrackingLocals, type: number, offset: number, out: ByteWriter): void {
  const value = locals.value(type);
  out.op(OP.localSet, value);
  out.op(OP.localSet, locals.address);
  // What was reached comes first: x86 joins into its left operand's register.
  out.op(OP.localGet, locals.reached);
  out.op(OP.localGet, locals.address);
  if (offset >= OFFSET_FREE) {
    out.i32Const(offset | 0);
    out.u8(OP.i32Add);
  }
  writeJoin(locals, out);
  out.op(OP.localGet, locals.address);
  out.op(OP.localGet, value);
}

/**
 * Before memory.fill or memory.copy, with target and source (or byte) on the stack and the length in a local: records
 * the target's end and leaves all three on the stack.
 */
export function writeRangeMark(locals: TrackingLocals, length: number, out: ByteWriter): void {
  const source = locals.value(TYPE.i32);
  out.op(OP.localSet, source);
  out.op(OP.localSet, locals.address);
  out.op(OP.localGet, locals.reached);
  out.op(OP.localGet, locals.address);
  out.op(OP.localGet, length);
  out.u8(OP.i32Add);
  writeJoin(locals, out);
  out.op(OP.localGet, locals.address);
  out.op(OP.localGet, source);
  out.op(OP.localGet, length);
}

/** At the end of a body: what it recorded joins what others did. */
export function writeMarksOut(locals: TrackingLocals, global: number, out: ByteWriter): void {
  out.op(OP.globalGet, global);
  out.op(OP.localGet, locals.reached);
  out.u8(OP.i32Or);
  out.op(OP.globalSet, global);
}

/** The constant offset of the store at `at`. */
export function memoryOffset(bytes: Uint8Array, at: number): number {
  const reader = new ByteReader(bytes, at + 1, bytes.length);
  reader.u32();
  return reader.u32();
}

function writeJoin(locals: TrackingLocals, out: ByteWriter): void {
  out.u8(OP.i32Or);
  out.op(OP.localSet, locals.reached);
}
