// Host functions copy whole words where a pointer is a multiple of 4 and bytes elsewhere: the results are the same at every
// alignment, at the very end of memory, and after memory grew in mid-call.

import { concatBytes, utf8 } from '@weft/runtime/base/bytes';
import type { Address } from '@weft/runtime/types/address';
import { keyText } from '@weft/runtime/types/key';
import { encodeBytesValue } from '@weft/runtime/types/value';
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import type { RunOutcome } from '@weft/runtime/vm/run-transaction';
import { describe, expect, test } from 'vitest';
import { FREE, PROBE_BYTES, probeArgs, probeResult, probeSelector } from './probe.js';
import { callTo, contractBytes, hostKey, keyOf, named, TestChain } from './support.js';

const PAGE = 65_536;
const probe = named('probe');
const component = Uint8Array.from({ length: 33 }, (_, index) => 200 - index);
const KEY = hostKey('field', component);
const AMOUNT = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const CONTEXT = concatBytes(
  probe,
  named('sender'),
  named('sender'),
  u64(9n),
  u64(0n),
  u64(7n),
  u64(1_700_000_000_123n),
  named('grandparent'),
);
const shifts = [0, 1, 2, 3];

function u64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}

function chainWith(bytes: Uint8Array): TestChain {
  const chain = new TestChain();
  chain.install('probe', bytes);
  return chain;
}

/** Calls a host function with memory `free` bytes from FREE on. */
function probed(chain: TestChain, name: string, params: readonly number[], free: Uint8Array): RunOutcome {
  return chain.run([callTo(probe, probeSelector(name), probeArgs(params, [free], 1024))]);
}

function memory(outcome: RunOutcome): Uint8Array {
  expect(outcome.status).toBe('OK');
  return outcome.results[0]!;
}

describe.each(shifts)('pointers %i past a multiple of 4', (shift) => {
  const pad = new Uint8Array(shift);
  const at = FREE + shift;

  test.each([64, 128, 256])('cells of %i bits: set, read, raised and lowered to a bound', (bits) => {
    const chain = chainWith(PROBE_BYTES);
    const dst = 512 + shift;
    const numberAt = at + KEY.length;
    const bytes = bits / 8;
    const key = concatBytes(pad, KEY);
    const read = (): Uint8Array =>
      memory(probed(chain, 'cell_get', [bits, at, KEY.length, dst], key)).slice(dst, dst + bytes);
    probed(chain, 'cell_set', [bits, at, KEY.length, numberAt], concatBytes(key, AMOUNT));
    expect(read()).toEqual(AMOUNT.slice(0, bytes));
    expect([...chain.values.keys()]).toEqual([
      keyText(keyOf(({ 64: 1, 128: 2, 256: 3 } as const)[bits as 64], probe, 'field', component)),
    ]);
    const doubled = AMOUNT.slice(0, bytes).map((byte) => 2 * byte);
    const bounded = concatBytes(key, AMOUNT, doubled);
    const params = [bits, at, KEY.length, numberAt, numberAt + 32];
    expect(probeResult(memory(probed(chain, 'cell_add', params, bounded)))).toBe(1);
    expect(read()).toEqual(doubled);
    expect(probeResult(memory(probed(chain, 'cell_add', params, bounded)))).toBe(0);
    expect(probeResult(memory(probed(chain, 'cell_sub', params, bounded)))).toBe(0);
    const floored = concatBytes(key, AMOUNT, AMOUNT);
    expect(probeResult(memory(probed(chain, 'cell_sub', params, floored)))).toBe(1);
    expect(read()).toEqual(AMOUNT.slice(0, bytes));
  });

  test.each([0, 1, 4, 7, 95, 96, 97, 600])('values of %i bytes', (length) => {
    const chain = chainWith(PROBE_BYTES);
    const value = Uint8Array.from({ length }, (_, index) => index * 7 + 1);
    const free = concatBytes(pad, KEY, value);
    probed(chain, 'storage_set', [at, KEY.length, at + KEY.length, length], free);
    expect(chain.values.get(keyText(keyOf(0, probe, 'field', component)))).toEqual(encodeBytesValue(value));
    const dst = 256 + shift;
    const got = memory(probed(chain, 'storage_get', [at, KEY.length, dst, 700], concatBytes(pad, KEY)));
    expect(probeResult(got)).toBe(length);
    expect(got.slice(dst, dst + length + 1)).toEqual(concatBytes(value, new Uint8Array(1)));
  });

  test('context', () => {
    const chain = chainWith(PROBE_BYTES);
    chain.fund(named('sender'), 9n);
    const args = probeArgs([at], [], 512);
    const outcome = chain.run([callTo(probe, probeSelector('context'), args, 9n)]);
    expect(memory(outcome).slice(at - 4, at + 164)).toEqual(
      concatBytes(new Uint8Array(4), CONTEXT, new Uint8Array(4)),
    );
  });

  test('emit: two events, the second behind one that ends anywhere', () => {
    const topic = utf8('a topic');
    const topics = concatBytes(new Uint8Array([1, 0, 0, 0, topic.length, 0, 0, 0]), topic);
    for (const length of [0, 1, 2, 3, 16, 200]) {
      const chain = chainWith(PROBE_BYTES);
      const data = Uint8Array.from({ length }, (_, index) => index + 5);
      const free = concatBytes(pad, AMOUNT.slice(0, 8), topics, data);
      const params = [at, at + 8, topics.length, at + 8 + topics.length, length];
      const call = callTo(probe, probeSelector('emit'), probeArgs(params, [free]));
      const event = { contract: probe, event: AMOUNT.slice(0, 8), topics: [topic], data, transaction: 0 };
      expect(chain.run([call, call]).events).toEqual([event, event]);
    }
  });
});

