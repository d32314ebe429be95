// How the suite's modules become instances: as they are, or instrumented with the deploy policy lifted (floats,
// references, tables, start functions, imports, limits) and everything the instrumentation does kept.
import { DEFAULT_COSTS } from '@weft/runtime/wasm/costs';
import { HALT, instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { WASM_LIMITS } from '@weft/runtime/wasm/limits';
import { CORE_RULES } from '@weft/runtime/wasm/read-rules';

export type Bytes = Uint8Array<ArrayBuffer>;

/** One way to run modules. */
export interface Engine {
  /** The bytes to compile. @throws a coded error where the module is refused */
  prepare(bytes: Bytes): Bytes;
  /** What a coded refusal or an engine's error is. */
  isRefusal(error: unknown): boolean;
  /** Gives the instances what one action may use. */
  refill(instances: readonly WebAssembly.Exports[]): void;
  /** Whether an instance stopped itself for want of gas, memory or depth, which no script expects of a trap. */
  haltOf(instances: readonly WebAssembly.Exports[]): 'none' | 'depth' | 'other';
}

/** The engine alone; what the baseline was taken from. */
export const BARE: Engine = {
  prepare(bytes) {
    if (!WebAssembly.validate(bytes)) throw new WebAssembly.CompileError('refused');
    return bytes;
  },
  isRefusal: (error) => error instanceof WebAssembly.CompileError,
  refill: () => undefined,
  haltOf: () => 'none',
};

/** Never used up by a script; exact as a double. */
const GAS = 2 ** 50;
/** In words: frames of a script fit the main thread's stack under either compiler. */
const DEPTH = 40_000;
const OPTIONS = {
  rules: CORE_RULES,
  limits: { ...WASM_LIMITS, pagesMax: 65_536, instrumentedFactor: 1000 },
  counters: { gas: GAS, depth: DEPTH },
};

/** Through the instrumenter. */
export const METERED: Engine = {
  prepare: (bytes) => instrumentModule(bytes, DEFAULT_COSTS, OPTIONS).bytes as Bytes,
  isRefusal: (error) => /^WASM_(MALFORMED|INVALID|FEATURE)$/.test((error as { code?: string }).code ?? ''),
  refill(instances) {
    for (const exports of instances) {
      (exports['weft.set_gas'] as (gas: number) => void)(GAS);
      (exports['weft.set_depth'] as (depth: number) => void)(DEPTH);
    }
  },
  haltOf(instances) {
    const halts = instances.map((exports) => (exports['weft.halt'] as () => number)());
    if (halts.some((halt) => halt === HALT.outOfGas || halt === HALT.noMemory)) return 'other';
    return halts.includes(HALT.depth) ? 'depth' : 'none';
  },
};

/** Features no profile of ours accepts: a module refused for one of them leaves its script out of the comparison. */
export function unsupportedFeature(error: unknown): string | undefined {
  const { code, context } = error as { code?: string; context?: { got?: unknown } };
  return code === 'WASM_FEATURE' ? String(context?.got) : undefined;
}

/** The host module the suite's scripts import; fresh for each script. */
export function spectest(): WebAssembly.ModuleImports {
  const print = (): void => undefined;
  const i64 = { value: 'i64', mutable: false } as const;
  return {
    print,
    print_i32: print,
    print_i64: print,
    print_f32: print,
    print_f64: print,
    print_i32_f32: print,
    print_f64_f64: print,
    global_i32: new WebAssembly.Global({ value: 'i32', mutable: false }, 666),
    global_i64: new WebAssembly.Global<'i64'>(i64, 666n),
    global_f32: new WebAssembly.Global({ value: 'f32', mutable: false }, 666.6),
    global_f64: new WebAssembly.Global({ value: 'f64', mutable: false }, 666.6),
    table: new WebAssembly.Table({ initial: 10, maximum: 20, element: 'anyfunc' }),
    memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
  };
}
