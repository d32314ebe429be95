// Bodies of the functions the instrumenter adds: accessors of the counters, the reset, memory growth, thunks that give
// exports their old types, trampolines that give imported functions in the table the threaded type.
import type { ByteWriter } from './byte-writer.js';
import type { FunctionType, WasmModule } from './module.js';
import { OP, TYPE } from './opcodes.js';
import type { OutputLayout } from './output-layout.js';
import { HALT, writeGasCheck, writeHaltIf, writeHostSync } from './rewrite-body.js';

/** The bodies of `ACCESSORS`, in their order; each call of `add` closes one. */
export function writeAccessors(layout: OutputLayout, out: ByteWriter, add: () => void): void {
  const { gasGlobal, depthGlobal, haltGlobal, storedGlobal } = layout;
  const one = (write: () => void): void => {
    out.u32(0);
    write();
    out.u8(OP.end);
    add();
  };
  one(() => {
    out.op(OP.globalGet, gasGlobal);
    out.u8(OP.f64ConvertI64S);
  });
  one(() => {
    out.op(OP.localGet, 0);
    out.u8(OP.i64TruncF64S);
    out.op(OP.globalSet, gasGlobal);
  });
  one(() => {
    out.op(OP.globalGet, depthGlobal);
    out.u8(OP.i32WrapI64);
  });
  one(() => {
    out.op(OP.localGet, 0);
    out.u8(OP.i64ExtendI32S);
    out.op(OP.globalSet, depthGlobal);
  });
  one(() => out.op(OP.globalGet, haltGlobal));
  one(() => out.op(OP.globalGet, storedGlobal));
  one(() => writeReset(layout, out));
}

function writeReset(layout: OutputLayout, out: ByteWriter): void {
  const { module } = layout;
  for (const [index, global] of module.globals.entries()) {
    if (!global.mutable) continue;
    // The initialiser without its `end` is the very instruction that computes it.
    if (global.init.opcode === OP.refFunc) out.op(OP.refFunc, layout.reference(global.init.value!));
    else out.raw(module.bytes.subarray(global.init.start, global.init.end - 1));
    out.op(OP.globalSet, module.importedGlobals + index);
  }
  for (const index of [layout.gasGlobal, layout.depthGlobal]) {
    out.i64Const(0);
    out.op(OP.globalSet, index);
  }
  for (const index of [layout.haltGlobal, layout.storedGlobal]) {
    out.i32Const(0);
    out.op(OP.globalSet, index);
  }
}

/**
 * (pages i32, gas i64) -> (result i32, gas i64): -1 past the limit, free; else `pagePrice` a page, checked, and growth.
 * What the engine refuses below the limit halts with `noMemory`: a contract never learns what the machine has left.
 */
export function writeGrow(layout: OutputLayout, pagePrice: number, out: ByteWriter): void {
  out.u32(1);
  out.u32(1);
  out.u8(TYPE.i32);
  const [pages, gas, result] = [0, 1, 2];
  out.op(OP.localGet, gas);
  writeGasCheck(layout, out);
  out.op(OP.localGet, pages);
  out.i32Const(layout.pagesMax);
  out.op(OP.memorySize, 0);
  out.u8(OP.i32Sub);
  out.u8(OP.i32GtU);
  out.op(OP.if, TYPE.empty);
  out.i32Const(-1);
  out.op(OP.localGet, gas);
  out.u8(OP.return);
  out.u8(OP.end);
  out.op(OP.localGet, gas);
  out.op(OP.localGet, pages);
  out.u8(OP.i64ExtendI32U);
  out.i64Const(pagePrice);
  out.u8(OP.i64Mul);
  out.u8(OP.i64Sub);
  out.op(OP.localTee, gas);
  writeGasCheck(layout, out);
  out.op(OP.localGet, pages);
  out.op(OP.memoryGrow, 0);
  if (layout.ownMemory) {
    out.op(OP.localTee, result);
    out.i32Const(-1);
    out.u8(OP.i32Eq);
    writeHaltIf(layout, HALT.noMemory, out);
    out.op(OP.localGet, result);
  }
  out.op(OP.localGet, gas);
  out.u8(OP.end);
}

/** The old type around function `index`: gas and depth from the globals, gas back, depth as it was, one last check. */
export function writeThunk(layout: OutputLayout, type: FunctionType, index: number, out: ByteWriter): void {
  const depth = type.params.length;
  out.u32(1);
  out.u32(1);
  out.u8(TYPE.i64);
  out.op(OP.globalGet, layout.depthGlobal);
  out.op(OP.localSet, depth);
  for (let local = 0; local < type.params.length; local++) out.op(OP.localGet, local);
  out.op(OP.globalGet, layout.gasGlobal);
  out.op(OP.localGet, depth);
  out.op(OP.call, index);
  out.op(OP.globalSet, layout.gasGlobal);
  out.op(OP.localGet, depth);
  out.op(OP.globalSet, layout.depthGlobal);
  out.op(OP.globalGet, layout.gasGlobal);
  writeGasCheck(layout, out);
  out.u8(OP.end);
}

/** The threaded type around imported function `index`. */
export function writeTrampoline(
  layout: OutputLayout,
  type: FunctionType,
  index: number,
  out: ByteWriter,
): void {
  const gas = type.params.length;
  out.u32(0);
  writeHostSync(layout, gas, gas + 1, out);
  for (let local = 0; local < type.params.length; local++) out.op(OP.localGet, local);
  out.op(OP.call, index);
  out.op(OP.globalGet, layout.gasGlobal);
  out.u8(OP.end);
}

/** Type indices of the functions above, in the order they are written behind the module's own. */
export function injectedTypes(
  layout: OutputLayout,
  module: WasmModule,
  accessors: readonly number[],
): number[] {
  const grow = layout.hasMemory ? [layout.typeIndex([TYPE.i32, TYPE.i64], [TYPE.i32, TYPE.i64])] : [];
  const thunks = layout.thunks.map((index) => module.functions[index]!);
  const trampolines = layout.trampolines.map((index) => layout.threaded(module.functions[index]!));
  return [...accessors, ...grow, ...thunks, ...trampolines];
}
