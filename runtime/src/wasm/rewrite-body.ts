// Second pass: writes a body anew with gas and depth threaded through it. Two i64 locals follow the parameters, gas and
// depth; the old body stands inside one block, so `return` becomes a branch and the gas is pushed behind it. Gas is
// compared where control could run on for ever or reach out: function entry, together with depth in one branch (their
// or is negative when one is), loop headers, host calls, bulk operations, memory growth. Between those it may go below
// zero for a bounded stretch; exports check it last. Flat functions are left as they are but for the record of stores.
import type { ByteWriter } from './byte-writer.js';
import type { Callees } from './callees.js';
import { BULK_WORD_BYTES } from './costs.js';
import type { BodyCode } from './decode-body.js';
import type { BodyPlan } from './meter-body.js';
import { type FunctionBody, type FunctionType, functionType } from './module.js';
import type { OffsetTable } from './offset-map.js';
import { OP, OPCODE_COUNT, opcodeAt, TYPE, takesLength } from './opcodes.js';
import type { OutputLayout } from './output-layout.js';
import {
  isRangeStore,
  memoryOffset,
  storedType,
  TrackingLocals,
  writeMarksOut,
  writeRangeMark,
  writeStoreMark,
} from './track-stores.js';

/** Why the module stopped itself; what `weft.halt` returns. */
export const HALT = {
  none: 0,
  outOfGas: 1,
  depth: 2,
  /** The engine refused memory below the page limit: a fault of the node, not of the contract. */
  noMemory: 3,
} as const;

/** What all bodies of one module share. */
export interface RewriteContext extends Callees {
  readonly layout: OutputLayout;
  /** Gas for each 8 bytes begun of memory.copy and memory.fill. */
  readonly bulkWord: number;
}

/** Appends the body to `out`, without its size; adds (output position, input offset) rows to `offsets`. */
export function rewriteBody(
  context: RewriteContext,
  index: number,
  body: FunctionBody,
  code: BodyCode,
  plan: BodyPlan,
  out: ByteWriter,
  offsets: OffsetTable,
): void {
  const type = functionType(context.layout.module, index) as FunctionType;
  new BodyRewriter(context, type, body, code, plan, out, offsets).run();
}

/** `if (gas < 0) halt`, with gas on the stack of which `ahead` was taken before its time. */
export function writeGasCheck(layout: OutputLayout, out: ByteWriter, ahead = 0): void {
  out.i64Const(-ahead);
  out.u8(OP.i64LtS);
  writeHaltIf(layout, HALT.outOfGas, out);
}

/** `if halt`, with the condition on the stack. */
export function writeHaltIf(layout: OutputLayout, reason: number, out: ByteWriter): void {
  out.op(OP.if, TYPE.empty);
  out.i32Const(reason);
  out.op(OP.globalSet, layout.haltGlobal);
  out.u8(OP.unreachable);
  out.u8(OP.end);
}

/** Checks the gas, then writes it and the depth where the host reads them. */
export function writeHostSync(layout: OutputLayout, gas: number, depth: number, out: ByteWriter): void {
  out.op(OP.localGet, gas);
  writeGasCheck(layout, out);
  out.op(OP.localGet, gas);
  out.op(OP.globalSet, layout.gasGlobal);
  out.op(OP.localGet, depth);
  out.op(OP.globalSet, layout.depthGlobal);
}

class BodyRewriter {
  readonly #layout: OutputLayout;
  readonly #gas: number;
  readonly #depth: number;
  /** An i32 local of ours, behind the body's own. */
  readonly #scratch: number;
  readonly #tracking: TrackingLocals | undefined;
  readonly #parameters: number;
  /** Locals in front of the body's own: gas and depth, or none. */
  readonly #threaded: 0 | 2;
  /** Open blocks inside the wrapping one. */
  #nesting = 0;
  /** The gas a call gave back is on the stack, not yet in its local. */
  #pending = false;

