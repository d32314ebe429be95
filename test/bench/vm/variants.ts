// Other ways to meter, for comparison with the instrumenter's: the gas stands in a mutable global and is checked wherever
// it is taken. Same decoding, same prices, no depth, no record of stores: what a first design would be.
import { ByteWriter } from '@weft/runtime/wasm/byte-writer';
import { DEFAULT_COSTS, entryCost, priceTable } from '@weft/runtime/wasm/costs';
import { BodyCode, decodeBody } from '@weft/runtime/wasm/decode-body';
import { BodyPlan, planBody } from '@weft/runtime/wasm/meter-body';
import { SECTION, type WasmModule } from '@weft/runtime/wasm/module';
import { OP, TYPE } from '@weft/runtime/wasm/opcodes';
import { readModule } from '@weft/runtime/wasm/read-module';
import { CONTRACT_RULES } from '@weft/runtime/wasm/read-rules';

/** `block`: exact, at every basic block. `coarse`: once at entry and per pass of a loop, both arms of an if paid. */
export type GlobalCharging = 'block' | 'coarse';

const GAS = 2 ** 52;

/** The module with its gas in a global; it has enough for any benchmark. */
export function meterByGlobal(bytes: Uint8Array, charging: GlobalCharging): Uint8Array {
  const module = readModule(bytes);
  const out = new ByteWriter(4 * bytes.length);
  out.raw(bytes.subarray(0, 8));
  for (const id of [1, 2, 3, 4, 5, 6, 7, 9, 12, 10, 11]) {
    const section = module.sections.find((candidate) => candidate.id === id);
    if (id === SECTION.global) writeSection(out, id, (inside) => writeGlobals(module, inside));
    else if (id === SECTION.code) writeSection(out, id, (inside) => writeBodies(module, charging, inside));
    else if (section !== undefined) out.raw(bytes.subarray(section.start, section.end));
  }
  return out.finish();
}

function writeSection(out: ByteWriter, id: number, write: (inside: ByteWriter) => void): void {
  const inside = new ByteWriter(1024);
  write(inside);
  out.u8(id);
  out.u32(inside.length);
  out.raw(inside.view());
}

function writeGlobals(module: WasmModule, out: ByteWriter): void {
  out.u32(module.globals.length + 1);
  for (const global of module.globals) out.raw(module.bytes.subarray(global.offset, global.init.end));
  out.u8(TYPE.i64);
  out.u8(1);
  out.i64Const(GAS);
  out.u8(OP.end);
}

function writeBodies(module: WasmModule, charging: GlobalCharging, out: ByteWriter): void {
  // Every call ends a block.
  const loud = new Set(module.functions.keys());
  const context = { module, prices: priceTable(DEFAULT_COSTS), flat: new Map(), loud };
  const rules = CONTRACT_RULES;
  const gas = module.importedGlobals + module.globals.length;
  const rows = new BodyCode();
  const plan = new BodyPlan();
  out.u32(module.bodies.length);
  for (const [defined, source] of module.bodies.entries()) {
    const index = module.importedFunctions + defined;
    decodeBody(module, source, rules, rows);
    planBody(context, index, source, rows, entryCost(DEFAULT_COSTS, source.locals), plan);
    const charges = charging === 'coarse' ? coarsen(rows, plan.charges) : plan.charges;
    const body = new ByteWriter(4096);
    body.u32(source.localRuns.length);
    for (const { count, type } of source.localRuns) {
      body.u32(count);
      body.u8(type);
    }
    for (let row = 0; row < rows.count; row++) {
      if (charges[row] !== 0) writeCharge(gas, charges[row]!, body);
      body.raw(module.bytes.subarray(rows.offsets[row]!, rows.offsets[row + 1]!));
    }
    out.u32(body.length);
    out.raw(body.view());
  }
}

function writeCharge(gas: number, amount: number, out: ByteWriter): void {
  out.op(OP.globalGet, gas);
  out.i64Const(amount);
  out.u8(OP.i64Sub);
  out.op(OP.globalSet, gas);
  out.op(OP.globalGet, gas);
  out.i64Const(0);
  out.u8(OP.i64LtS);
  out.op(OP.if, TYPE.empty);
  out.u8(OP.unreachable);
  out.u8(OP.end);
}

/** Every charge moved to the header of the innermost loop around it, or to the entry. */
function coarsen(rows: BodyCode, charges: Int32Array): Int32Array {
  const moved = new Int32Array(rows.count + 1);
  const heads: (number | undefined)[] = [0];
  const innermost = (): number => heads.findLast((head) => head !== undefined)!;
  for (let row = 0; row < rows.count; row++) {
    moved[innermost()]! += charges[row]!;
    const op = rows.ops[row]!;
    if (op === OP.loop) heads.push(row + 1);
    else if (op === OP.block || op === OP.if) heads.push(undefined);
    else if (op === OP.end) heads.pop();
  }
  return moved;
}
