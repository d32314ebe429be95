// Which functions keep their type because their callers can pay for them, at what price, and that gas and depth stay
// what they would be.

import { findFlatFunctions, findLoudFunctions } from '@weft/runtime/wasm/callees';
import { priceTable } from '@weft/runtime/wasm/costs';
import { decodeBodies } from '@weft/runtime/wasm/decode-body';
import { HALT } from '@weft/runtime/wasm/instrument-module';
import { readModule } from '@weft/runtime/wasm/read-module';
import { CONTRACT_RULES } from '@weft/runtime/wasm/read-rules';
import { describe, expect, test } from 'vitest';
import { contract, type Metered, meter, UNIT_COSTS } from './support.js';

/** Price and weight of the module's first function, or undefined. */
function flat(text: string): { price: number; weight: number } | undefined {
  const module = readModule(contract(text));
  const found = findFlatFunctions(
    module,
    decodeBodies(module, CONTRACT_RULES),
    UNIT_COSTS,
    priceTable(UNIT_COSTS),
    false,
  );
  return found.get(module.importedFunctions);
}

/** `(param i32) (result i32)` with this body. */
const one = (body: string): string => `(func $f (param i32) (result i32) ${body})`;
const GUARDED = one(`(if (i32.ge_u (local.get 0) (i32.const 9)) (then (unreachable)))
  (i32.load (i32.mul (local.get 0) (i32.const 4)))`);

describe('flat functions: which', () => {
  test('a guarded load: what only traps costs nothing that anybody sees', () => {
    expect(flat(GUARDED)).toEqual({ price: 4 + 4, weight: 8 + 1 + 7 });
  });

  test('arms of one price, early returns and branches that meet at one price', () => {
    expect(
      flat(one('(if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.const 2)))'))?.price,
    ).toBe(3);
    expect(
      flat(one('(if (local.get 0) (then (return (i32.const 1)))) (drop (i32.const 1)) (i32.const 2)')),
    ).toBe(undefined);
    expect(
      flat(one('(if (local.get 0) (then (return (i32.const 1)))) (nop) (i32.eqz (i32.const 2))'))?.price,
    ).toBe(4);
    expect(flat(one('(block (block (br_table 0 1 0 (local.get 0)))) (i32.const 2)'))?.price).toBe(3);
    expect(flat(one('(block (block (br_table 0 1 0 (local.get 0))) (br 0)) (i32.const 2)'))).toBe(undefined);
  });

  test('each declared local is paid', () => {
    expect(flat('(func $f (local i64 i32))')).toEqual({ price: 2, weight: 10 });
  });

  const others: Record<string, string> = {
    'arms of two prices': one(
      '(if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.eqz (i32.const 2))))',
    ),
    'an arm that may be skipped': one('(if (local.get 0) (then (drop (i32.const 1)))) (i32.const 2)'),
    'a branch that skips': one('(block (br_if 0 (local.get 0)) (drop (i32.const 1))) (i32.const 2)'),
    'nothing that returns': one('(unreachable)'),
    'a loop': one('(loop) (i32.const 1)'),
    'a call': `${one('(call $g (i32.const 1))')} (func $g (param i32) (result i32) (i32.const 1))`,
    growth: one('(memory.grow (i32.const 1))'),
    'bulk memory': '(func $f (memory.fill (i32.const 0) (i32.const 0) (i32.const 8)))',
    'an exported one': '(func $f (export "f"))',
    'one in the table': '(func $f) (table 1 funcref) (elem (i32.const 0) $f)',
    'a dear one': one(`${'(drop (i32.const 0))'.repeat(64)} (i32.const 1)`),
    'a long one': one(`${'(nop)'.repeat(128)} (i32.const 1)`),
  };
  for (const [name, text] of Object.entries(others)) {
    test(`not ${name}`, () => expect(flat(text)).toBe(undefined));
  }
});

describe('loud functions', () => {
  test('are those from which a host function can be reached', () => {
    const module = readModule(
      contract(`(import "weft" "quit" (func $quit)) (table 1 funcref) (elem (i32.const 0) $quit)
        (func $one (call $two)) (func $two (call $one) (call $three)) (func $three (call $quit))
        (func $type (call_indirect (i32.const 0)))
        (func $quiet (call $more)) (func $more (call $quiet) (drop (memory.grow (i32.const 1))))`),
    );
    expect([...findLoudFunctions(module, decodeBodies(module, CONTRACT_RULES))].sort()).toEqual([1, 2, 3, 4]);
  });

  test('of others the call and what follows it are paid at once', () => {
    const seen: number[] = [];
    const metered = meter(
      contract(`(import "weft" "quit" (func $quit))
        (func $quiet (result i32) (local i32)
          (loop (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 4))))
          (local.get 0))
        (func $loud (call $quit) (drop (call $quiet)))
        (func (export "f") (call $loud) (drop (i32.add (call $quiet) (call $quiet))) (call $quit))`),
      (instance) => seen.push(1000 - instance.gas()),
      UNIT_COSTS,
    );
    // A local, four passes of eight, get.
    const quiet = 1 + 4 * 8 + 1;
    const all = 1 + 1 + 2 + quiet + 2 * (1 + quiet) + 3;
    metered.call('f', [], 1000);
    expect(seen).toEqual([2, all]);
    expect(1000 - metered.gas()).toBe(all);
    metered.call('f', [], all);
    expect(() => metered.call('f', [], all - 1)).toThrow(WebAssembly.RuntimeError);
    expect(metered.halt()).toBe(HALT.outOfGas);
  });
});

describe('flat functions: called', () => {
  const caller = (body: string): Uint8Array =>
    contract(`(import "weft" "note" (func $note (param i32) (result i32))) ${GUARDED}
      (func (export "f") (param i32) (result i32) ${body})`);
  const used = (metered: Metered, gas = 1000): number => gas - metered.gas();

  test('cost their price at the call, seen by the host behind it', () => {
    const seen: number[] = [];
    const metered = meter(
      caller('(drop (call $f (local.get 0))) (call $note (i32.add (call $f (i32.const 1)) (i32.const 1)))'),
      (instance) => seen.push(used(instance)),
      UNIT_COSTS,
    );
    metered.call('f', [3], 1000);
    // get, call, f, drop; const, call, f, const, add, call.
    expect(seen).toEqual([2 + 8 + 1 + 2 + 8 + 3]);
    expect(used(metered)).toBe(24);
    expect(() => metered.call('f', [3], 23)).toThrow(WebAssembly.RuntimeError);
    expect(metered.halt()).toBe(HALT.outOfGas);
  });

  test('trap as they did', () => {
    const metered = meter(caller('(call $f (local.get 0))'), () => 0, UNIT_COSTS);
    expect(metered.call('f', [8], 1000)).toBe(0);
    expect(() => metered.call('f', [9], 1000)).toThrow('unreachable');
    expect(metered.halt()).toBe(HALT.none);
  });

  test('weigh in the frame of their caller, the heaviest once', () => {
    const light = '(func $light (param i32) (result i32) (local.get 0))';
    const bytes = contract(`${GUARDED} ${light} (func (export "f") (param i32) (result i32)
      (i32.add (call $f (local.get 0)) (call $light (call $f (local.get 0)))))`);
    // 8, 1 parameter; get, get, three results, add; the guarded load's 16.
    const weight = 8 + 1 + 6 + 16;
    const metered = meter(bytes);
    expect(metered.call('f', [0], 1e6, weight)).toBe(0);
    expect(() => metered.call('f', [0], 1e6, weight - 1)).toThrow(WebAssembly.RuntimeError);
    expect(metered.halt()).toBe(HALT.depth);
  });
});
