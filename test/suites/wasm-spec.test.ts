// The WebAssembly core suite, each script run twice in step: its modules as they are, and instrumented. Every call must
// end the same; modules the suite calls malformed or invalid must be refused with a code. Modules with features that
// contracts never have (references, passive segments, start functions, imported memories) are left out, and so are calls into them.
import { readdirSync, readFileSync } from 'node:fs';
import { DEFAULT_COSTS } from '@weft/runtime/wasm/costs';
import { instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { WASM_LIMITS } from '@weft/runtime/wasm/limits';
import { expect, test } from 'vitest';
import loadWabt from 'wabt';
import { sharedData } from '../support/shared-data.js';
import { constant, headOf, type List, readScript, textOf } from './wast.js';

type Bytes = Uint8Array<ArrayBuffer>;
const wabt = await loadWabt();
const FEATURES = {
  multi_value: true,
  bulk_memory: true,
  sign_extension: true,
  sat_float_to_int: true,
  mutable_globals: true,
  reference_types: true,
};
const OPTIONS = {
  rules: { floats: true, multiValue: true },
  limits: { ...WASM_LIMITS, pagesMax: 65_536, instrumentedFactor: 1000 },
};
/** Frames of a script's calls fit the test thread's stack. */
const DEPTH = 40_000;
const folder = sharedData('wasm-spec');
const totals = { compared: 0, refused: 0, left: 0 };

for (const name of folder ? readdirSync(folder).filter((file) => file.endsWith('.wast')) : []) {
  test(`spec suite: ${name} runs the same instrumented`, () => {
    const run = new ScriptRun();
    for (const form of readScript(readFileSync(`${folder}${name}`, 'utf8'))) run.form(form);
  });
}

test.runIf(folder)('spec suite: most of it was compared', () => {
  console.info(
    `wasm-spec: ${totals.compared} calls equal, ${totals.refused} modules refused, ${totals.left} forms left out`,
  );
  expect(totals.compared).toBeGreaterThan(20_000);
  expect(totals.refused).toBeGreaterThan(1000);
});

/** The two instances of one module, or nothing when it is left out. */
interface Pair {
  readonly plain: WebAssembly.Exports;
  readonly metered: WebAssembly.Exports;
}

class ScriptRun {
  #current: Pair | undefined;
  readonly #named = new Map<string, Pair | undefined>();
  /** A call may enter these through imports. */
  readonly #registered: Pair[] = [];
  readonly #plainImports: WebAssembly.Imports = { spectest: spectest() };
  readonly #meteredImports: WebAssembly.Imports = { spectest: spectest() };

  form(form: List): void {
    const [, inner] = form.items;
    switch (headOf(form)) {
      case 'module': {
        this.#current = this.#instantiate(form);
        const name = textOf(form.items[1]);
        if (name.startsWith('$')) this.#named.set(name, this.#current);
        return;
      }
      case 'register': {
        const pair = form.items[2] ? this.#named.get(textOf(form.items[2])) : this.#current;
        if (pair) this.#plainImports[textOf(inner)] = pair.plain as WebAssembly.ModuleImports;
        if (pair) this.#meteredImports[textOf(inner)] = pair.metered as WebAssembly.ModuleImports;
        if (pair) this.#registered.push(pair);
        return;
      }
      case 'assert_malformed':
      case 'assert_invalid':
        this.#refuse(inner as List);
        return;
      case 'invoke':
        this.#invoke(form);
        return;
      case 'assert_return':
      case 'assert_trap':
      case 'assert_exhaustion':
        if (headOf(inner as List) === 'invoke') this.#invoke(inner as List);
        else totals.left++;
        return;
      default:
        totals.left++;
    }
  }

  #instantiate(form: List): Pair | undefined {
    const bytes = moduleBytes(form);
    const output = bytes && instrumented(bytes);
    if (bytes === undefined || output === undefined) {
      totals.left++;
      return undefined;
    }
    try {
      const module = new WebAssembly.Module(bytes);
      if (WebAssembly.Module.imports(module).some(({ kind }) => kind === 'memory')) return undefined;
      const plain = new WebAssembly.Instance(module, this.#plainImports);
      const metered = new WebAssembly.Instance(new WebAssembly.Module(output), this.#meteredImports);
      return { plain: plain.exports, metered: metered.exports };
    } catch (error) {
      // It imports from a module that was left out.
      if (!(error instanceof WebAssembly.LinkError || error instanceof TypeError)) throw error;
      totals.left++;
      return undefined;
    }
  }

  #invoke(form: List): void {
    const named = textOf(form.items[1]).startsWith('$') && form.items[1]!.kind === 'atom';
    const pair = named ? this.#named.get(textOf(form.items[1])) : this.#current;
    const [name, ...rest] = form.items.slice(named ? 2 : 1);
    const args = rest.map((arg) => constant(arg as List));
    if (pair === undefined || args.includes(undefined)) {
      totals.left++;
      return;
    }
    const call = (exports: WebAssembly.Exports): unknown =>
      outcome(() => (exports[textOf(name)] as (...all: unknown[]) => unknown)(...args));
    for (const { metered } of [pair, ...this.#registered]) {
      (metered['weft.set_gas'] as (gas: number) => void)(2 ** 50);
      (metered['weft.set_depth'] as (depth: number) => void)(DEPTH);
    }
    expect(call(pair.metered), `line ${form.line}: ${form.source.slice(0, 100)}`).toEqual(call(pair.plain));
    totals.compared++;
  }

  #refuse(form: List): void {
    const bytes = moduleBytes(form);
    if (bytes === undefined || WebAssembly.validate(bytes)) {
      totals.left++;
      return;
    }
    let code: unknown;
    try {
      instrumentModule(bytes, DEFAULT_COSTS, OPTIONS);
    } catch (error) {
      code = (error as { code?: unknown }).code ?? error;
    }
    expect(code, `line ${form.line}: ${form.source.slice(0, 200)}`).toMatch(
      /^WASM_(MALFORMED|INVALID|FEATURE|START)$/,
    );
    totals.refused++;
  }
}

/** The binary of a (module …) form; undefined where only a text parser could judge it. */
function moduleBytes(form: List): Bytes | undefined {
  const words = form.items.filter((item) => item.kind === 'atom').map(textOf);
  if (words.includes('quote')) return undefined;
  if (words.includes('binary')) {
    const parts = form.items.flatMap((item) => (item.kind === 'string' ? [...item.bytes] : []));
    return Uint8Array.from(parts);
  }
  try {
    const parsed = wabt.parseWat('spec.wat', form.source, FEATURES);
    try {
      return parsed.toBinary({}).buffer.slice() as Bytes;
    } finally {
      parsed.destroy();
    }
  } catch {
    return undefined;
  }
}

function instrumented(bytes: Bytes): Bytes | undefined {
  try {
    return instrumentModule(bytes, DEFAULT_COSTS, OPTIONS).bytes as Bytes;
  } catch (error) {
    if (['WASM_FEATURE', 'WASM_START', 'WASM_INVALID'].includes((error as { code: string }).code))
      return undefined;
    throw error;
  }
}

/** Results, or that it failed: a trap, or the end of the stack. */
function outcome(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return 'failed';
    throw error;
  }
}

function spectest(): WebAssembly.ModuleImports {
  const print = (): void => undefined;
  return {
    print,
    print_i32: print,
    print_i64: print,
    print_f32: print,
    print_f64: print,
    print_i32_f32: print,
    print_f64_f64: print,
    global_i32: 666,
    global_i64: 666n,
    global_f32: 666.6,
    global_f64: 666.6,
    table: new WebAssembly.Table({ initial: 10, maximum: 20, element: 'anyfunc' }),
    memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
  } as unknown as WebAssembly.ModuleImports;
}
