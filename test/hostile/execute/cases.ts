// Attacks 16 to 30 of runtime/docs/spec/threats.md and their ends: what a contract or a sender can do while a block
// runs. All of them in one block, so that they also happen beside each other.
import { concatBytes } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import type { Address } from '@weft/runtime/types/address';
import { GAS_SCHEDULE } from '@weft/runtime/types/gas-schedule';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';
import { CALL_DEPTH_WEIGHT, DEPTH_BUDGET } from '@weft/runtime/vm/limits';
import { WASM_LIMITS } from '@weft/runtime/wasm/limits';
import { type DeclaredCall, OP, scriptPayload } from '../../fixtures/script-contract.js';
import { ENTRY, wasmOf, withAccess } from '../contracts.js';
import type { Case, Expected, Scene } from './case.js';
import { hostileSelector, PAGES } from './methods.js';

/** For most; */
const GAS = 3_000_000;
/** for those that grow their memory to the end. */
const GROWING_GAS = 20_000_000;
/** Fits what one contract and one sender may use of the tail. */
const TAIL_GAS = 4_000_000;
const PAGES_MAX = WASM_LIMITS.pagesMax;
const u32 = (value: number): Uint8Array => new Writer().u32(value).finish();
const OK: Expected = { status: 'OK' };
const REVERT = (failure: NonNullable<Expected['failure']>): Expected => ({ status: 'REVERT', failure });
const OUT_OF_GAS: Expected = { status: 'OUT_OF_GAS', failure: 'OUT_OF_GAS', allGas: true };
const TRAP: Expected = { status: 'TRAP', failure: 'TRAPPED', allGas: true };
const DEPTH: Expected = { status: 'DEPTH', failure: 'DEPTH', allGas: true };

/** A case of one call of one method. */
function single(name: string, method: string, expected: Expected, args?: Uint8Array, gasLimit = GAS): Case {
  return {
    name,
    expected: [expected],
    transactions: (scene) => [scene.call(scene.hostile(name), method, args, { gasLimit })],
  };
}

/** `forward` of the hostile contract: whom to call, and with what. */
function forwarded(to: Uint8Array, method: string, args: Uint8Array = new Uint8Array(0)): Uint8Array {
  return concatBytes(to, u32(hostileSelector(method)), args);
}

/** Wire bytes with another gas limit, which no encoder would write. */
function withGasLimit(scene: Scene, name: string, gasLimit: bigint): Uint8Array {
  const marked = 0x1234_5678_9abc;
  const bytes = scene.call(scene.hostile(name), 'spin', undefined, { gasLimit: marked });
  const pattern = new Writer().u64(BigInt(marked)).finish();
  const at = bytes.findIndex((_, index) => pattern.every((byte, offset) => bytes[index + offset] === byte));
  const changed = bytes.slice();
  changed.set(new Writer().u64(gasLimit).finish(), at);
  return changed;
}

