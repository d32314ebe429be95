// Wide numbers and checked arithmetic as compiled: against BigInt, and within one page however many operations run.
import { Reader, Writer } from '@weft/runtime/base/codec';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileText } from './compile-text.js';
import { MockChain, type MockOutcome } from './mock-host.js';

const PAGE = 65_536;

function overflows(outcome: MockOutcome): boolean {
  return outcome.status === 'REVERT' && new Reader(outcome.data).u32() === 0x78a9d01a;
}

const OPERATIONS: Readonly<Record<string, (a: bigint, b: bigint) => bigint | undefined>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => (b === 0n ? undefined : a / b),
  rem: (a, b) => (b === 0n ? undefined : a % b),
};
const SIGNS: Readonly<Record<string, string>> = { add: '+', sub: '-', mul: '*', div: '/', rem: '%' };
const TYPES = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'u128', 'i128', 'u256'] as const;
type NumberType = (typeof TYPES)[number];

function bounds(type: NumberType): [bigint, bigint] {
  const bits = BigInt(type.slice(1));
  return type.startsWith('i') ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
}

function encode(type: NumberType, ...values: readonly bigint[]): Uint8Array {
  const bytes = Number(type.slice(1)) / 8;
  const writer = new Writer();
  for (const value of values) {
    const raw = BigInt.asUintN(bytes * 8, value);
    writer.fixed(
      Uint8Array.from({ length: bytes }, (_, at) => Number((raw >> BigInt(8 * at)) & 0xffn)),
      bytes,
    );
  }
  return writer.finish();
}

function decode(type: NumberType, bytes: Uint8Array): bigint {
  const raw = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const bits = Number(type.slice(1));
  return type.startsWith('i') ? BigInt.asIntN(bits, raw) : raw;
}

/** Values near the bounds, near powers of two, and scattered ones, by a seeded generator. */
function samples(type: NumberType, seed: number): bigint[] {
  const [low, high] = bounds(type);
  const bits = Number(type.slice(1));
  let state = BigInt(seed);
  const next = (): bigint => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
    return state >> 11n;
  };
  const values = [low, low + 1n, 0n, 1n, 2n, high - 1n, high];
  for (let index = 0; index < 12; index++) {
    let value = 0n;
    for (let part = 0; part < 5; part++) value = (value << 53n) | next();
    value = BigInt.asUintN(1 + (Number(next() % BigInt(bits)) % bits), value);
    if (index % 3 === 0) value = (1n << BigInt(Number(next() % BigInt(bits)))) - 1n;
    if (type.startsWith('i') && index % 2 === 0) value = -value;
    values.push(value < low ? low : value > high ? high : value);
  }
  return values;
}

describe('arithmetic', () => {
  let chain: MockChain;
  beforeAll(async () => {
    const methods = TYPES.flatMap((type) => [
      ...Object.keys(OPERATIONS).map(
        (name) => `@call ${name}_${type}(a: ${type}, b: ${type}): ${type} { return a ${SIGNS[name]} b; }`,
      ),
      `@call order_${type}(a: ${type}, b: ${type}): u8 { return (a < b ? 1 : 0) | (a <= b ? 2 : 0) | (a == b ? 4 : 0) | (a != b ? 8 : 0) | (a > b ? 16 : 0) | (a >= b ? 32 : 0); }`,
      `@call text_${type}(a: ${type}): string { return a.toString(); }`,
    ]);
    chain = new MockChain(await compileText(`@contract class C {\n${methods.join('\n')}\n}`));
  });

  it('results are those of integers, and what leaves the type reverts with Overflow (seed 7)', () => {
    for (const type of TYPES) {
      const values = samples(type, 7);
      const [low, high] = bounds(type);
      for (const [name, operation] of Object.entries(OPERATIONS)) {
        for (const a of values) {
          for (const b of values) {
            const wanted = operation(a, b);
            const outcome = chain.call(`${name}_${type}`, encode(type, a, b));
            const label = `${type}: ${a} ${SIGNS[name]} ${b}`;
            if (wanted === undefined || wanted < low || wanted > high)
              expect(overflows(outcome), label).toBe(true);
            else expect([outcome.status, decode(type, outcome.result)], label).toEqual(['OK', wanted]);
          }
        }
      }
    }
  });

  it('comparisons and decimal text', () => {
    for (const type of TYPES) {
      const values = samples(type, 11);
      for (const a of values) {
        expect(new Reader(chain.call(`text_${type}`, encode(type, a)).result).string()).toBe(a.toString());
        for (const b of values) {
          const wanted =
            (a < b ? 1 : 0) |
            (a <= b ? 2 : 0) |
            (a === b ? 4 : 0) |
            (a !== b ? 8 : 0) |
            (a > b ? 16 : 0) |
            (a >= b ? 32 : 0);
          expect(chain.call(`order_${type}`, encode(type, a, b)).result, `${type} ${a} ${b}`).toEqual(
            new Uint8Array([wanted]),
          );
        }
      }
    }
  });

  it('++, --, minus and compound assignment are checked; loop counters and wrapping code run free', async () => {
    const small = new MockChain(
      await compileText(
        `import { wrappingAdd, wrappingMul } from '@weft/sdk/assembly';
        @contract class C {
          @call inc(n: u8): u8 { n++; return n; }  @call dec(n: u64): u64 { --n; return n; }
          @call old(n: u8): u8 { return n++; }     @call neg(n: i32): i32 { return -n; }
          @call plus(n: u32): u32 { n += 1; return n; } @call times(n: u64): u64 { n *= 3; return n; }
          @call count(n: u8): u32 { let sum: u32 = 0; for (let i: u8 = 0; i < n; i++) sum++; return sum; }
          @call wrap(n: u64): u64 { return wrappingAdd<u64>(wrappingMul<u64>(n, n), n); } }`,
      ),
    );
    expect(small.call('inc', new Uint8Array([254])).result).toEqual(new Uint8Array([255]));
    for (const [method, bytes] of [
      ['inc', [255]],
      ['old', [255]],
      ['dec', [0, 0, 0, 0, 0, 0, 0, 0]],
      ['neg', [0, 0, 0, 128]],
      ['plus', [255, 255, 255, 255]],
      ['times', [0, 0, 0, 0, 0, 0, 0, 128]],
    ] as const) {
      expect(overflows(small.call(method, new Uint8Array(bytes))), method).toBe(true);
    }
    expect(new Reader(small.call('count', new Uint8Array([255])).result).u32()).toBe(255);
    const n = (1n << 64n) - 3n;
    expect(decode('u64', small.call('wrap', encode('u64', n)).result)).toBe(BigInt.asUintN(64, n * n + n));
  });
});