  constructor(
    readonly context: RewriteContext,
    readonly type: FunctionType,
    readonly body: FunctionBody,
    readonly code: BodyCode,
    readonly plan: BodyPlan,
    readonly out: ByteWriter,
    readonly offsets: OffsetTable,
  ) {
    this.#layout = context.layout;
    this.#parameters = type.params.length;
    this.#threaded = plan.flat ? 0 : 2;
    this.#gas = this.#parameters;
    this.#depth = this.#parameters + 1;
    this.#scratch = this.#parameters + this.#threaded + body.locals;
    const first = this.#scratch + (plan.scratch ? 1 : 0);
    this.#tracking = plan.stored.size > 0 ? new TrackingLocals(first, plan.stored) : undefined;
  }

  run(): void {
    const { out, code, plan } = this;
    this.#locals();
    this.offsets.add(out.length, this.body.start);
    if (!plan.flat) this.#prologue();
    out.u8(OP.block);
    out.signed(blockTypeNumber(this.#layout.blockType(this.type.results)));
    for (let row = 0; row < code.count; row++) {
      // The gas was taken in the prologue for the first segment.
      if (row > 0 && !plan.flat) this.#charge(row, plan.charges[row]!, code.ops[row - 1] === OP.loop);
      this.#instruction(row);
    }
    if (this.#tracking) writeMarksOut(this.#tracking, this.#layout.storedGlobal, out);
    if (!plan.flat) out.op(OP.localGet, this.#gas);
    out.u8(OP.end);
  }

  #locals(): void {
    const { out, body, plan } = this;
    const ours = [...(plan.scratch ? [TYPE.i32] : []), ...(this.#tracking?.types ?? [])];
    const runs = [...body.localRuns, ...ours.map((type) => ({ count: 1, type }))];
    out.u32(runs.length);
    for (const run of runs) {
      out.u32(run.count);
      out.u8(run.type);
    }
  }

  #prologue(): void {
    const { out, plan } = this;
    this.#charge(0, plan.charges[0]!, false);
    out.op(OP.localGet, this.#depth);
    out.i64Const(plan.weight);
    out.u8(OP.i64Sub);
    out.op(OP.localTee, this.#depth);
    out.op(OP.localGet, this.#gas);
    out.u8(OP.i64Or);
    out.i64Const(0);
    out.u8(OP.i64LtS);
    out.op(OP.if, TYPE.empty);
    // outOfGas where the gas is below zero, else depth.
    out.i32Const(HALT.depth);
    out.op(OP.localGet, this.#gas);
    out.i64Const(63);
    out.u8(OP.i64ShrU);
    out.u8(OP.i32WrapI64);
    out.u8(OP.i32Sub);
    out.op(OP.globalSet, this.#layout.haltGlobal);
    out.u8(OP.unreachable);
    out.u8(OP.end);
  }

  #charge(row: number, amount: number, check: boolean): void {
    const { out } = this;
    if (amount === 0 && !check && !this.#pending) return;
    this.offsets.add(out.length, this.code.offsets[row]!);
    if (!this.#pending) out.op(OP.localGet, this.#gas);
    if (amount !== 0) {
      out.i64Const(amount);
      out.u8(OP.i64Sub);
    }
    this.#pending = false;
    out.op(check ? OP.localTee : OP.localSet, this.#gas);
    if (check) writeGasCheck(this.#layout, out, this.plan.ahead.get(row));
  }

  #instruction(row: number): void {
    const { out, code } = this;
    const op = code.ops[row]!;
    if (CAN_TRAP[op] === 1) this.offsets.add(out.length, code.offsets[row]!);
    switch (op) {
      case OP.block:
      case OP.loop:
      case OP.if:
        this.#nesting++;
        break;
      case OP.end:
        this.#nesting--;
        break;
      case OP.return:
        out.op(OP.br, this.#nesting);
        return;
      case OP.localGet:
      case OP.localSet:
      case OP.localTee:
        out.op(op, this.#local(code.immediates[row]!));
        return;
      case OP.call:
        this.#call(code.immediates[row]!);
        return;
      case OP.callIndirect:
        this.#callIndirect(row);
        return;
      case OP.memoryGrow:
        out.op(OP.localGet, this.#gas);
        out.op(OP.call, this.#layout.growFunction);
        this.#pending = true;
        return;
      case OP.refFunc:
        out.op(op, this.#layout.reference(code.immediates[row]!));
        return;
      default:
        if (takesLength(op)) this.#bulkCharge(op);
        else this.#markStore(op, row);
    }
    out.copy(this.#layout.module.bytes, code.offsets[row]!, code.offsets[row + 1]!);
  }

  #markStore(op: number, row: number): void {
    const type = storedType(op);
    if (type === undefined || this.#tracking === undefined) return;
    const offset = memoryOffset(this.#layout.module.bytes, this.code.offsets[row]!);
    writeStoreMark(this.#tracking, type, offset, this.out);
  }

  /** Old local indices keep the parameters and make room for gas and depth behind them. */
  #local(index: number): number {
    return index < this.#parameters ? index : index + this.#threaded;
  }

  #call(target: number): void {
    const { out } = this;
    const layout = this.#layout;
    if (this.context.flat.has(target)) {
      out.op(OP.call, target);
      return;
    }
    if (target < layout.module.importedFunctions) {
      writeHostSync(layout, this.#gas, this.#depth, out);
      out.op(OP.call, target);
      out.op(OP.globalGet, layout.gasGlobal);
    } else {
      out.op(OP.localGet, this.#gas);
      out.op(OP.localGet, this.#depth);
      out.op(OP.call, target);
    }
    this.#pending = true;
  }

  #callIndirect(row: number): void {
    const { out, code } = this;
    const { bytes } = this.#layout.module;
    let table = code.offsets[row]! + 1;
    while (bytes[table]! >= 0x80) table++;
    out.op(OP.localSet, this.#scratch);
    out.op(OP.localGet, this.#gas);
    out.op(OP.localGet, this.#depth);
    out.op(OP.localGet, this.#scratch);
    out.op(OP.callIndirect, this.#layout.threaded(code.immediates[row]!));
    // The table's index, as it stood behind the type's.
    out.raw(bytes.subarray(table + 1, code.offsets[row + 1]!));
    this.#pending = true;
  }

  /** With the length on the stack: takes `bulkWord` for each 8 bytes (or entries) begun, checks, records the target. */
  #bulkCharge(op: number): void {
    const { out } = this;
    out.op(OP.localSet, this.#scratch);
    out.op(OP.localGet, this.#gas);
    out.op(OP.localGet, this.#scratch);
    out.u8(OP.i64ExtendI32U);
    out.i64Const(BULK_WORD_BYTES - 1);
    out.u8(OP.i64Add);
    out.i64Const(Math.log2(BULK_WORD_BYTES));
    out.u8(OP.i64ShrU);
    out.i64Const(this.context.bulkWord);
    out.u8(OP.i64Mul);
    out.u8(OP.i64Sub);
    out.op(OP.localTee, this.#gas);
    writeGasCheck(this.#layout, out);
    if (this.#tracking && isRangeStore(op)) writeRangeMark(this.#tracking, this.#scratch, out);
    else out.op(OP.localGet, this.#scratch);
  }
}

/** A block type as the signed number the format stores: an index, or a value type's byte as a negative number. */
function blockTypeNumber(type: number): number {
  return type >= 256 ? type - 256 : type - 128;
}

const TRAPPING: ReadonlySet<number> = new Set([
  OP.unreachable,
  OP.call,
  OP.callIndirect,
  OP.memoryGrow,
  OP.memoryCopy,
  OP.memoryFill,
]);
/** By opcode index, 1 where a stack trace can point at the instruction. */
const CAN_TRAP = Uint8Array.from({ length: OPCODE_COUNT }, (_, op) => {
  const info = opcodeAt(op);
  if (info === undefined) return 0;
  const traps = info.immediate === 'memory' || info.cost === 'divide' || info.feature !== undefined;
  return traps || TRAPPING.has(op) ? 1 : 0;
});
