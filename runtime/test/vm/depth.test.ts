// Depth is one budget over all contracts and ends a run long before the native stack does, cold code and hot.
import { Worker } from 'node:worker_threads';
import { concatBytes } from '@weft/runtime/base/bytes';
import { compileCode } from '@weft/runtime/vm/compiled-code';
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import { CALL_DEPTH_WEIGHT, DEPTH_BUDGET } from '@weft/runtime/vm/limits';
import { expect, test } from 'vitest';
import { contractBytes, named, selectorIn } from './support.js';

const giveBack = `(i32.store (i32.const 60) (local.get $result))
  (call $output (i32.const 60) (i32.const 6))`;
const METHODS = {
  recurse: { body: '(call $deep)' },
  store: { body: '(call $storing)' },
  wide: { body: '(drop (call $wide (local.get $length)))' },
  leaf: { body: '' },
  call: { body: forward('call') },
  tryCall: { body: forward('try_call') },
};
/** 200 values alive over the recursive call: the widest frames a compiler makes of a small function. */
const wide = `(func $wide (param $n i32) (result i32)
  ${'(i32.add '.repeat(199)}(call $wide (i32.add (local.get $n) (i32.const 1)))
  ${Array.from({ length: 199 }, (_, index) => `(i32.mul (local.get $n) (i32.const ${index + 3})))`).join('\n')})`;
/** The most locals of ours beside the fewest of its own: stores of both types and a fill. */
const storing = `(func $storing (i32.store (i32.const 0) (i32.const 1)) (i64.store (i32.const 8) (i64.const 1))
  (memory.fill (i32.const 16) (i32.const 1) (i32.const 1)) (call $storing))`;
const bytes = contractBytes(METHODS, `(func $deep (call $deep)) ${storing} ${wide}`);
const code = compileCode(bytes);
const s = (name: keyof typeof METHODS): number => selectorIn(METHODS, name);

/** Arguments: callee(32), selector(4), then the callee's. */
function forward(name: string): string {
  return `(local $result i32) (call $input (i32.const 1024))
    (local.set $result (call $${name} (i32.const 1024) (i32.load (i32.const 1056)) (i32.const 1060)
      (i32.sub (local.get $length) (i32.const 36)) (i32.const 0) (i64.const 0)))
    (drop (call $returned (i32.const 64) (i32.const 2))) ${giveBack}`;
}

function request(to: Uint8Array, selector: number, args: Uint8Array = new Uint8Array(0)): Uint8Array {
  return concatBytes(to, new Uint8Array([selector, 0, 0, 0]), args);
}

interface End {
  readonly status: string;
  readonly gas: number;
  readonly failure: { readonly code: number } | undefined;
  readonly results: readonly Uint8Array[];
}
function runAll(
  addresses: readonly Uint8Array[],
  calls: readonly { selector: number; args: Uint8Array }[],
): Promise<End[]> {
  const requests = calls.map(({ selector, args }) => ({
    sender: named('sender'),
    calls: [{ contract: addresses[0]!, selector, args, value: 0n }],
    gasLimit: 2_000_000_000,
    index: 0,
  }));
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./depth-worker.js', import.meta.url), {
      workerData: { code, addresses, requests },
      resourceLimits: { stackSizeMb: 64 },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
const NONE = new Uint8Array(0);
const addresses = Array.from({ length: 40 }, (_, index) => named(`deep${index}`));
/** A chain of calls: `count` nested ones, the last with this selector. */
function nest(count: number, last: number): { selector: number; args: Uint8Array } {
  let args: Uint8Array = NONE;
  for (let index = count; index > 0; index--) {
    args = request(addresses[index]!, index === count ? last : s('call'), args);
  }
  return { selector: s('call'), args };
}

test('recursion ends with DEPTH and all gas, the same cold and hot, narrow frames and wide', async () => {
  const recurse = { selector: s('recurse'), args: NONE };
  const wideFrames = { selector: s('wide'), args: NONE };
  const storingFrames = { selector: s('store'), args: NONE };
  const kinds = [recurse, wideFrames, storingFrames];
  const ends = await runAll(
    addresses,
    Array.from({ length: 42 }, (_, index) => kinds[index % kinds.length]!),
  );
  for (const end of ends) expect([end.status, end.gas]).toEqual(['DEPTH', 2_000_000_000]);
});

test('nested calls share the budget: one too many is DEPTH at exact gas, and a caller can catch it', async () => {
  const most = Math.floor(DEPTH_BUDGET / CALL_DEPTH_WEIGHT);
  const [fits, deep, inner, caught] = await runAll(addresses, [
    nest(most - 1, s('leaf')),
    nest(most + 1, s('leaf')),
    nest(most - 1, s('recurse')),
    { selector: s('tryCall'), args: request(addresses[1]!, s('recurse')) },
  ]);
  expect(fits?.status).toBe('OK');
  expect(deep?.status).toBe('DEPTH');
  expect(deep?.gas).toBeLessThan(2_000_000);
  expect([inner?.status, inner?.failure?.code]).toEqual(['DEPTH', FAILURE_CODE.DEPTH]);
  expect(caught?.status).toBe('OK');
  expect(caught?.results[0]?.slice(4)).toEqual(new Uint8Array([FAILURE_CODE.DEPTH, 0]));
});
