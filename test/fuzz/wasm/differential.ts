// One valid module three times in step: as it is, instrumented, and counted. Results, traps, calls of the host, memory
// and exported globals must be the same, and the gas taken must be the price of what was executed.
import { DEFAULT_COSTS } from '@weft/runtime/wasm/costs';
import { HALT, instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { WASM_LIMITS } from '@weft/runtime/wasm/limits';
import { type FunctionType, functionType } from '@weft/runtime/wasm/module';
import { TYPE } from '@weft/runtime/wasm/opcodes';
import { readModule } from '@weft/runtime/wasm/read-module';
import { CORE_RULES, type ReadRules } from '@weft/runtime/wasm/read-rules';
import { countedModule } from './counted.js';
import type { Bytes } from './generator.js';
import type { Pick } from './random-source.js';

/** What comparing one module came to. */
export interface Comparison {
  /** Calls that ended the same. */
  calls: number;
  /** Of them, traps. */
  traps: number;
  /** Gas counted on both sides. */
  gas: number;
  /** Calls of the host at which gas was compared. */
  hostCalls: number;
  /** Calls not compared: out of the gas or depth that ends endless programs. */
  endless: number;
}

/**
 * For a call: what ends endless loops in a fraction of a second. A start function gets all it wants, since no export
 * would tell that it was stopped.
 */
const GAS = 20_000_000;
const START_GAS = 2 ** 52;
const DEPTH = 40_000;
/** The generator makes no references, and without them small functions may keep their type. */
const RULES: ReadRules = {
  accepts: new Set([...CORE_RULES.accepts].filter((feature) => feature !== 'reference-types')),
};
const OPTIONS = {
  rules: RULES,
  limits: { ...WASM_LIMITS, pagesMax: 65_536, instrumentedFactor: 1000 },
  counters: { gas: START_GAS, depth: DEPTH },
};

/** Compares a module; throws with what differs. */
export function compareModule(bytes: Bytes, pick: Pick, total: Comparison): void {
  const metered = new Run(instrumentModule(bytes, DEFAULT_COSTS, OPTIONS).bytes as Bytes, 'metered');
  const plain = new Run(bytes, 'plain');
  const counted = new Run(countedModule(bytes, DEFAULT_COSTS), 'counted');
  const module = readModule(bytes, CORE_RULES);
  same(metered.failure, plain.failure, 'instantiation');
  same(counted.failure, plain.failure, 'instantiation counted');
  same(metered.notes, plain.notes, 'instantiation: calls of the host');
  if (plain.failure !== undefined) {
    total.traps++;
    return;
  }
  for (const { kind, name, index } of module.exports) {
    if (kind !== 'function') continue;
    const type = functionType(module, index)!;
    for (let round = 0; round < 2; round++) {
      const args = randomArguments(type, pick);
      const got = metered.call(name, args);
      if (metered.halted()) {
        // Whatever follows would start from another state.
        total.endless++;
        return;
      }
      const place = `${name}(${args.map(String).join()})`;
      const expected = plain.call(name, args);
      same(got, expected, place);
      same(counted.call(name, args), expected, `${place} counted`);
      same(metered.notes, plain.notes, `${place}: calls of the host`);
      same(metered.gasAtNotes, counted.gasAtNotes, `${place}: gas at calls of the host`);
      total.hostCalls += metered.notes.length;
      total.calls++;
      if (got.startsWith('trap')) total.traps++;
      else {
        same(metered.gasUsed(), counted.gasUsed(), `${place}: gas`);
        total.gas += metered.gasUsed();
      }
    }
  }
  same(metered.globals(), plain.globals(), 'exported globals');
  if (!metered.memory().equals(plain.memory())) throw new Error('memory differs');
}

function same(got: unknown, expected: unknown, what: string): void {
  const [left, right] = [String(got), String(expected)];
  if (left !== right) throw new Error(`${what}: expected ${right}, got ${left}`);
}

function randomArguments(type: FunctionType, pick: Pick): (number | bigint)[] {
  const small = [0, 1, -1, 2, 7, 100, 65_535, 0x7fffffff, -0x80000000];
  return [...type.params].map((param) => {
    const value = pick(3) === 0 ? pick(2 ** 32) | 0 : small[pick(small.length)]!;
    return param === TYPE.i64 ? BigInt(value) * (pick(2) === 0 ? 1n : 0x1_0000_0001n) : value;
  });
}

/** One instance and what it told its host. */
class Run {
  notes: string[] = [];
  gasAtNotes: number[] = [];
  /** The trap of a start function. */
  readonly failure: string | undefined;
  /** Empty until the start function has run. */
  #exports: WebAssembly.Exports = {};
  #start = 0;

  constructor(
    bytes: Bytes,
    readonly kind: 'plain' | 'metered' | 'counted',
  ) {
    const module = new WebAssembly.Module(bytes);
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    for (const entry of WebAssembly.Module.imports(module)) {
      if (entry.kind !== 'function') throw new Error(`generator imports a ${entry.kind}`);
      imports[entry.module] ??= {};
      imports[entry.module]![entry.name] = (...args: unknown[]) => this.#note(entry.name, args);
    }
    this.failure = trapOf(() => {
      this.#exports = new WebAssembly.Instance(module, imports).exports;
    });
  }

  /** Results, or the trap's text. */
  call(name: string, args: readonly (number | bigint)[]): string {
    this.notes = [];
    this.gasAtNotes = [];
    if (this.kind === 'metered') {
      this.#accessor('weft.set_gas', GAS);
      this.#accessor('weft.set_depth', DEPTH);
    }
    this.#start = this.kind === 'counted' ? this.#count() : 0;
    let result: unknown;
    const trap = trapOf(() => {
      result = (this.#exports[name] as (...all: (number | bigint)[]) => unknown)(...args);
    });
    return trap ?? (Object.is(result, -0) ? '-0' : String(result));
  }

  gasUsed(): number {
    if (this.kind === 'metered') return GAS - this.#accessor('weft.gas');
    return this.kind === 'counted' ? this.#count() - this.#start : 0;
  }

  /** The metered module stopped itself. */
  halted(): boolean {
    const halt = this.#accessor('weft.halt');
    if (halt === HALT.noMemory) throw new Error('the engine refused memory');
    return halt !== HALT.none;
  }

  globals(): string {
    return Object.entries(this.#exports)
      .filter(([name, value]) => name !== 'count' && value instanceof WebAssembly.Global)
      .map(([name, value]) => `${name}=${String((value as WebAssembly.Global).value)}`)
      .join();
  }

  memory(): Buffer {
    const memory = Object.values(this.#exports).find((value) => value instanceof WebAssembly.Memory);
    return memory === undefined ? Buffer.alloc(0) : Buffer.from((memory as WebAssembly.Memory).buffer);
  }

  /** Answers with zero; the engine turns that into whatever type the import has. */
  #note(name: string, args: unknown[]): number {
    this.notes.push(`${name}(${args.map(String).join()})`);
    const started = Object.keys(this.#exports).length > 0;
    if (started && this.kind !== 'plain') this.gasAtNotes.push(this.gasUsed());
    return 0;
  }

  #accessor(name: string, value?: number): number {
    return Number((this.#exports[name] as (value?: number) => number)(value));
  }

  #count(): number {
    return Number((this.#exports['count'] as WebAssembly.Global).value);
  }
}

function trapOf(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return `trap ${error.message}`;
    throw error;
  }
}
