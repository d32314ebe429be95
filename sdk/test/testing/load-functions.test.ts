// Functions of a contract's files, called without a chain.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { keccak256 } from '@weft/runtime/base/crypto/digests';
import type { Value } from '@weft/sdk/client/values';
import { type ContractFunction, loadFunctions } from '@weft/sdk/testing';
import { beforeAll, describe, expect, it } from 'vitest';

const SOURCE = `// What a pool charges: pure arithmetic, as a contract imports it.
import { Address, Hash, i128, keccak256, mulDiv, require, self, u128, u256 } from '@weft/sdk/assembly';

/** Constant product: what comes out for \`amountIn\`. */
export function amountOut(amountIn: u128, reserveIn: u128, reserveOut: u128): u128 {
  require(!amountIn.isZero(), 'nothing comes in');
  return mulDiv(reserveOut, amountIn, reserveIn + amountIn);
}
export function sum(a: u64, b: u64): u64 { return a + b; }
export function low(a: u32, b: i8, c: bool): u32 { return c ? a : <u32>(<i32>b); }
export function negated(value: i128): i128 { return i128.from(0) - value; }
export function squared(value: u256): u256 { return value * value; }
export function greeting(name: string): string { return 'hello ' + name; }
export function backwards(bytes: Uint8Array): Uint8Array {
  const turned = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) turned[at] = bytes[bytes.length - 1 - at];
  return turned;
}
export function same(who: Address): Address { return who; }
export function digest(bytes: Uint8Array): Hash { return keccak256(bytes); }
let calls: u32 = 0;
export function count(): u32 { return ++calls; }
export function here(): Address { return self(); }
export function check(value: u32): void { if (value == 1) throw new Error('one is too few'); }
`;

let price: Readonly<Record<string, ContractFunction>>;
const call = (name: string, ...args: readonly Value[]): Value => price[name]!(...args);

beforeAll(async () => {
  price = await load(SOURCE);
});

async function load(source: string): Promise<Readonly<Record<string, ContractFunction>>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'weft-functions-'));
  try {
    await writeFile(path.join(folder, 'price.ts'), source);
    return await loadFunctions(path.join(folder, 'price.ts'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('functions of a file', () => {
  it('take and give every simple type, at the ends of its range', () => {
    expect(call('amountOut', 10n, 1000n, 1000n)).toBe(9n);
    expect(call('amountOut', 2n ** 100n, 2n ** 101n, 2n ** 120n)).toBe(2n ** 120n / 3n);
    expect(call('sum', 2n ** 64n - 2n, 1n)).toBe(2n ** 64n - 1n);
    expect(call('low', 2 ** 32 - 1, 0, true)).toBe(2 ** 32 - 1);
    expect(call('low', 0, -1, false)).toBe(2 ** 32 - 1);
    expect(call('negated', 2n ** 127n - 1n)).toBe(1n - 2n ** 127n);
    expect(call('squared', 2n ** 127n)).toBe(2n ** 254n);
    expect(call('greeting', 'Wörld 🌍')).toBe('hello Wörld 🌍');
    expect(call('backwards', Uint8Array.of(1, 2, 250))).toEqual(Uint8Array.of(250, 2, 1));
    expect(call('backwards', new Uint8Array())).toEqual(new Uint8Array());
    const who = 'weft1f9zrlp0dq4yz0g79k2ctr8alqtn5rgr96lahwmk0n0mku9mgtk4qwtg385';
    expect(call('same', who)).toBe(who);
    expect(call('digest', Uint8Array.of(1))).toEqual(keccak256(Uint8Array.of(1)));
    expect(call('check', 2)).toBeUndefined();
  });

  it('fail as on a chain: checked arithmetic, require, throw', () => {
    const reverted = (got: RegExp | string) =>
      expect.objectContaining({
        code: 'TEST_FUNCTION_REVERTED',
        context: expect.objectContaining({ got: expect.stringMatching(got) }),
      });
    const failure = (name: string, ...args: readonly Value[]): unknown => {
      try {
        return call(name, ...args);
      } catch (error) {
        return error;
      }
    };
    expect(failure('sum', 2n ** 64n - 1n, 1n)).toEqual(reverted(/^Overflow$/));
    expect(failure('squared', 2n ** 128n)).toEqual(reverted(/^Overflow$/));
    expect(failure('amountOut', 0n, 1n, 1n)).toEqual(reverted(/^nothing comes in$/));
    expect(failure('check', 1)).toEqual(reverted(/one is too few in price\.ts.*:\d+$/));
    expect(failure('here')).toMatchObject({ code: 'TEST_FUNCTION_HOST', context: { got: 'context' } });
  });

  it('start on fresh memory each time', () => {
    expect([call('count'), call('count')]).toEqual([1, 1]);
  });

  it('refuse values of other types, other numbers of arguments, and types that cannot be passed', async () => {
    expect(() => call('sum', 1n)).toThrow(expect.objectContaining({ code: 'TEST_FUNCTION_ARGUMENTS' }));
    expect(() => call('sum', 2n ** 64n, 1n)).toThrow(expect.objectContaining({ code: 'CLIENT_ARGUMENT' }));
    expect(() => call('greeting', 5)).toThrow(expect.objectContaining({ code: 'CLIENT_ARGUMENT' }));
    await expect(load('export function all(a: u64[]): void {}')).rejects.toMatchObject({
      code: 'TEST_FUNCTION_TYPE',
    });
    await expect(load('class A {}\nexport function all(a: A): void {}')).rejects.toMatchObject({
      code: 'COMPILE_TYPE',
      context: { place: 'price.ts:2:24' },
    });
    await expect(load('export function half(a: f64): f64 { return a / 2; }')).rejects.toMatchObject({
      code: 'COMPILE_LANGUAGE',
    });
  });
});
