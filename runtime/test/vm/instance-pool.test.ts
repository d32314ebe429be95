// A pooled instance cannot be told from a new one, however the call before it ended; the pool is bounded.
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { HOST_IMPORTS } from '@weft/runtime/vm/host-functions';
import { InstancePool } from '@weft/runtime/vm/instance-pool';
import { beforeEach, describe, expect, test } from 'vitest';
import { callTo, contractBytes, named, selectorIn, TestChain } from './support.js';

const PAGE = 65_536;
/** Leaves marks in the data segment, above any heap mark, in the last byte and in every kind of mutable global. */
const dirty = `(i32.store8 (i32.const 1000) (i32.const 88)) (i32.store8 (i32.const 40000) (i32.const 88))
  (i32.store8 (i32.const ${PAGE - 1}) (i32.const 88))
  (global.set $small (i32.const 88)) (global.set $large (i64.const 88)) (call_indirect (i32.const 0))`;
const METHODS = {
  /** Memory size, globals, then the whole first page. */
  look: {
    body: `(i32.store (i32.const 2000) (memory.size)) (i32.store (i32.const 2004) (global.get $small))
      (i64.store (i32.const 2008) (global.get $large)) (i32.store (i32.const 2016) (global.get $started))
      (call $output (i32.const 0) (i32.const ${PAGE}))`,
  },
  dirtyThenReturn: { body: dirty },
  dirtyThenRevert: { body: `${dirty} (call $revert (i32.const 0) (i32.const 0))` },
  dirtyThenAbort: { body: `${dirty} (call $abort (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 1))` },
  dirtyThenTrap: { body: `${dirty} unreachable` },
  dirtyThenSpin: { body: `${dirty} (loop $again (br $again))` },
  dirtyThenViolate: { body: `${dirty} (drop (call $storage_has (i32.const 3000) (i32.const 8)))` },
  dirtyThenGrow: { body: `${dirty} (drop (memory.grow (i32.const 1)))` },
  dirtyThenGrowByNone: { body: `${dirty} (drop (memory.grow (i32.const 0)))` },
  growAndTrap: { body: `${dirty} (drop (memory.grow (i32.const 1))) unreachable` },
  growTooFar: {
    body: '(i32.store (i32.const 0) (memory.grow (i32.const 256))) (call $output (i32.const 0) (i32.const 4))',
  },
  growThenCall: {
    body: `(drop (memory.grow (i32.const 1))) (call $input (i32.const ${PAGE + 5}))
      (call $output (i32.const ${PAGE + 5}) (local.get $length))`,
  },
};
const EXTRA = `(data (i32.const 1000) "data") (global $small (mut i32) (i32.const 5)) (global $large (mut i64) (i64.const -6))
  (global $started (mut i32) (i32.const 0)) (table 1 funcref) (elem (i32.const 0) $nothing) (func $nothing)
  (func (export "_start") (global.set $started (i32.add (global.get $started) (i32.const 1)))
    (i32.store8 (i32.const 50000) (i32.add (i32.load8_u (i32.const 50000)) (i32.const 1))))`;
const BYTES = contractBytes(METHODS, EXTRA);
const s = (name: keyof typeof METHODS): number => selectorIn(METHODS, name);
const look = callTo(named('a'), s('look'));
let chain: TestChain;

beforeEach(() => {
  chain = new TestChain();
  chain.install('a', BYTES);
});

function memoryNow(): Uint8Array {
  const outcome = chain.run([look]);
  expect(outcome.status).toBe('OK');
  return outcome.results[0]!;
}

/** Gas of looking and the hash of all that was seen. */
function seen(): { gas: number; hash: string } {
  const outcome = chain.run([look]);
  expect(outcome.status).toBe('OK');
  return { gas: outcome.gas, hash: toHex(sha256(outcome.results[0]!)) };
}

