// The cases of Substrate's wasm-instrument, run beside ours. Gas: the sum it takes on each path is ours, but for what we
// give away. Stack height: its counts are of another kind (highest operand stack and locals; ours weighs what an
// optimiser may keep alive), so what is held is that ours is never below, and that it ends the same recursion.
// Not compared: texts of the outputs (gas in a global or a host function there, threaded here), and `*_mut_global`
// charges, which are those of `*_host_fn` and 11 for each charge, the price of its own gas function.
import { readdirSync, readFileSync } from 'node:fs';
import type { InstructionCosts } from '@weft/runtime/wasm/costs';
import { HALT, instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { CORE_RULES } from '@weft/runtime/wasm/read-rules';
import { describe, expect, test } from 'vitest';
import loadWabt from 'wabt';
import { sharedData } from '../support/shared-data.js';

type Bytes = Uint8Array<ArrayBuffer>;
type Callable = Record<string, (...args: number[]) => number | undefined>;

const folder = sharedData('wasm-instrument');
const wabt = await loadWabt();
/** One for each instruction and each local, as the cases count. */
const ONE_EACH: InstructionCosts = {
  simple: 1,
  divide: 1,
  memory: 1,
  branch: 1,
  branchTable: 1,
  call: 1,
  callIndirect: 1,
  bulk: 1,
  grow: 1,
  bulkWord: 1,
  growPage: 1,
};
const GAS = 1e6;
const DEPTH = 10_000;
/** Instructions executed that cost nothing here: `block` and `unreachable` carry no work of their own. */
const FREE: Readonly<Record<string, number>> = { 'branch f0': 1, 'simple f1': 1, 'start f1': 1 };

describe.runIf(folder)('wasm-instrument: gas', () => {
  for (const name of namesOf('fixtures/gas')) {
    test(name, () => {
      const source = text(`fixtures/gas/${name}.wat`);
      // Its host function stands before all others, so indices in the output are one more.
      const imports = name === 'start' ? 1 : 0;
      for (let index = imports; index < imports + functionsOf(source); index++) {
        let theirs = 0;
        const gas = (amount: bigint): void => {
          theirs += Number(amount);
        };
        const instrumented = exporting(withoutStart(text(`expectations/gas/${name}_host_fn.wat`)), [
          index + 1,
        ]);
        run(instantiate(assemble(instrumented), gas)[`f${index + 1}`]!);
        const ours = meter(exporting(withoutStart(source), [index]));
        run(ours[`f${index}`]!);
        const spent = GAS - ours['weft.gas']!()!;
        expect(spent + (FREE[`${name} f${index}`] ?? 0), `function ${index}`).toBe(theirs);
      }
    });
  }
});

describe.runIf(folder)('wasm-instrument: stack height', () => {
  for (const name of namesOf('fixtures/stack-height').filter((one) => one !== 'empty_functions')) {
    test(`${name}: runs the same, and takes no less depth`, () => {
      const imports = /\(import "env" "\w+" \(func/g;
      const source = withoutStart(text(`fixtures/stack-height/${name}.wat`));
      const expected = withoutStart(text(`expectations/stack-height/${name}.wat`));
      const first = source.match(imports)?.length ?? 0;
      for (let index = first; index < first + functionsOf(source); index++) {
        const plain = run(instantiate(assemble(exporting(source, [index])))[`f${index}`]!);
        expect(run(meter(exporting(source, [index]))[`f${index}`]!), `function ${index}`).toEqual(plain);
        const theirs = leastThatRuns((limit) => {
          const limited = expected.replaceAll('i32.const 1024', `i32.const ${limit}`);
          return run(instantiate(assemble(exporting(limited, [index])))[`f${index}`]!);
        });
        const ours = leastThatRuns((depth) => run(meter(exporting(source, [index]), depth)[`f${index}`]!));
        expect(ours, `function ${index}`).toBeGreaterThanOrEqual(theirs);
      }
    });
  }

  test('empty_functions: the endless recursion ends by depth', () => {
    const theirs = instantiate(assemble(text('expectations/stack-height/empty_functions.wat')));
    expect(() => theirs['main']!()).toThrow(WebAssembly.RuntimeError);
    const ours = meter(text('fixtures/stack-height/empty_functions.wat'));
    expect(() => ours['main']!()).toThrow(WebAssembly.RuntimeError);
    expect(ours['weft.halt']!()).toBe(HALT.depth);
  });
});

function namesOf(path: string): string[] {
  if (folder === undefined) return [];
  return readdirSync(`${folder}tests/${path}`).map((file) => file.replace('.wat', ''));
}

function text(path: string): string {
  return readFileSync(`${folder}tests/${path}`, 'utf8');
}

function functionsOf(source: string): number {
  return source.match(/^\s*\(func/gm)!.length;
}

/** The module with its functions exported as `f` and their index. */
function exporting(source: string, indices: readonly number[]): string {
  const exports = indices.map((index) => `(export "f${index}" (func ${index}))`);
  return source.trimEnd().replace(/\)$/, `${exports.join('\n')})`);
}

/** Start functions are called like any other here. */
function withoutStart(source: string): string {
  return source.replace(/^\s*\(start [^)]*\)/m, '');
}

function assemble(source: string): Bytes {
  const parsed = wabt.parseWat('case.wat', source, { mutable_globals: true });
  try {
    return parsed.toBinary({}).buffer.slice() as Bytes;
  } finally {
    parsed.destroy();
  }
}

function instantiate(bytes: Bytes, gas: (amount: bigint) => void = () => undefined): Callable {
  const host = (): void => undefined;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const env = { gas, memory, ext_return: host, foo: host, boo: host };
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env }).exports as Callable;
}

function meter(source: string, depth = DEPTH): Callable {
  const { bytes } = instrumentModule(assemble(source), ONE_EACH, { rules: CORE_RULES });
  const exports = instantiate(bytes as Bytes);
  exports['weft.set_gas']!(GAS);
  exports['weft.set_depth']!(depth);
  return exports;
}

/** The result, or that it trapped. */
function run(call: (...args: number[]) => number | undefined): number | string | undefined {
  try {
    return call(3, 4);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return 'trap';
    throw error;
  }
}

/** The smallest limit at which a call that never traps on its own does not trap. */
function leastThatRuns(call: (limit: number) => unknown): number {
  let limit = 0;
  while (call(limit) === 'trap') {
    limit++;
    if (limit > DEPTH) throw new Error('traps at any limit');
  }
  return limit;
}