/** A chain of declared calls through script contracts, the last of which runs `last`. */
function chain(contracts: readonly Address[], last: readonly Uint8Array[]): DeclaredCall {
  let script = concatBytes(...last);
  let calls: readonly DeclaredCall[] = [];
  for (const contract of [...contracts].reverse()) {
    const call: DeclaredCall = { contract, payload: scriptPayload('run', script, { calls }), value: 0n };
    script = OP.call(call);
    calls = [call];
  }
  return calls[0] as DeclaredCall;
}
const names = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix} ${at}`);

function upload(scene: Scene, wasm: Uint8Array): Uint8Array {
  const args = new Writer().bytes(wasm).finish();
  return scene.wire([{ contract: SYSTEM_ADDRESS, selector: SYSTEM_METHODS.upload.selector, args }], {
    gasLimit: GROWING_GAS,
  });
}
const refused = (name: string, text: string): Case => ({
  name,
  expected: [REVERT('CODE_INVALID')],
  transactions: (scene) => [upload(scene, withAccess(wasmOf(`(module ${text} ${ENTRY})`)))],
});

const LOOPS: readonly Case[] = [
  single('17 an infinite loop takes its gas and no more', 'spin', OUT_OF_GAS),
  single('17 an infinite loop of calls', 'spinCalls', OUT_OF_GAS),
  single('17 an infinite loop of host calls', 'spinHost', OUT_OF_GAS),
  single('17 a long body of nothing but small calls', 'dearCalls', OUT_OF_GAS, undefined, 600_000),
  single('18 endless recursion', 'endless', DEPTH, undefined, GROWING_GAS),
  single(
    '19 memory grown by -1, 0, too far, to the end, past it',
    'grow',
    {
      ...OK,
      gasMin: (PAGES_MAX - PAGES) * GAS_SCHEDULE.instructions.growPage,
      result: [-1, PAGES, -1, PAGES, -1, -1, PAGES_MAX],
    },
    undefined,
    GROWING_GAS,
  ),
  single('19 growth that fails for ever is paid', 'growSpin', OUT_OF_GAS, undefined, 2 * GROWING_GAS),
  single(
    '20 the largest fill and copy are paid by length',
    'fill',
    {
      ...OK,
      gasMin: (2 * PAGES_MAX * 65_536) / 8,
      result: [7],
    },
    undefined,
    GROWING_GAS,
  ),
  single('20 a fill past the end', 'fillPast', TRAP),
  single('20 a copy past the end', 'copyPast', TRAP),
  single('20 a fill of 4 GiB is paid before it is looked at', 'fillWhole', OUT_OF_GAS),
  single('20 fills for ever', 'fillSpin', OUT_OF_GAS),
  single('20 the largest hash is paid by length', 'hashHuge', OUT_OF_GAS),
  refused('21 table operations in an upload', '(table 1 funcref) (func (drop (table.size 0)))'),
  refused(
    '22 floats in an upload: no NaN has a payload here',
    '(func (drop (f32.add (f32.const nan) (f32.const 1))))',
  ),
];

const CALLS: readonly Case[] = [
  single('23 an exported allocator is never called by the host', 'passive', { ...OK, result: [9] }, u32(9)),
  {
    name: '23 a contract calls itself through an export of its own',
    expected: [{ ...REVERT('REENTERED'), phase: 'tail' }],
    transactions: (scene) => {
      const self = scene.hostile('calls itself');
      return [scene.call(self, 'call', forwarded(self, 'passive'), { gasLimit: TAIL_GAS })];
    },
  },
  {
    name: '24 A calls B calls A',
    expected: [REVERT('REENTERED')],
    transactions: (scene) => {
      const [a, b] = [scene.script('24 a'), scene.script('24 b')];
      const call = chain([b, a], [OP.get(0)]);
      return [scene.run(a, [OP.call(call)], { calls: [call] }, { gasLimit: GAS })];
    },
  },
  {
    name: '24 A tries B, which writes and calls A: B is rolled back',
    expected: [OK, { ...OK }],
    transactions: (scene) => {
      const [a, b] = [scene.script('24 try a'), scene.script('24 try b')];
      const back: DeclaredCall = { contract: a, payload: scriptPayload('run', OP.get(0), {}), value: 0n };
      const script = concatBytes(OP.write(1, 7), OP.call(back));
      const declared = { writesP: [1], calls: [back] };
      const call: DeclaredCall = { contract: b, payload: scriptPayload('run', script, declared), value: 0n };
      return [
        scene.run(a, [OP.tryCall(call)], { calls: [call] }, { gasLimit: GAS }),
        scene.run(b, [OP.has(1)], { readsP: [1] }, { gasLimit: GAS }),
      ];
    },
  },
  {
    name: '24 a chain of calls as deep as the budget allows, and one deeper',
    expected: [
      { ...OK, phase: 'tail' },
      { status: 'DEPTH', failure: 'DEPTH', phase: 'tail' },
    ],
    transactions: (scene) => {
      const most = Math.floor(DEPTH_BUDGET / CALL_DEPTH_WEIGHT);
      return [most + 1, most + 2].map((count, index) => {
        const contracts = names(count, `24 deep ${index}`).map((name) => scene.hostile(name));
        let args = forwarded(contracts.at(-1)!, 'passive', u32(1));
        for (const contract of contracts.slice(1, -1).reverse()) args = forwarded(contract, 'call', args);
        return scene.call(contracts[0]!, 'call', args, { gasLimit: TAIL_GAS });
      });
    },
  },
  {
    name: '24 a declared chain of 200 calls has no access set and ends in the tail',
    expected: [{ status: 'DEPTH', failure: 'DEPTH', phase: 'tail' }],
    transactions: (scene) => {
      const contracts = names(200, '24 long').map((name) => scene.hostile(name));
      let args = forwarded(contracts.at(-1)!, 'passive', u32(1));
      for (const contract of contracts.slice(1, -1).reverse()) args = forwarded(contract, 'call', args);
      return [scene.call(contracts[0]!, 'call', args, { gasLimit: TAIL_GAS })];
    },
  },
  {
    name: '24 a callee that runs out of gas takes its allotment only',
    expected: [{ ...OK, phase: 'tail', result: [-1, 3] }],
    transactions: (scene) => {
      const to = forwarded(scene.hostile('24 callee'), 'spin');
      return [scene.call(scene.hostile('24 caller'), 'tryCall', to, { gasLimit: TAIL_GAS })];
    },
  },
  {
    name: '24 a callee that recurses to the end, caught',
    expected: [{ ...OK, phase: 'tail', result: [-1, 4] }],
    transactions: (scene) => {
      const to = forwarded(scene.hostile('24 recursing'), 'endless');
      return [scene.call(scene.hostile('24 catcher'), 'tryCall', to, { gasLimit: GROWING_GAS })];
    },
  },
  {
    name: 'a callee that returns 64 KiB for ever',
    expected: [{ ...OUT_OF_GAS, phase: 'tail' }],
    transactions: (scene) => {
      const to = forwarded(scene.hostile('bomb'), 'outputMost');
      return [scene.call(scene.hostile('bombed'), 'returnBomb', to, { gasLimit: TAIL_GAS })];
    },
  },
];

const GAS_LIMITS: readonly Case[] = (
  [
    ['0', 0n, 'INVALID_FORM'],
    ['1', 1n, 'INVALID_LIMIT'],
    ['2^53-1', 2n ** 53n - 1n, 'INVALID_LIMIT'],
    ['2^53+1', 2n ** 53n + 1n, 'INVALID_FORM'],
    ['2^64-1', 2n ** 64n - 1n, 'INVALID_FORM'],
  ] as const
).map(([label, gasLimit, status]) => ({
  name: `25 a gas limit of ${label}`,
  expected: [{ status, phase: 'none' }],
  transactions: (scene) => [withGasLimit(scene, label, gasLimit)],
}));

const OUTPUTS: readonly Case[] = [
  single('27 log lines until the gas is gone', 'logSpin', OUT_OF_GAS),
  single(
    '27 a log line as long as the largest memory',
    'logHuge',
    REVERT('TOO_LARGE'),
    undefined,
    2 * GROWING_GAS,
  ),
  single('27 an abort message past its limit', 'abortHuge', REVERT('TOO_LARGE')),
  single('27 events until there are too many', 'emitSpin', REVERT('TOO_MANY_EVENTS')),
  single('27 the largest event', 'emitMost', OK),
  single('27 an event one byte larger', 'emitHuge', REVERT('TOO_LARGE')),
  single('27 an event of 2^32-1 topics', 'emitTopics', REVERT('BAD_EVENT')),
  single('27 a topic longer than the event', 'emitLying', REVERT('BAD_EVENT')),
  single('the largest result', 'outputMost', OK),
  single('a result one byte larger', 'outputHuge', REVERT('TOO_LARGE')),
  single('results for ever', 'outputSpin', OUT_OF_GAS),
  single('the largest error', 'revertMost', REVERT('CONTRACT_ERROR')),
  single('an error one byte larger', 'revertHuge', REVERT('TOO_LARGE')),
];

const STORAGE: readonly Case[] = [
  single('the largest stored value', 'putMost', OK),
  single('a stored value one byte larger', 'putHuge', REVERT('TOO_LARGE')),
  single('the longest key', 'keyMost', OK),
  single('a key one byte longer', 'keyHuge', REVERT('BAD_KEY')),
  single('a key shorter than a field', 'keyShort', REVERT('BAD_KEY')),
  single('a key whose component is longer than it', 'keyLying', REVERT('BAD_KEY')),
  single('new keys until the gas is gone: none is kept', 'putSpin', OUT_OF_GAS),
  {
    name: '29 a trap after a write and an event leaves neither',
    expected: [TRAP, { ...OK, result: [-1] }],
    transactions: (scene) => {
      const contract = scene.hostile('29');
      return ['putThenTrap', 'get'].map((method) =>
        scene.call(contract, method, undefined, { gasLimit: GAS }),
      );
    },
  },
  {
    name: '29 what stood there before the trap stands there after it',
    expected: [OK, TRAP, { ...OK, result: [4] }],
    transactions: (scene) => {
      const contract = scene.hostile('29 before');
      const methods = ['put', 'putThenTrap', 'get'];
      return methods.map((method) => scene.call(contract, method, undefined, { gasLimit: GAS }));
    },
  },
];

const TRAPS: readonly Case[] = ['unreachable', 'divide', 'overflow', 'outside', 'indirect', 'mistyped'].map(
  (method) => single(`29 an engine trap takes the whole gas: ${method}`, method, TRAP),
);

/** Everything, in block order. */
export const CASES: readonly Case[] = [...LOOPS, ...CALLS, ...GAS_LIMITS, ...OUTPUTS, ...STORAGE, ...TRAPS];
