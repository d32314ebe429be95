// The instrumented module's own promises: exact gas, where it is checked, depth, growth, reset, sizes, offsets.
import { DEFAULT_COSTS } from '@weft/runtime/wasm/costs';
import { HALT, instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { WASM_LIMITS } from '@weft/runtime/wasm/limits';
import { originalOffset } from '@weft/runtime/wasm/offset-map';
import { describe, expect, test } from 'vitest';
import { contract, type Metered, meter, UNIT_COSTS, wat } from './support.js';

const host = (): number => 0;

function traps(metered: Metered, name: string, args: number[], gas: number, depth = 1e6): number {
  expect(() => metered.call(name, args, gas, depth)).toThrow(WebAssembly.RuntimeError);
  return metered.halt();
}

function spent(metered: Metered, name: string, ...args: number[]): number {
  metered.call(name, args, 1e9);
  return 1e9 - metered.gas();
}

describe('instrument: gas', () => {
  test('a straight line costs the sum of its prices, by hand', () => {
    const metered = meter(
      contract(`(func (export "f") (param i32) (result i32) (local i32 i64)
        (local.set 1 (i32.div_u (local.get 0) (i32.const 3)))
        (i32.store (i32.const 8) (local.get 1))
        (i32.load (i32.const 8)))`),
      host,
      { ...DEFAULT_COSTS, simple: 1, divide: 10, memory: 100 },
    );
    // 2 locals; get, const, div, set; const, get, store; const, load.
    expect(spent(metered, 'f', 12)).toBe(2 + 1 + 1 + 10 + 1 + 1 + 1 + 100 + 1 + 100);
  });

  test('a loop pays its header at each pass', () => {
    const metered = meter(
      contract(`(func (export "f") (param i32)
        (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))`),
      host,
      UNIT_COSTS,
    );
    expect(spent(metered, 'f', 1)).toBe(6);
    expect(spent(metered, 'f', 7)).toBe(42);
  });

  test('only the arm taken is paid, and nothing of dead code', () => {
    const metered = meter(
      contract(`(func (export "f") (param i32) (result i32)
        (if (result i32) (local.get 0)
          (then (return (i32.const 1)) (drop (i32.add (i32.const 1) (i32.const 2))) (i32.const 0))
          (else (nop) (i32.add (i32.const 2) (i32.const 3)))))`),
      host,
      UNIT_COSTS,
    );
    expect(spent(metered, 'f', 1)).toBe(2 + 2);
    expect(spent(metered, 'f', 0)).toBe(2 + 3);
  });

  test('a loop that ends at its head pays each pass, and the way out, by hand', () => {
    const metered = meter(
      contract(`(func (export "f") (param i32) (result i32) (local i32)
        (loop (if (i32.lt_u (local.get 1) (local.get 0)) (then
          (local.set 1 (i32.add (local.get 1) (i32.const 1))) (br 1))))
        (i32.const 7))`),
      host,
      UNIT_COSTS,
    );
    // Local; passes of loop, get, get, lt, if and get, const, add, set, br; the last without the body; const.
    for (const passes of [0, 1, 5]) expect(spent(metered, 'f', passes)).toBe(1 + 10 * passes + 5 + 1);
    expect(traps(metered, 'f', [2], 1 + 10 * 2 + 5)).toBe(HALT.outOfGas);
    expect(metered.call('f', [2], 1 + 10 * 2 + 5 + 1)).toBe(7);
  });

  test('the host sees exact gas in an arm that traps behind it, and after one not taken', () => {
    const seen: number[] = [];
    const metered = meter(
      contract(`(import "weft" "note" (func $note (param i32) (result i32)))
        (func (export "f") (param i32)
          (if (i32.eqz (local.get 0)) (then (drop (call $note (i32.const 1))) (unreachable)))
          (if (i32.eq (local.get 0) (i32.const 9)) (then (unreachable)))
          (drop (call $note (i32.const 2))))`),
      (instance) => seen.push(1000 - instance.gas()),
      UNIT_COSTS,
    );
    traps(metered, 'f', [0], 1000);
    metered.call('f', [5], 1000);
    // get, eqz, if, then const, call; without those get, const, eq, if, const, call.
    expect(seen).toEqual([5, 3 + 6]);
  });

  test('br_table, call, call_indirect and early return, by hand', () => {
    const metered = meter(
      contract(`(table 1 funcref) (elem (i32.const 0) $g)
        (func $g (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
        (func (export "f") (param i32) (result i32)
          (block (block (br_table 0 1 (local.get 0))) (return (call $g (i32.const 5))))
          (call_indirect (param i32) (result i32) (i32.const 6) (i32.const 0)))`),
      host,
      { ...UNIT_COSTS, branchTable: 10, call: 100, callIndirect: 1000, branch: 10_000 },
    );
    expect(spent(metered, 'f', 0)).toBe(1 + 10 + 1 + 100 + 3 + 10_000);
    expect(spent(metered, 'f', 9)).toBe(1 + 10 + 2 + 1000 + 3);
  });

  test('every limit below the cost halts, the cost itself is enough', () => {
    const bytes = contract(`(func $g (param i32) (result i32) (if (result i32) (local.get 0)
        (then (i32.add (i32.const 1) (call $g (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0))))
      (func (export "f") (param i32) (result i32) (local i32)
        (loop (drop (call $g (local.get 0))) (memory.fill (i32.const 0) (i32.const 1) (i32.const 33))
          (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (loop (if (i32.lt_u (local.get 1) (i32.const 3)) (then
          (if (i32.eq (local.get 1) (i32.const 9)) (then (unreachable)))
          (local.set 1 (i32.add (local.get 1) (i32.const 1))) (br 1))))
        (drop (memory.grow (i32.const 1))) (i32.const 77))`);
    const metered = meter(bytes, host, UNIT_COSTS);
    const cost = spent(metered, 'f', 3);
    for (let limit = 0; limit < cost; limit++) {
      const fresh = meter(bytes, host, UNIT_COSTS);
      expect(traps(fresh, 'f', [3], limit), `limit ${limit}`).toBe(HALT.outOfGas);
    }
    const fresh = meter(bytes, host, UNIT_COSTS);
    expect(fresh.call('f', [3], cost)).toBe(77);
    expect(fresh.gas()).toBe(0);
    expect(fresh.halt()).toBe(HALT.none);
  });

  test('a host function sees exactly what was executed before it, and what it takes is taken', () => {
    const seen: number[] = [];
    const metered = meter(
      contract(`(import "weft" "note" (func $note (param i32) (result i32)))
        (func (export "f") (result i32)
          (drop (call $note (i32.const 1))) (drop (i32.const 9)) (call $note (i32.const 2)))`),
      (instance, _name, [value]) => {
        seen.push(instance.gas());
        instance.exports['weft.set_gas']!(instance.gas() - 500);
        return value!;
      },
      UNIT_COSTS,
    );
    expect(metered.call('f', [], 10_000)).toBe(2);
    expect(seen).toEqual([10_000 - 2, 10_000 - 500 - 7]);
    expect(metered.gas()).toBe(10_000 - 1000 - 7);
  });

  test('gas is checked before a host call: the host is never reached without', () => {
    let reached = 0;
    const metered = meter(
      contract(`(import "weft" "quit" (func $quit)) (table 1 funcref) (elem (i32.const 0) $quit)
        (func (export "f") (drop (i32.const 0)) (call $quit))
        (func (export "g") (call_indirect (i32.const 0)))`),
      () => ++reached,
      UNIT_COSTS,
    );
    expect(traps(metered, 'f', [], 2)).toBe(HALT.outOfGas);
    expect(traps(metered, 'g', [], 1)).toBe(HALT.outOfGas);
    expect(reached).toBe(0);
    metered.call('f', [], 3);
    metered.call('g', [], 2);
    expect(reached).toBe(2);
  });

  test('what a host function took below zero is noticed at the latest when the export returns', () => {
    const metered = meter(
      contract(`(import "weft" "quit" (func $quit)) (func (export "f") (call $quit))`),
      (instance) => Number(instance.exports['weft.set_gas']!(-1) ?? 0),
    );
    expect(traps(metered, 'f', [], 1e6)).toBe(HALT.outOfGas);
  });

  test('bulk memory pays for each 8 bytes begun, before it touches memory', () => {
    const metered = meter(
      contract(`(func (export "fill") (param i32) (memory.fill (i32.const 0) (i32.const 7) (local.get 0)))
        (func (export "copy") (param i32) (memory.copy (i32.const 9) (i32.const 0) (local.get 0)))`),
      host,
      { ...UNIT_COSTS, bulkWord: 3 },
    );
    for (const [bytes, words] of [
      [0, 0],
      [1, 1],
      [8, 1],
      [9, 2],
      [65_000, 8125],
    ] as const) {
      expect(spent(metered, 'fill', bytes)).toBe(4 + 3 * words);
      expect(spent(metered, 'copy', bytes)).toBe(4 + 3 * words);
    }
    const poor = meter(
      contract(`(func (export "fill") (memory.fill (i32.const 0) (i32.const 7) (i32.const 80)))`),
      host,
      UNIT_COSTS,
    );
    expect(traps(poor, 'fill', [], 13)).toBe(HALT.outOfGas);
    expect(new Uint8Array(poor.exports.memory.buffer)[0]).toBe(0);
    expect(traps(metered, 'fill', [-1], 1e6)).toBe(HALT.outOfGas);
  });
});

describe('instrument: memory growth', () => {
  const grow = (memory: string): Uint8Array =>
    contract(`${memory} (func (export "f") (param i32) (result i32) (memory.grow (local.get 0)))`);

  test('past the page limit it is -1 and free, below it each page is paid', () => {
    const { pagesMax } = WASM_LIMITS;
    const metered = meter(grow('(memory (export "memory") 1)'), host, UNIT_COSTS);
    expect(metered.call('f', [pagesMax], 1e6)).toBe(-1);
    expect(metered.call('f', [-1], 1e6)).toBe(-1);
    expect(metered.gas()).toBe(1e6 - 2);
    expect(metered.call('f', [2], 1e6)).toBe(1);
    expect(metered.gas()).toBe(1e6 - 202);
    expect(traps(metered, 'f', [2], 201)).toBe(HALT.outOfGas);
    expect(metered.call('f', [pagesMax - 3], 1e6)).toBe(3);
    expect(metered.call('f', [1], 1e6)).toBe(-1);
    expect(metered.exports.memory.buffer.byteLength).toBe(pagesMax * 65_536);
  });

  test('a smaller maximum of the module stands', () => {
    const metered = meter(grow('(memory (export "memory") 1 2)'), host, UNIT_COSTS);
    expect(metered.call('f', [1], 1e6)).toBe(1);
    expect(metered.call('f', [1], 1e6)).toBe(-1);
  });
});

describe('instrument: depth', () => {
  // Weight: 8 + 1 parameter + get, get, const, sub and the call's result.
  const bytes = contract(`(func $f (export "f") (param i32) (result i32)
    (if (result i32) (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 5))))`);
  const WEIGHT = 8 + 1 + 6;

  test('each frame takes its weight and gives it back', () => {
    const metered = meter(bytes);
    expect(metered.call('f', [9], 1e9, 10 * WEIGHT)).toBe(5);
    expect(metered.exports['weft.depth']!()).toBe(10 * WEIGHT);
    expect(traps(metered, 'f', [9], 1e9, 10 * WEIGHT - 1)).toBe(HALT.depth);
  });

  test('the host sees what is left, also through the table', () => {
    const seen: unknown[] = [];
    const metered = meter(
      contract(`(import "weft" "quit" (func $quit)) (table 1 funcref) (elem (i32.const 0) $quit)
        (func (export "f") (call $quit) (call_indirect (i32.const 0)))`),
      (instance) => seen.push(instance.exports['weft.depth']!()),
    );
    metered.call('f', [], 1e6, 100);
    expect(seen).toEqual([100 - 9, 100 - 9]);
    expect(metered.exports['weft.depth']!()).toBe(100);
  });

  test('endless recursion ends by depth, whatever the gas', () => {
    const endless = meter(contract('(func $f (export "f") (call $f))'));
    expect(traps(endless, 'f', [], 2 ** 50, 8000)).toBe(HALT.depth);
  });

  // Half of the main thread's 984 KiB in 8-byte words: the margin of two that workers are given as well.
  const BUDGET = 60_000;
  const shapes: Record<string, string> = {
    'no locals': '(func $f (export "f") (param i32) (call $f (local.get 0)))',
    '250 locals kept across the call': `(func $f (export "f") (param i32) (local ${'i32 '.repeat(250)})
      ${each(250, (n) => `(local.set ${n + 1} (i32.load offset=${4 * n} (local.get 0)))`)} (call $f (local.get 0))
      ${each(250, (n) => `(i32.store offset=${4 * n} (local.get 0) (local.get ${n + 1}))`)})`,
    '800 values an optimiser may keep across calls in a loop': `(func $f (export "f") (param i32) (local i32)
      (loop (call $f (local.get 0))
        ${each(800, (n) => `(i32.store offset=${4 * n} (i32.const 0) (i32.mul (local.get 0) (i32.const ${n + 3})))`)}
        (br_if 0 (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 3)))))`,
  };
  for (const [name, text] of Object.entries(shapes)) {
    test(`the budget ends before the native stack, cold and optimised: ${name}`, () => {
      const metered = meter(contract(text));
      for (let round = 0; round < 400; round++) {
        metered.exports['weft.reset']!();
        expect(traps(metered, 'f', [0], 2 ** 50, BUDGET)).toBe(HALT.depth);
      }
    });
  }
});

describe('instrument: output', () => {
  test('reset gives every mutable global its initial value, ours included', () => {
    const metered = meter(
      contract(`(global $a (mut i32) (i32.const -5)) (global $b (mut i64) (i64.const 1234567890123))
        (func (export "f") (global.set $a (i32.const 1)) (global.set $b (i64.const 2)))
        (func (export "a") (result i32) (global.get $a)) (func (export "b") (result i64) (global.get $b))
        (func (export "dead") (unreachable))`),
    );
    metered.call('f');
    expect(metered.call('a')).toBe(1);
    traps(metered, 'f', [], 0);
    expect(metered.halt()).toBe(HALT.outOfGas);
    metered.exports['weft.reset']!();
    expect([metered.halt(), metered.gas(), metered.exports['weft.depth']!()]).toEqual([0, 0, 0]);
    expect(metered.call('a')).toBe(-5);
    expect(metered.call('b')).toBe(1234567890123n);
    expect(traps(metered, 'dead', [], 1e6)).toBe(HALT.none);
  });

  test('equal input gives equal bytes', () => {
    const bytes = contract('(func (export "f") (result i64) (i64.const -1))');
    expect(instrumentModule(bytes).bytes).toEqual(instrumentModule(bytes.slice()).bytes);
  });

  test('traps map back to the uploaded offsets', () => {
    const bytes = contract(`(table 2 funcref)
      (func $deep (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
      (func (export "divide") (result i32) (i32.add (i32.const 1) (call $deep (i32.const 0))))
      (func (export "load") (result i32) (drop (i32.const 3)) (i32.load (i32.const -1)))
      (func (export "null") (call_indirect (i32.const 1)))
      (func (export "fill") (memory.fill (i32.const 65535) (i32.const 0) (i32.const 2)))
      (func (export "dead") (loop (if (i32.const 1) (then (unreachable)))))`);
    const output = instrumentModule(bytes);
    const metered = meter(bytes);
    const plain = new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), {});
    for (const name of ['divide', 'load', 'null', 'fill', 'dead']) {
      const expected = frames(() => (plain.exports[name] as () => void)());
      const got = frames(() => metered.call(name)).filter(([index]) => index < 6);
      expect(expected.length).toBeGreaterThan(0);
      expect(got.map(([index, offset]) => [index, originalOffset(output.offsets, offset)])).toEqual(expected);
    }
  });

  test('a module that grows past its factor is refused', () => {
    const bytes = wat(`(module (import "weft" "quit" (func $f)) (memory (export "memory") 1)
      (func (export "weft_call") (param i32 i32) ${'call $f '.repeat(9000)}))`);
    expect(() => instrumentModule(bytes)).toThrow(expect.objectContaining({ code: 'WASM_LIMIT' }) as Error);
  });
});

function each(count: number, text: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => text(index)).join(' ');
}

/** Function index and module offset of each WebAssembly frame of the trap. */
function frames(action: () => unknown): [number, number][] {
  try {
    action();
  } catch (error) {
    const lines = [...(error as Error).stack!.matchAll(/wasm-function\[(\d+)\]:0x([0-9a-f]+)/g)];
    return lines.map((match) => [Number(match[1]), Number.parseInt(match[2]!, 16)]);
  }
  return [];
}