test('keys: contracts one after the other have keys of their own', () => {
  const chain = chainWith(PROBE_BYTES);
  const other = chain.install('other', PROBE_BYTES);
  const args = probeArgs([64, FREE, KEY.length, FREE + KEY.length], [KEY, AMOUNT]);
  const selector = probeSelector('cell_set');
  chain.run([callTo(probe, selector, args), callTo(other, selector, args), callTo(probe, selector, args)]);
  expect([...chain.values.keys()]).toEqual(
    [probe, other].map((contract) => keyText(keyOf(1, contract, 'field', component))),
  );
});

test('context: of this call, whatever the one before saw', () => {
  const chain = chainWith(PROBE_BYTES);
  const other = chain.install('other', PROBE_BYTES);
  chain.fund(named('sender'), 9n);
  chain.fund(named('second'), 9n);
  const seen = (contract: Address, sender: Address, value: bigint): Uint8Array => {
    const args = probeArgs([FREE], [], 512);
    const call = callTo(contract, probeSelector('context'), args, value);
    return memory(chain.run([call], { sender })).slice(FREE, FREE + 160);
  };
  const expected = (contract: Address, sender: Address, value: bigint): Uint8Array =>
    concatBytes(
      contract,
      sender,
      sender,
      u64(value),
      u64(0n),
      u64(BigInt(chain.height)),
      u64(BigInt(chain.time)),
      chain.grandparentHash,
    );
  const steps = [
    () => {},
    () => {
      chain.height = 2 ** 33;
    },
    () => {
      chain.time += 2 ** 32;
    },
    () => {
      chain.grandparentHash = named('another');
    },
  ];
  for (const step of steps) {
    step();
    for (const contract of [probe, other]) {
      for (const sender of [named('sender'), named('second')]) {
        for (const value of [1n, 0n]) {
          expect(seen(contract, sender, value)).toEqual(expected(contract, sender, value));
        }
      }
    }
  }
});

describe('the end of memory', () => {
  // The host function with its last pointer so far before the end, arguments at FREE as ever.
  test.each([
    ['context', (end: number) => [end - 160]],
    ['cell_get', (end: number) => [64, FREE, KEY.length, end - 8]],
    ['cell_set', (end: number) => [64, FREE, KEY.length, end - 8]],
    ['storage_has', (end: number) => [end - 8, 8]],
    ['emit', (end: number) => [end - 8, FREE + KEY.length, 4, FREE, 0]],
    ['emit', (end: number) => [FREE, end - 4, 4, FREE, 0]],
  ])('%s: to the last byte, and not one past it', (name, params) => {
    const chain = chainWith(PROBE_BYTES);
    const free = concatBytes(KEY, new Uint8Array(4));
    expect(probed(chain, name, params(PAGE), free).status).toBe('OK');
    expect(probed(chain, name, params(PAGE + 1), free).failure?.code).toBe(FAILURE_CODE.BAD_POINTER);
  });
});

test('memory that grew in mid-call: every copy is to and from the grown one', () => {
  const dst = PAGE + 64;
  const key = `(i32.const 1024) (i32.const ${KEY.length})`;
  const methods = {
    go: {
      payable: true,
      body: `(call $context (i32.const 64)) (drop (memory.grow (i32.const 1))) (call $context (i32.const ${dst}))
        (call $cell_set (i32.const 64) ${key} (i32.const ${dst + 96})) (drop (memory.grow (i32.const 1)))
        (call $cell_get (i32.const 64) ${key} (i32.const ${dst + 160}))
        (drop (memory.grow (i32.const 1)))
        (call $emit (i32.const ${dst}) (i32.const 4096) (i32.const 4) (i32.const ${dst}) (i32.const 168))
        (call $output (i32.const ${dst}) (i32.const 168))`,
    },
  };
  const data = `(data (i32.const 1024) "${[...KEY].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}")`;
  const chain = chainWith(contractBytes(methods, data));
  chain.fund(named('sender'), 9n);
  const outcome = chain.run([callTo(probe, 1, new Uint8Array(0), 9n)]);
  const expected = concatBytes(CONTEXT, u64(9n));
  expect(memory(outcome)).toEqual(expected);
  expect(outcome.events[0]).toMatchObject({ event: probe.slice(0, 8), data: expected });
});