describe('a pooled instance', () => {
  test('starts as compiled: data, zeroes, globals, one page, its start run once', () => {
    const memory = memoryNow();
    expect(memory.slice(1000, 1004)).toEqual(utf8('data'));
    const view = new DataView(memory.buffer, memory.byteOffset);
    expect([view.getInt32(2000, true), view.getInt32(2004, true), view.getBigInt64(2008, true)]).toEqual([
      1,
      5,
      -6n,
    ]);
    expect([view.getInt32(2016, true), memory[50_000]]).toEqual([1, 1]);
    memory.fill(0, 1000, 1004).fill(0, 2000, 2020)[50_000] = 0;
    expect(memory.some((byte) => byte !== 0)).toBe(false);
  });

  test.each([
    ['success', 'dirtyThenReturn', 'OK', 1],
    ['a revert', 'dirtyThenRevert', 'REVERT', 1],
    ['an abort', 'dirtyThenAbort', 'REVERT', 1],
    ['a trap', 'dirtyThenTrap', 'TRAP', 1],
    ['an endless loop', 'dirtyThenSpin', 'OUT_OF_GAS', 1],
    ['a violation', 'dirtyThenViolate', 'VIOLATION', 1],
    ['growth, which drops it', 'dirtyThenGrow', 'OK', 0],
    ['growth by nothing', 'dirtyThenGrowByNone', 'OK', 1],
    ['growth and a trap', 'growAndTrap', 'TRAP', 0],
  ] as const)('is new again after %s', (_what, method, status, pooled) => {
    const fresh = seen();
    chain.pool = new InstancePool(HOST_IMPORTS);
    const access = {
      keys: [],
      locks: [],
      past: [],
      contracts: [{ address: named('a'), codeHash: named('x') }],
      keyCount: 0,
      deployBytes: 0,
    };
    for (let round = 0; round < 3; round++) {
      expect(chain.run([callTo(named('a'), s(method))], { access, gasLimit: 300_000 }).status).toBe(status);
      expect(chain.pool.size).toBe(pooled);
    }
    expect(seen()).toEqual(fresh);
    expect(chain.pool.size).toBe(1);
  });

  test('is new again after running out of gas at every possible place', () => {
    const fresh = seen();
    const needed = chain.run([callTo(named('a'), s('dirtyThenReturn'))]).gas;
    for (let gasLimit = needed - 120; gasLimit <= needed; gasLimit++) {
      const outcome = chain.run([callTo(named('a'), s('dirtyThenReturn'))], { gasLimit });
      expect([outcome.status, outcome.gas]).toEqual([gasLimit === needed ? 'OK' : 'OUT_OF_GAS', gasLimit]);
      expect(seen()).toEqual(fresh);
    }
    expect(chain.pool.size).toBe(1);
  });

  test('sees a memory that grew under it, host functions included', () => {
    const outcome = chain.run([callTo(named('a'), s('growThenCall'), utf8('moved'))]);
    expect(outcome.results).toEqual([utf8('moved')]);
  });

  test('growth past the page limit gives -1', () => {
    expect(chain.run([callTo(named('a'), s('growTooFar'))]).results).toEqual([
      new Uint8Array([255, 255, 255, 255]),
    ]);
  });
});

describe('the pool', () => {
  test('keeps at most as many instances and pages as it may, the latest used', () => {
    const pool = new InstancePool(HOST_IMPORTS, { instancesMax: 3, pagesMax: 5 });
    const codes = [1, 2, 3].map((pages) =>
      chain.addCode(contractBytes({ nothing: { body: '' } }, '', pages)),
    );
    const taken = codes.map((code) => pool.take(code));
    for (const instance of taken) pool.give(instance);
    expect(pool.size).toBe(2);
    expect(pool.take(codes[2]!)).toBe(taken[2]);
    expect(pool.take(codes[1]!)).toBe(taken[1]);
    expect(pool.take(codes[0]!)).not.toBe(taken[0]);
    expect(pool.size).toBe(0);
  });

  test('of no size changes nothing but speed', () => {
    const fresh = seen();
    chain.pool = new InstancePool(HOST_IMPORTS, { instancesMax: 0 });
    expect(seen()).toEqual(fresh);
    expect(chain.pool.size).toBe(0);
  });
});
