// Calls between contracts: what a callee sees and returns, what is undone, who pays, what is refused.
import { concatBytes, utf8 } from '@weft/runtime/base/bytes';
import { GAS_SCHEDULE } from '@weft/runtime/types/gas-schedule';
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import { beforeEach, describe, expect, test } from 'vitest';
import { callTo, contractBytes, hostKey, keyOf, named, selectorIn, TestChain } from './support.js';

const KEY = hostKey('n');
const keyData = `(data (i32.const 512) "${[...KEY].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}")
  (data (i32.const 528) "\\01\\00\\00\\00\\00\\00\\00\\00")`;
const addOne = `(drop (call $cell_add (i32.const 64) (i32.const 512) (i32.const ${KEY.length}) (i32.const 528) (i32.const 0)))`;
/** The arguments at 1024: callee(32), selector(4), gas(8), value(16), then the callee's arguments. */
const forward = (name: string): string => `(call $${name} (i32.const 1024) (i32.load (i32.const 1056))
  (i32.const 1084) (i32.sub (local.get $length) (i32.const 60)) (i32.const 1068) (i64.load (i32.const 1060)))`;
const forwardTo = (name: string, then: string): string =>
  `(call $input (i32.const 1024)) ${addOne} (i32.store (i32.const 2048) ${forward(name)}) ${then}`;
const giveBack = `(drop (call $returned (i32.const 2052) (i32.const 64)))
  (call $output (i32.const 2048) (i32.add (i32.const 4) (call $returned (i32.const 2052) (i32.const 0))))`;

const METHODS = {
  count: { body: `${addOne} (call $output (i32.const 528) (i32.const 8))` },
  countAndRevert: { body: `${addOne} (call $revert (i32.const 528) (i32.const 4))` },
  countAndTrap: { body: `${addOne} unreachable` },
  spin: { body: '(loop $again (br $again))' },
  emitAndRevert: {
    body: '(call $emit (i32.const 528) (i32.const 600) (i32.const 4) (i32.const 0) (i32.const 0)) (call $revert (i32.const 0) (i32.const 0))',
  },
  call: { body: forwardTo('call', giveBack), payable: true },
  tryCall: { body: forwardTo('try_call', giveBack), payable: true },
  callThenTrap: { body: forwardTo('call', 'unreachable'), payable: true },
  payMe: { body: '', payable: true },
  caller: { body: '(call $context (i32.const 2048)) (call $output (i32.const 2048) (i32.const 96))' },
  recurse: { body: '(call $deep)' },
  setUp: { body: '', init: true },
};
const EXTRA = `${keyData} (func $deep (call $deep))`;
const s = (name: keyof typeof METHODS): number => selectorIn(METHODS, name);
const [a, b, c] = [named('a'), named('b'), named('c')];
let chain: TestChain;

beforeEach(() => {
  chain = new TestChain();
  const bytes = contractBytes(METHODS, EXTRA);
  for (const name of ['a', 'b', 'c']) chain.install(name, bytes);
});

function request(
  to: Uint8Array,
  selector: number,
  args: Uint8Array = new Uint8Array(0),
  gas = 0n,
  value = 0n,
): Uint8Array {
  const head = new Uint8Array(28);
  const view = new DataView(head.buffer);
  view.setUint32(0, selector, true);
  view.setBigUint64(4, gas, true);
  view.setBigUint64(12, value, true);
  return concatBytes(to, head, args);
}
const counted = (address: Uint8Array): bigint => chain.cell(keyOf(1, address as typeof a, 'n'));
const report = (code: number, data: Uint8Array = new Uint8Array(0)): Uint8Array =>
  concatBytes(new Uint8Array([255, 255, 255, 255, code & 255, code >> 8]), data);

