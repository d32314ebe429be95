// What metering costs at run time: each program plain and metered, by us and by `wasm-metering`, all in one process,
// in turn, once the engine has optimised them. wasm-metering refuses bulk memory, so it meters, and is compared with,
// a build of the same source without it.
import { createRequire } from 'node:module';
import { instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { alternate, processorMs, type Spread } from '../../support/measure.js';
import { compileProgram, type Program } from './programs.js';
import { meterByGlobal } from './variants.js';

/** What the bench uses of wasm-metering. */
interface WasmMetering {
  meterWASM(wasm: Uint8Array): Uint8Array;
}

const metering = createRequire(import.meta.url)('wasm-metering') as WasmMetering;
/** Rounds until the engine has optimised everything it will. */
const WARM_ROUNDS = 60;
const GAS = 2 ** 52;
const DEPTH = 4_000_000;

/** Runs a program's work once; gives its result. */
export type Work = () => number;

/** Times of one program's forms, ms. */
export interface Overhead {
  readonly name: string;
  readonly plain: Spread;
  readonly metered: Spread;
  /** Gas in a global: taken and checked at every block, or once at entry and per pass of a loop. */
  readonly globalBlock: Spread;
  readonly globalCoarse: Spread;
  readonly plainMvp: Spread;
  readonly wasmMetering: Spread;
  readonly bytes: number;
  readonly meteredBytes: number;
}

/** Measures one program. @throws RangeError when forms disagree */
export async function measureOverhead(program: Program, runs: number): Promise<Overhead> {
  const [module, mvp] = await Promise.all([
    compileProgram(program.source, false),
    compileProgram(program.source, true),
  ]);
  const instrumented = instrumentModule(module).bytes;
  const forms = {
    plain: plainWork(module, program.work),
    metered: meteredWork(instrumented, program.work),
    globalBlock: plainWork(meterByGlobal(module, 'block'), program.work),
    globalCoarse: plainWork(meterByGlobal(module, 'coarse'), program.work),
    plainMvp: plainWork(mvp, program.work),
    wasmMetering: wasmMeteringWork(mvp, program.work),
  };
  await warm(Object.values(forms), program.name);
  const times = await alternate(forms, runs, processorMs);
  return {
    name: program.name,
    plain: times['plain']!,
    metered: times['metered']!,
    globalBlock: times['globalBlock']!,
    globalCoarse: times['globalCoarse']!,
    plainMvp: times['plainMvp']!,
    wasmMetering: times['wasmMetering']!,
    bytes: module.length,
    meteredBytes: instrumented.length,
  };
}

/** Lets the engine optimise the forms, which must agree. */
export async function warm(forms: readonly Work[], name: string): Promise<void> {
  for (let round = 0; round < WARM_ROUNDS; round++) {
    const results = new Set(forms.map((work) => work()));
    if (results.size !== 1) throw new RangeError(`${name}: forms differ: ${[...results].join(' ')}`);
    // Optimised code is installed from other threads.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

type ProgramExports = Record<string, (value?: number) => number>;

function instantiate(bytes: Uint8Array, imports: WebAssembly.Imports = {}): ProgramExports {
  const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  return new WebAssembly.Instance(module, imports).exports as ProgramExports;
}

/** A program as compiled. */
export function plainWork(bytes: Uint8Array, work: number): Work {
  const exports = instantiate(bytes);
  exports['_start']!();
  return () => exports['run']!(work);
}

/** A program through our instrumenter. */
export function meteredWork(bytes: Uint8Array, work: number): Work {
  const exports = instantiate(bytes);
  const refill = (): void => {
    exports['weft.set_gas']!(GAS);
    exports['weft.set_depth']!(DEPTH);
  };
  refill();
  exports['_start']!();
  return () => {
    refill();
    return exports['run']!(work);
  };
}

function wasmMeteringWork(bytes: Uint8Array, work: number): Work {
  let gas = GAS;
  const usegas = (amount: number): void => {
    gas -= amount;
    if (gas < 0) throw new RangeError('out of gas');
  };
  const exports = instantiate(metering.meterWASM(bytes), { metering: { usegas } });
  exports['_start']!();
  return () => {
    gas = GAS;
    return exports['run']!(work);
  };
}
