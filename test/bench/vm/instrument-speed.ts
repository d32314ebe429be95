// How fast a module is validated and instrumented, and that twice the bytes take twice the time: one contract's bodies
// repeated until the module is as large as the limits allow.
import { ByteWriter } from '@weft/runtime/wasm/byte-writer';
import { instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { SECTION, type WasmModule } from '@weft/runtime/wasm/module';
import { readModule } from '@weft/runtime/wasm/read-module';
import { alternate, processorMs, type Spread } from '../../support/measure.js';

/** Times of one size. */
export interface SpeedRow {
  readonly bytes: number;
  /** ms. */
  readonly instrument: Spread;
}

/** A module with every function of its own `times` times; the copies are called by nobody. */
export function repeatFunctions(bytes: Uint8Array, times: number): Uint8Array {
  const module = readModule(bytes);
  const own = module.functions.slice(module.importedFunctions);
  const repeated = Array.from({ length: times }, () => own).flat();
  const out = new ByteWriter(bytes.length * times + 1024);
  out.raw(bytes.subarray(0, 8));
  for (const section of module.sections) {
    if (section.id === SECTION.function) {
      writeSection(out, section.id, (inside) => {
        inside.u32(repeated.length);
        for (const type of repeated) inside.u32(type);
      });
    } else if (section.id === SECTION.code) {
      writeSection(out, section.id, (inside) => writeBodies(module, times, inside));
    } else {
      out.raw(bytes.subarray(section.start, section.end));
    }
  }
  return out.finish();
}

function writeBodies(module: WasmModule, times: number, inside: ByteWriter): void {
  const section = module.sections.find(({ id }) => id === SECTION.code)!;
  const count = new ByteWriter();
  count.u32(module.bodies.length);
  inside.u32(module.bodies.length * times);
  // All bodies with their sizes stand behind the count.
  const bodies = module.bytes.subarray(section.content + count.length, section.end);
  for (let time = 0; time < times; time++) inside.raw(bodies);
}

function writeSection(out: ByteWriter, id: number, write: (inside: ByteWriter) => void): void {
  const inside = new ByteWriter(1024);
  write(inside);
  out.u8(id);
  out.u32(inside.length);
  out.raw(inside.view());
}

/** Instruments a module of each size in turn. */
export async function measureSpeed(
  bytes: Uint8Array,
  times: readonly number[],
  runs: number,
): Promise<SpeedRow[]> {
  const modules = times.map((count) => repeatFunctions(bytes, count));
  const cases = Object.fromEntries(
    modules.map((module, index) => [String(index), () => instrumentModule(module)]),
  );
  for (let round = 0; round < 20; round++) for (const module of modules) instrumentModule(module);
  const spreads = await alternate(cases, runs, processorMs);
  return modules.map((module, index) => ({
    bytes: module.length,
    instrument: spreads[String(index)]!,
  }));
}