describe('call', () => {
  test('the callee sees its caller and the sender; the result comes back', () => {
    const outcome = chain.run([callTo(a, s('call'), request(b, s('caller')))]);
    expect(outcome.status).toBe('OK');
    expect(outcome.results[0]).toEqual(
      concatBytes(
        new Uint8Array([96, 0, 0, 0]),
        b,
        a,
        named('sender').subarray(0, 0),
        outcome.results[0]!.slice(68),
      ),
    );
    expect(chain.run([callTo(a, s('caller'))]).results[0]).toEqual(
      concatBytes(a, named('sender'), named('sender')),
    );
  });

  test('the same code at two addresses runs in two instances with two storages', () => {
    const outcome = chain.run([callTo(a, s('call'), request(b, s('call'), request(c, s('count'))))]);
    expect(outcome.status).toBe('OK');
    expect([a, b, c].map(counted)).toEqual([1n, 1n, 1n]);
  });

  test('a failing callee fails the caller: innermost failure, everything undone, gas of the callee exact', () => {
    const outcome = chain.run([callTo(a, s('call'), request(b, s('countAndRevert')))]);
    expect(outcome.status).toBe('REVERT');
    expect(outcome.failure).toEqual({ contract: b, code: 0, data: new Uint8Array([1, 0, 0, 0]) });
    expect([a, b].map(counted)).toEqual([0n, 0n]);
    expect(outcome.gas).toBeLessThan(100_000);
  });

  test("a callee's trap takes its allotment only", () => {
    const outcome = chain.run([callTo(a, s('call'), request(b, s('countAndTrap'), undefined, 200_000n))]);
    expect(outcome.status).toBe('TRAP');
    expect(outcome.failure).toEqual({ contract: b, code: FAILURE_CODE.TRAPPED, data: new Uint8Array(0) });
    expect(outcome.gas).toBeGreaterThan(200_000);
    expect(outcome.gas).toBeLessThan(250_000);
  });

  test('a trap after a call takes all', () => {
    const outcome = chain.run([callTo(a, s('callThenTrap'), request(b, s('count')))], { gasLimit: 500_000 });
    expect([outcome.status, outcome.gas]).toEqual(['TRAP', 500_000]);
    expect(counted(b)).toBe(0n);
    expect(outcome.notes?.trap?.functionIndex).toBeGreaterThan(0);
  });
});

describe('try_call', () => {
  test('undoes what the callee did and keeps what the caller did', () => {
    const outcome = chain.run([callTo(a, s('tryCall'), request(b, s('countAndRevert')))]);
    expect(outcome.status).toBe('OK');
    expect(outcome.results[0]).toEqual(report(0, new Uint8Array([1, 0, 0, 0])));
    expect([a, b].map(counted)).toEqual([1n, 0n]);
  });

  test('a try inside a failing call is undone with it, events included', () => {
    const inner = request(c, s('emitAndRevert'));
    const outcome = chain.run([callTo(a, s('tryCall'), request(b, s('tryCall'), inner))]);
    expect(outcome.status).toBe('OK');
    expect(outcome.events).toEqual([]);
    expect([a, b, c].map(counted)).toEqual([1n, 1n, 0n]);
    const failing = chain.run([
      callTo(a, s('tryCall'), request(b, s('callThenTrap'), request(c, s('count')))),
    ]);
    expect(failing.status).toBe('OK');
    expect([a, b, c].map(counted)).toEqual([2n, 1n, 0n]);
  });

  test.each([
    ['a trap', 'countAndTrap', FAILURE_CODE.TRAPPED],
    ['an endless loop', 'spin', FAILURE_CODE.OUT_OF_GAS],
  ] as const)('catches %s for the allotment', (_what, method, code) => {
    const outcome = chain.run([callTo(a, s('tryCall'), request(b, s(method), undefined, 3_000_000n))]);
    expect(outcome.status).toBe('OK');
    expect(outcome.results[0]).toEqual(report(code));
    expect(outcome.gas).toBeGreaterThanOrEqual(3_000_000);
    expect(outcome.gas).toBeLessThan(3_100_000);
    expect([a, b].map(counted)).toEqual([1n, 0n]);
  });

  test.each([
    ['an address without a contract', named('nobody'), s('count'), 0n, FAILURE_CODE.UNKNOWN_CONTRACT],
    ['an unknown method', b, 999, 0n, FAILURE_CODE.UNKNOWN_METHOD],
    ['an init method', b, s('setUp'), 0n, FAILURE_CODE.UNKNOWN_METHOD],
    ['value for a method that takes none', b, s('count'), 1n, FAILURE_CODE.NOT_PAYABLE],
    ['more value than there is', b, s('payMe'), 1n, FAILURE_CODE.INSUFFICIENT_BALANCE],
    ['the running contract itself', a, s('count'), 0n, FAILURE_CODE.REENTERED],
  ])('reports %s', (_what, to, selector, value, code) => {
    const outcome = chain.run([callTo(a, s('tryCall'), request(to, selector, undefined, 0n, value))]);
    expect(outcome.status).toBe('OK');
    expect(outcome.results[0]).toEqual(report(code));
    expect(outcome.gas).toBeLessThan(100_000);
  });

  test('re-entrancy over another contract is refused, entering again after the end is not', () => {
    const outcome = chain.run([callTo(a, s('call'), request(b, s('tryCall'), request(a, s('count'))))]);
    expect(outcome.results[0]!.slice(4)).toEqual(report(FAILURE_CODE.REENTERED));
    const twice = chain.run([callTo(a, s('count')), callTo(a, s('count'))]);
    expect(twice.results).toHaveLength(2);
    expect(counted(a)).toBe(3n);
  });
});

