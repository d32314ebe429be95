// Every place a contract could leave something in, after every way a call can end: the next call's instance equals a
// new one in each byte of memory and each accessor of ours. A new instance is the reference.
import { concatBytes } from '@weft/runtime/base/bytes';
import type { CompiledCode } from '@weft/runtime/vm/compiled-code';
import { HOST_IMPORTS } from '@weft/runtime/vm/host-functions';
import { HOST_TABLE } from '@weft/runtime/vm/host-table';
import { createInstance, type Instance } from '@weft/runtime/vm/instance';
import { InstancePool } from '@weft/runtime/vm/instance-pool';
import { HALT } from '@weft/runtime/wasm/instrument-module';
import { describe, expect, test } from 'vitest';
import { FREE, PROBE_BYTES, probeArgs, probeSelector } from './probe.js';
import {
  callTo,
  contractBytes,
  hostKey,
  keyOf,
  named,
  selectorIn,
  TestChain,
  type TestMethod,
} from './support.js';

const PAGE = 65_536;
const PAGES = [1, 3, 16];

/** What each carrier does, given the bytes of memory. */
const CARRIERS: Readonly<Record<string, (size: number) => string>> = {
  'data segment': () => '(i32.store8 (i32.const 1000) (i32.const 88))',
  'first byte': () => '(i32.store8 (i32.const 0) (i32.const 88))',
  'above the heap': () => '(i64.store (i32.const 40000) (i64.const 88))',
  'last byte of the last page': (size) => `(i32.store8 (i32.const ${size - 1}) (i32.const 88))`,
  'last word, straddling nothing': (size) => `(i64.store align=1 (i32.const ${size - 8}) (i64.const -1))`,
  'a constant offset': (size) => `(i64.store16 offset=${size - 10} (i32.const 8) (i64.const 88))`,
  'a small constant offset': (size) => `(i32.store16 offset=1023 (i32.const ${size - 1025}) (i32.const 88))`,
  'both sides of 1 KiB': () => '(i64.store align=1 (i32.const 2044) (i64.const -1))',
  'every width': () =>
    `(i32.store16 (i32.const 3000) (i32.const 1)) (i64.store8 (i32.const 9000) (i64.const 2))
     (i64.store32 (i32.const 20000) (i64.const 3)) (i32.store (i32.const 30000) (i32.const 4))`,
  'filled whole': (size) => `(memory.fill (i32.const 0) (i32.const 88) (i32.const ${size}))`,
  'copied to the end': (size) => `(memory.copy (i32.const ${size - 4}) (i32.const 1000) (i32.const 4))`,
  'nothing filled at the end': (size) => `(memory.fill (i32.const ${size}) (i32.const 88) (i32.const 0))`,
  'a store in a callee': () => '(call $deeper (i32.const 50000))',
  'a store in a function called by the table': () =>
    '(call_indirect (param i32) (i32.const 51000) (i32.const 0))',
  globals: () => '(global.set $small (i32.const 88)) (global.set $large (i64.const 88))',
};

/** How each call ends; `halt` is what the module says of a trap. */
const ENDINGS: Readonly<Record<string, { body: string; gas?: number; depth?: number; halt?: number }>> = {
  success: { body: '' },
  'an early return': { body: '(return)' },
  'a revert': { body: '(call $revert (i32.const 0) (i32.const 0))' },
  'a trap': { body: 'unreachable', halt: HALT.none },
  'a store out of bounds': { body: '(i32.store (i32.const -4) (i32.const 1))', halt: HALT.none },
  'out of gas': { body: '(loop $on (br $on))', gas: 1_000_000, halt: HALT.outOfGas },
  depth: { body: '(call $endless)', depth: 2_000, halt: HALT.depth },
};

const EXTRA = `(data (i32.const 1000) "data") (global $small (mut i32) (i32.const 5)) (global $large (mut i64) (i64.const -6))
  (table 1 funcref) (elem (i32.const 0) $deeper)
  (func $deeper (param i32) (i32.store (local.get 0) (i32.const 88)))
  (func $endless (i32.store8 (i32.const 60000) (i32.const 88)) (call $endless))`;

/** Methods that use one carrier and end one way. */
function methodsFor(pages: number): Record<string, TestMethod> {
  const methods: Record<string, TestMethod> = {};
  for (const [carrier, write] of Object.entries(CARRIERS)) {
    for (const [ending, { body }] of Object.entries(ENDINGS)) {
      methods[`${carrier}_${ending}`.replaceAll(/[ ,]/g, '')] = { body: `${write(pages * PAGE)} ${body}` };
    }
  }
  methods['globalsNow'] = {
    body: '(i32.store (i32.const 0) (global.get $small)) (i64.store (i32.const 8) (global.get $large))',
  };
  return methods;
}