describe('arena', () => {
  it('a million u256 operations stay within one page: variables, fields, helpers, conditions, early returns', async () => {
    const chain = new MockChain(
      await compileText(`
        class Box { n: u256; constructor(n: u256) { this.n = n; } }
        function step(a: u256, b: u256): u256 { const c = a * b; if (c > u256.from(1000000007)) return c % u256.from(1000000007); return c; }
        @contract class C {
          @call run(times: u32): u256 {
            let sum = u256.One; let limit = u256.from(0); const box = new Box(u256.Zero);
            for (let i: u32 = 0; i < times; i++) {
              sum = step(sum, u256.from(31)) + u256.from(7);
              limit = limit + u256.One;
              box.n = box.n + sum - u256.One;
              while (sum > u256.from(1000000007)) sum = sum - u256.One;
            }
            return sum + limit + box.n;
          } }`),
    );
    const times = 125_000;
    let sum = 1n;
    let box = 0n;
    for (let index = 0; index < times; index++) {
      const c = sum * 31n;
      sum = (c > 1000000007n ? c % 1000000007n : c) + 7n;
      box += sum - 1n;
      if (sum > 1000000007n) sum = 1000000007n;
    }
    const outcome = chain.call('run', new Writer().u32(times).finish());
    expect(decode('u256', outcome.result)).toBe(sum + BigInt(times) + box);
    // Eight operations and more a round.
    expect(times * 8).toBeGreaterThanOrEqual(1_000_000);
    expect(chain.memory.length).toBe(PAGE);
  });

  it('a recursion past its first part, and past all of it, leaves its room to what comes after', async () => {
    const chain = new MockChain(
      await compileText(`
        function depth(n: u32, a: u256): u256 { const b = a + u256.One; return n == 0 ? b : depth(n - 1, b) + b - b; }
        @contract class C {
          @view deep(n: u32): u256 { return depth(n, u256.Zero); }
          @call often(n: u32, times: u32): u256 {
            let sum = u256.Zero; for (let i: u32 = 0; i < times; i++) sum = sum + depth(n, u256.Zero); return sum; } }`),
    );
    for (const n of [0, 1, 2, 3, 8, 30, 100, 400]) {
      const { result } = chain.call('deep', new Writer().u32(n).finish());
      expect(decode('u256', result), `depth ${n}`).toBe(BigInt(n) + 1n);
    }
    const outcome = chain.call('often', new Writer().u32(20).u32(20_000).finish());
    expect(decode('u256', outcome.result)).toBe(21n * 20_000n);
    expect(chain.memory.length).toBe(PAGE);
  });

  it('values are values: whatever is assigned later, what was read before stays', async () => {
    const chain = new MockChain(
      await compileText(`
        class Box { n: u128; constructor(n: u128) { this.n = n; } }
        let total: u128 = u128.from(3);
        function bump(box: Box): u128 { box.n = box.n + u128.One; total = total + u128.One; return box.n; }
        function pick(a: u128, b: u128, first: bool): u128 { let x = a; if (!first) x = b; return x; }
        function depth(n: u32, a: u128): u128 { const b = a + u128.One; return n == 0 ? b : depth(n - 1, b) + b - a; }
        @contract class C {
          @call fields(): u128[] {
            const box = new Box(u128.from(10)); const before = box.n; const list: u128[] = [];
            list.push(box.n); list.push(box.n + bump(box)); list.push(before); list.push(box.n);
            box.n = u128.from(99); list[1] = list[1] + u128.One; list.push(total);
            return list; }
          @call locals(): u128[] {
            let a = u128.from(1); let b = a; a = a + u128.from(5); const swap = a; a = b; b = swap;
            let c = a; const d = c + (c = u128.from(40)); a = pick(a, b, false); b = pick(b, a, true) + pick(a, b, true);
            let none: u128 | null = null; if (none == null) none = c;
            return [a, b, c, d, none!, depth(9, a)]; }
          @call mapped(list: u128[]): u128[] {
            const twice = list.map<u128>((n: u128) => n + n); const mixed = [twice[0], list[0] * list[1], u128.from(4)];
            return mixed.concat(twice); } }`),
    );
    const read = (method: string, args?: Uint8Array): bigint[] => {
      const outcome = chain.call(method, args);
      expect(outcome.status, method).toBe('OK');
      const reader = new Reader(outcome.result);
      return reader.list(() => reader.u128(), 64);
    };
    expect(read('fields')).toEqual([10n, 22n, 10n, 11n, 4n]);
    expect(read('locals')).toEqual([6n, 12n, 40n, 41n, 40n, 25n]);
    const args = new Writer().u32(3).u128(5n).u128(6n).u128(7n).finish();
    expect(read('mapped', args)).toEqual([10n, 30n, 4n, 10n, 12n, 14n]);
  });
});