describe('gas and depth', () => {
  test('without a wish the callee gets all but a 64th', () => {
    const outcome = chain.run([callTo(a, s('tryCall'), request(b, s('spin')))], { gasLimit: 6_400_000 });
    expect(outcome.status).toBe('OK');
    const left = 6_400_000 - outcome.gas;
    expect(left).toBeGreaterThan(98_000);
    expect(left).toBeLessThan(100_000);
  });

  test("the transaction's own limit is caught by nobody", () => {
    const outcome = chain.run([callTo(a, s('spin'))], { gasLimit: 300_000 });
    expect([outcome.status, outcome.gas]).toEqual(['OUT_OF_GAS', 300_000]);
    expect(outcome.failure).toEqual({ contract: a, code: FAILURE_CODE.OUT_OF_GAS, data: new Uint8Array(0) });
  });

  test('on a thread with too small a stack deep recursion is a fault of the node, never an outcome', () => {
    expect(() => chain.run([callTo(a, s('recurse'))])).toThrow(
      expect.objectContaining({ code: 'VM_NODE_FAULT' }),
    );
    expect(chain.run([callTo(a, s('count'))]).status).toBe('OK');
  });

  test('in the tail the first touch of a code costs its bytes, once', () => {
    const call = callTo(a, s('call'), request(b, s('count')));
    const ordered = chain.run([call]).gas;
    const tail = chain.run([call], { tail: true }).gas;
    const [code] = [...chain.codes.values()];
    expect(tail - ordered).toBe(GAS_SCHEDULE.code.touchByte * code!.codeBytes);
  });
});

describe('value', () => {
  test('moves with the call and back with a failure', () => {
    chain.fund(named('sender'), 100n);
    const outcome = chain.run([callTo(a, s('call'), request(b, s('payMe'), undefined, 0n, 30n), 70n)]);
    expect(outcome.status).toBe('OK');
    expect([named('sender'), a, b].map((address) => chain.balance(address))).toEqual([30n, 40n, 30n]);
    const failing = chain.run([callTo(a, s('call'), request(b, s('countAndRevert'), utf8('x')), 10n)]);
    expect(failing.status).toBe('REVERT');
    expect(chain.balance(a)).toBe(40n);
  });

  test('the sender must have it, the method must take it', () => {
    const poor = chain.run([callTo(a, s('payMe'), undefined, 1n)]);
    expect(poor.failure?.code).toBe(FAILURE_CODE.INSUFFICIENT_BALANCE);
    chain.fund(named('sender'), 100n);
    expect(chain.run([callTo(a, s('count'), undefined, 1n)]).failure?.code).toBe(FAILURE_CODE.NOT_PAYABLE);
    expect(chain.balance(named('sender'))).toBe(100n);
  });

  test('calls of one transaction are atomic together', () => {
    const outcome = chain.run([callTo(a, s('count')), callTo(b, s('countAndTrap'))]);
    expect(outcome.status).toBe('TRAP');
    expect(outcome.results).toEqual([]);
    expect(counted(a)).toBe(0n);
  });
});