/** All that can be seen of an instance from outside. */
function stateOf(instance: Instance): unknown[] {
  return [instance.bytes().length, instance.gas(), instance.depth(), instance.halt(), instance.grown];
}

function sameMemory(a: Instance, b: Instance): boolean {
  return Buffer.compare(a.bytes(), b.bytes()) === 0;
}

const STOP = Symbol('revert');
const IMPORTS = {
  weft: Object.fromEntries(
    HOST_TABLE.map(({ name }) => [
      name,
      () => {
        if (name === 'revert') throw STOP;
      },
    ]),
  ),
} as unknown as WebAssembly.Imports;

describe.each(PAGES)('a pooled instance of %i pages equals a new one', (pages) => {
  const methods = methodsFor(pages);
  const code: CompiledCode = new TestChain().addCode(contractBytes(methods, EXTRA, pages));

  test.each(Object.keys(ENDINGS))('after %s, whatever it carried', (ending) => {
    const { gas = 1e9, depth = 1_000_000, halt } = ENDINGS[ending]!;
    const fresh = createInstance(code, IMPORTS);
    const pool = new InstancePool(IMPORTS);
    const first = pool.take(code);
    pool.give(first);
    for (const carrier of Object.keys(CARRIERS)) {
      const instance = pool.take(code);
      expect(instance).toBe(first);
      const method = `${carrier}_${ending}`.replaceAll(/[ ,]/g, '');
      const said = endOf(instance, selectorIn(methods, method), gas, depth);
      expect(said, carrier).toEqual(halt ?? (ending === 'a revert' ? STOP : undefined));
      if (carrier !== 'globals' && carrier !== 'nothing filled at the end') {
        expect(sameMemory(instance, fresh), `${carrier} writes`).toBe(false);
      }
      pool.give(instance);
      const next = pool.take(code);
      expect(stateOf(next), carrier).toEqual(stateOf(fresh));
      expect(sameMemory(next, fresh), carrier).toBe(true);
      endOf(next, selectorIn(methods, 'globalsNow'), gas, depth);
      const memory = new DataView(next.bytes().buffer);
      expect([memory.getInt32(0, true), memory.getBigInt64(8, true)]).toEqual([5, -6n]);
      pool.give(next);
    }
  });
});

/** Calls; undefined when it returned, else the constant thrown or why the module stopped. */
function endOf(instance: Instance, selector: number, gas: number, depth: number): unknown {
  instance.setGas(gas);
  instance.setDepth(depth);
  try {
    instance.call(selector, 0);
    return undefined;
  } catch (thrown) {
    instance.stopped();
    return thrown === STOP ? STOP : instance.halt();
  }
}

describe('what host functions write is restored too', () => {
  const END = PAGE - 160;
  const field = hostKey('f');
  /** Parameters of each function that writes, its target at the end of memory. */
  const writers: Readonly<Record<string, readonly number[]>> = {
    input: [PAGE - FREE - field.length - 64],
    context: [END],
    storage_get: [FREE, field.length, END, 100],
    storage_past: [FREE, field.length, END, 100],
    cell_get: [64, FREE, field.length, END],
    cell_past: [64, FREE, field.length, END],
    balance: [FREE, END],
    balance_past: [FREE, END],
    sha256: [FREE, 8, END],
  };

  test.each(Object.keys(writers))('%s', (name) => {
    const chain = new TestChain();
    const contract = chain.install('probe', PROBE_BYTES);
    const code = [...chain.codes.values()][0]!;
    chain.values.set(
      String.fromCharCode(...keyOf(0, contract, 'f')),
      concatBytes(new Uint8Array([0x10]), new Uint8Array(90).fill(7)),
    );
    chain.setCell(keyOf(1, contract, 'f'), 0xffff_ffffn);
    chain.fund(named('someone'), 2n ** 100n);
    const args = probeArgs(writers[name]!, [name.startsWith('balance') ? named('someone') : field, field]);
    const written = spyOnWrites(code);
    chain.pool = written.pool;
    const outcome = chain.run([callTo(contract, probeSelector(name), args)]);
    expect(outcome.status).toBe('OK');
    expect(written.highest()).toBeGreaterThan(END - 1);
    const fresh = createInstance(code, HOST_IMPORTS);
    expect(sameMemory(chain.pool.take(code), fresh)).toBe(true);
  });
});

/** A pool that notes the highest byte that is not 0 when an instance comes back. */
function spyOnWrites(code: CompiledCode): { pool: InstancePool; highest(): number } {
  let highest = -1;
  class Spy extends InstancePool {
    override give(instance: Instance): void {
      highest = instance.bytes().findLastIndex((byte) => byte !== 0);
      super.give(instance);
    }
  }
  const pool = new Spy(HOST_IMPORTS);
  pool.give(pool.take(code));
  return { pool, highest: () => highest };
}
