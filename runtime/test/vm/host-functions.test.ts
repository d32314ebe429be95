// Every host function through real code: what it does, what it costs, what it says to bad pointers.

import { concatBytes, fromUtf8, toHex, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { GAS_SCHEDULE, type HostName } from '@weft/runtime/types/gas-schedule';
import { keyText } from '@weft/runtime/types/key';
import { balanceKey } from '@weft/runtime/types/system';
import { encodeBytesValue, encodeCell } from '@weft/runtime/types/value';
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import { HOST_TABLE } from '@weft/runtime/vm/host-table';
import type { RunOutcome } from '@weft/runtime/vm/run-transaction';
import { beforeEach, describe, expect, test } from 'vitest';
import { ed25519PublicKey, ed25519Sign } from '#crypto';
import { FREE, PROBE_BYTES, probeArgs, probeResult, probeSelector, VIEW_PROBE_BYTES } from './probe.js';
import { callTo, contractBytes, hostKey, keyOf, named, selectorIn, TestChain } from './support.js';

const KEY = hostKey('field', new Uint8Array([7]));
const KEY_AT = FREE;
const DATA_AT = FREE + KEY.length;
const OUTSIDE = 65_536;
let chain: TestChain;
const probe = named('probe');
const key = keyOf(0, probe, 'field', new Uint8Array([7]));
const cell = keyOf(2, probe, 'field', new Uint8Array([7]));

beforeEach(() => {
  chain = new TestChain();
  chain.install('probe', PROBE_BYTES);
  chain.install('view', VIEW_PROBE_BYTES);
});

function run(name: string, args: Uint8Array, value = 0n): RunOutcome {
  return chain.run([callTo(probe, probeSelector(name), args, value)]);
}
function memory(outcome: RunOutcome): Uint8Array {
  expect(outcome.status).toBe('OK');
  return outcome.results[0]!;
}
function u128(value: bigint): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, value & 0xffff_ffff_ffff_ffffn, true);
  view.setBigUint64(8, value >> 64n, true);
  return bytes;
}
const short = (code: number): unknown => ({ contract: probe, code, data: new Uint8Array(0) });

describe('storage', () => {
  test('storage_set, storage_get, storage_has, storage_delete: a value comes and goes', () => {
    const set = run('storage_set', probeArgs([KEY_AT, KEY.length, DATA_AT, 3], [KEY, utf8('abc')]));
    expect(set.status).toBe('OK');
    expect(chain.values.get(keyText(key))).toEqual(encodeBytesValue(utf8('abc')));
    const got = memory(run('storage_get', probeArgs([KEY_AT, KEY.length, 200, 2], [KEY], 256)));
    expect(probeResult(got)).toBe(3);
    expect(fromUtf8(got.slice(200, 202))).toBe('ab');
    expect(got[202]).toBe(0);
    expect(probeResult(memory(run('storage_has', probeArgs([KEY_AT, KEY.length], [KEY]))))).toBe(1);
    expect(run('storage_delete', probeArgs([KEY_AT, KEY.length], [KEY])).status).toBe('OK');
    expect(chain.values.has(keyText(key))).toBe(false);
    expect(probeResult(memory(run('storage_has', probeArgs([KEY_AT, KEY.length], [KEY]))))).toBe(0);
    expect(probeResult(memory(run('storage_get', probeArgs([KEY_AT, KEY.length, 200, 2], [KEY]))))).toBe(-1);
  });

  test('storage_past: the value at the start of the block, whatever happened since', () => {
    chain.values.set(keyText(key), encodeBytesValue(utf8('new')));
    const past = new Map([[keyText(key), encodeBytesValue(utf8('older'))]]);
    const args = probeArgs([KEY_AT, KEY.length, 200, 8], [KEY], 256);
    const outcome = chain.run([callTo(probe, probeSelector('storage_past'), args)], { past });
    expect(probeResult(memory(outcome))).toBe(5);
    expect(fromUtf8(outcome.results[0]!.slice(200, 205))).toBe('older');
    expect(outcome.touched.size).toBe(0);
  });

  test('storage_set: an empty value exists, the largest one fits, one byte more does not', () => {
    expect(run('storage_set', probeArgs([KEY_AT, KEY.length, 0, 0], [KEY])).status).toBe('OK');
    expect(chain.values.get(keyText(key))).toHaveLength(1);
    expect(run('storage_set', probeArgs([KEY_AT, KEY.length, 0, 65_535], [KEY])).status).toBe('OK');
    const outcome = run('storage_set', probeArgs([KEY_AT, KEY.length, 0, 65_536], [KEY]));
    expect(outcome.failure).toEqual(short(FAILURE_CODE.TOO_LARGE));
  });

  test.each([
    ['shorter than a field', new Uint8Array(7)],
    ['half a length', concatBytes(KEY, new Uint8Array([1]))],
    ['a component past the end', concatBytes(KEY, new Uint8Array([2, 0, 9]))],
    ['past the limit', new Uint8Array(1024)],
  ])('keys: %s is BAD_KEY', (_what, bytes) => {
    const outcome = run('storage_has', probeArgs([FREE, bytes.length], [bytes]));
    expect(outcome.status).toBe('REVERT');
    expect(outcome.failure).toEqual(short(FAILURE_CODE.BAD_KEY));
  });
});

describe('cells', () => {
  test('cell_set, cell_get, cell_add, cell_sub: arithmetic at full width', () => {
    run('cell_set', probeArgs([128, KEY_AT, KEY.length, DATA_AT], [KEY, u128(1n << 100n)]));
    expect(chain.cell(cell)).toBe(1n << 100n);
    const got = memory(run('cell_get', probeArgs([128, KEY_AT, KEY.length, 200], [KEY], 256)));
    expect(got.slice(200, 216)).toEqual(u128(1n << 100n));
    const added = run('cell_add', probeArgs([128, KEY_AT, KEY.length, DATA_AT, 0], [KEY, u128(5n)]));
    expect(probeResult(memory(added))).toBe(1);
    const taken = run(
      'cell_sub',
      probeArgs([128, KEY_AT, KEY.length, DATA_AT, 0], [KEY, u128((1n << 100n) + 6n)]),
    );
    expect(probeResult(memory(taken))).toBe(0);
    expect(chain.cell(cell)).toBe((1n << 100n) + 5n);
  });

  test('cell_add and cell_sub: bounds fail without an effect, an add of 0 never fails', () => {
    chain.setCell(cell, 10n);
    const amountAndBound = (amount: bigint, bound: bigint): Uint8Array =>
      probeArgs([128, KEY_AT, KEY.length, DATA_AT, DATA_AT + 16], [KEY, u128(amount), u128(bound)]);
    expect(probeResult(memory(run('cell_add', amountAndBound(5n, 14n))))).toBe(0);
    expect(probeResult(memory(run('cell_add', amountAndBound(5n, 15n))))).toBe(1);
    expect(probeResult(memory(run('cell_sub', amountAndBound(5n, 11n))))).toBe(0);
    expect(probeResult(memory(run('cell_add', amountAndBound(0n, 1n))))).toBe(1);
    expect(probeResult(memory(run('cell_sub', amountAndBound(0n, 99n))))).toBe(1);
    expect(chain.cell(cell)).toBe(15n);
    const top = probeArgs([128, KEY_AT, KEY.length, DATA_AT, 0], [KEY, u128((1n << 128n) - 15n)]);
    expect(probeResult(memory(run('cell_add', top)))).toBe(0);
  });

  test('a cell at 0 is absent, widths never meet, another width is refused', () => {
    run('cell_set', probeArgs([64, KEY_AT, KEY.length, DATA_AT], [KEY, u128(9n)]));
    expect(chain.cell(keyOf(1, probe, 'field', new Uint8Array([7])))).toBe(9n);
    expect(chain.cell(cell)).toBe(0n);
    const zero = run('cell_set', probeArgs([64, KEY_AT, KEY.length, DATA_AT], [KEY, u128(0n)]));
    expect([...zero.writes.values()][0]?.value).toBeUndefined();
    expect(chain.values.size).toBe(0);
    const outcome = run('cell_get', probeArgs([32, KEY_AT, KEY.length, 200], [KEY]));
    expect(outcome.failure).toEqual(short(FAILURE_CODE.BAD_CELL));
  });

  test('cell_past: the number at the start of the block', () => {
    chain.setCell(cell, 10n);
    const past = new Map([[keyText(cell), encodeCell(2, 3n)!]]);
    const args = probeArgs([128, KEY_AT, KEY.length, 200], [KEY], 256);
    const outcome = chain.run([callTo(probe, probeSelector('cell_past'), args)], { past });
    expect(memory(outcome).slice(200, 216)).toEqual(u128(3n));
  });
});

describe('native balances', () => {
  test('balance, balance_past, transfer', () => {
    chain.fund(probe, 50n);
    const other = named('other');
    expect(probeResult(memory(run('transfer', probeArgs([64, 96], [other, u128(20n)]))))).toBe(1);
    expect([chain.balance(probe), chain.balance(other)]).toEqual([30n, 20n]);
    expect(probeResult(memory(run('transfer', probeArgs([64, 96], [other, u128(31n)]))))).toBe(0);
    expect([chain.balance(probe), chain.balance(other)]).toEqual([30n, 20n]);
    expect(memory(run('balance', probeArgs([64, 200], [other], 256))).slice(200, 216)).toEqual(u128(20n));
    const past = new Map([[keyText(balanceKey(other)), encodeCell(2, 4n)!]]);
    const args = probeArgs([64, 200], [other], 256);
    const before = chain.run([callTo(probe, probeSelector('balance_past'), args)], { past });
    expect(memory(before).slice(200, 216)).toEqual(u128(4n));
  });
});

describe('context, ends, events, hashes', () => {
  test('context: 160 bytes as documented', () => {
    chain.fund(named('sender'), 9n);
    const got = memory(run('context', probeArgs([64], [], 224), 9n)).slice(64);
    const parts = [got.slice(0, 32), got.slice(32, 64), got.slice(64, 96), got.slice(128, 160)].map(toHex);
    expect(parts).toEqual([probe, named('sender'), named('sender'), named('grandparent')].map(toHex));
    expect(got.slice(96, 112)).toEqual(u128(9n));
    const view = new DataView(got.buffer, got.byteOffset);
    expect([view.getBigUint64(112, true), view.getBigUint64(120, true)]).toEqual([7n, 1_700_000_000_123n]);
  });

  test('revert: everything undone, data kept, gas exact', () => {
    const outcome = run('revert', probeArgs([64, 5], [new Uint8Array([1, 2, 3, 4, 5])]));
    expect(outcome.status).toBe('REVERT');
    expect(outcome.failure).toEqual({ contract: probe, code: 0, data: new Uint8Array([1, 2, 3, 4, 5]) });
    expect(outcome.gas).toBeLessThan(10_000);
  });

  test('abort: a code in the outcome, the text only beside it', () => {
    const outcome = run('abort', probeArgs([64, 4, 12, 5], [utf8('oops')]));
    expect(outcome.status).toBe('REVERT');
    expect(outcome.failure).toEqual(short(FAILURE_CODE.ABORTED));
    expect(outcome.notes?.abort).toEqual({ message: 'oops', line: 12, column: 5 });
    expect(outcome.gas).toBeLessThan(10_000);
  });

  test('emit: id, topics and data; a malformed list is BAD_EVENT', () => {
    const topics = new Uint8Array([2, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0]);
    const args = probeArgs(
      [64, 72, topics.length, 72 + topics.length, 2],
      [utf8('eventid!'), topics, utf8('hi')],
    );
    const outcome = run('emit', args);
    expect(outcome.events).toEqual([
      {
        contract: probe,
        event: utf8('eventid!'),
        topics: [new Uint8Array([9]), new Uint8Array(0)],
        data: utf8('hi'),
        transaction: 0,
      },
    ]);
    for (const length of [0, 3, 5, topics.length - 1]) {
      const bad = run('emit', probeArgs([64, 72, length, 72, 0], [utf8('eventid!'), topics]));
      expect(bad.failure).toEqual(short(FAILURE_CODE.BAD_EVENT));
    }
    const many = run('emit', probeArgs([64, 72, 4, 72, 0], [utf8('eventid!'), new Uint8Array([9, 0, 0, 0])]));
    expect(many.failure).toEqual(short(FAILURE_CODE.BAD_EVENT));
  });

  test('sha256 and ed25519_verify', () => {
    const hashed = memory(run('sha256', probeArgs([64, 3, 200], [utf8('abc')], 256)));
    expect(hashed.slice(200, 232)).toEqual(sha256(utf8('abc')));
    const seed = sha256(utf8('seed'));
    const message = utf8('signed');
    const signature = ed25519Sign(seed, message);
    const args = [signature, ed25519PublicKey(seed), message];
    expect(probeResult(memory(run('ed25519_verify', probeArgs([64, 128, 160, 6], args))))).toBe(1);
    expect(probeResult(memory(run('ed25519_verify', probeArgs([64, 128, 160, 5], args))))).toBe(0);
  });

  test('log: kept when somebody asks, the same gas always', () => {
    const args = probeArgs([64, 2], [utf8('hi')]);
    const shown = run('log', args);
    const silent = chain.run([callTo(probe, probeSelector('log'), args)], { notes: false });
    expect(shown.notes?.logs.map(({ text }) => text)).toEqual(['hi']);
    expect(shown.notes?.logs[0]?.trace[0]?.offsets.length).toBeGreaterThan(0);
    expect(silent.notes).toBeUndefined();
    expect(silent.gas).toBe(shown.gas);
  });

  test('output: the last one holds; one byte past the limit is refused', () => {
    expect(memory(run('output', probeArgs([0, 3], [], 5)))).toHaveLength(5);
    const extra = contractBytes({ big: { body: '(call $output (i32.const 0) (i32.const 65537))' } }, '', 2);
    const big = chain.install('big', extra);
    expect(chain.run([callTo(big, 1)]).failure?.code).toBe(FAILURE_CODE.TOO_LARGE);
  });
});

describe('bad pointers', () => {
  const cases: [HostName, number[]][] = [
    ['input', [OUTSIDE - 1]],
    ['output', [OUTSIDE, 1]],
    ['output', [0, -1]],
    ['revert', [OUTSIDE - 1, 2]],
    ['abort', [-1, 1, 0, 0]],
    ['context', [OUTSIDE - 159]],
    ['storage_get', [-8, 8, 0, 0]],
    ['storage_get', [KEY_AT, KEY.length, OUTSIDE - 1, 2]],
    ['storage_has', [OUTSIDE, 8]],
    ['storage_set', [KEY_AT, KEY.length, OUTSIDE, 1]],
    ['storage_set', [OUTSIDE, KEY.length, 0, 1]],
    ['storage_delete', [OUTSIDE - 1, 8]],
    ['storage_past', [KEY_AT, KEY.length, -1, 1]],
    ['cell_get', [128, KEY_AT, KEY.length, OUTSIDE - 15]],
    ['cell_set', [256, KEY_AT, KEY.length, OUTSIDE - 31]],
    ['cell_add', [64, KEY_AT, KEY.length, OUTSIDE - 7, 0]],
    ['cell_add', [64, KEY_AT, KEY.length, 0, OUTSIDE - 7]],
    ['cell_sub', [64, KEY_AT, KEY.length, -1, 0]],
    ['cell_past', [64, KEY_AT, KEY.length, -8]],
    ['emit', [OUTSIDE - 7, 0, 4, 0, 0]],
    ['emit', [0, OUTSIDE, 4, 0, 0]],
    ['emit', [0, 60, 4, OUTSIDE, 1]],
    ['call', [OUTSIDE - 31, 1, 0, 0, 0]],
    ['call', [0, 1, OUTSIDE, 1, 0]],
    ['try_call', [0, 1, 0, 0, OUTSIDE - 15]],
    ['returned', [0, OUTSIDE + 1]],
    ['balance', [OUTSIDE - 31, 0]],
    ['balance', [0, OUTSIDE - 15]],
    ['balance_past', [-1, 0]],
    ['transfer', [0, OUTSIDE - 15]],
    ['sha256', [0, -1, 0]],
    ['sha256', [0, 1, OUTSIDE - 31]],
    ['keccak256', [OUTSIDE - 1, 2, 0]],
    ['keccak256', [0, 1, -32]],
    ['blake3', [OUTSIDE, 1, 0]],
    ['blake3', [0, 1, OUTSIDE - 31]],
    ['secp256k1_verify', [OUTSIDE - 63, 0, 33, 0]],
    ['secp256k1_verify', [0, OUTSIDE - 32, 33, 0]],
    ['secp256k1_verify', [0, 0, -1, 0]],
    ['secp256k1_verify', [0, 0, 65, OUTSIDE - 31]],
    ['secp256k1_recover', [-64, 0, 0, 0]],
    ['secp256k1_recover', [0, 0, OUTSIDE - 31, 0]],
    ['secp256k1_recover', [0, 0, 0, OUTSIDE - 63]],
    ['p256_verify', [OUTSIDE - 63, 0, 33, 0]],
    ['p256_verify', [0, OUTSIDE - 64, 65, 0]],
    ['p256_verify', [0, 0, 33, OUTSIDE]],
    ['mul_div', [OUTSIDE - 31, 0, 0, 0]],
    ['mul_div', [0, OUTSIDE - 31, 0, 0]],
    ['mul_div', [0, 0, -1, 0]],
    ['mul_div', [0, 0, 0, OUTSIDE - 63]],
    ['ed25519_verify', [OUTSIDE - 63, 0, 0, 0]],
    ['ed25519_verify', [0, OUTSIDE - 31, 0, 0]],
    ['ed25519_verify', [0, 0, OUTSIDE, 1]],
    ['log', [OUTSIDE - 1, 2]],
  ];
  test.each(cases)('%s %j: the call ends with BAD_POINTER, nothing else', (name, params) => {
    const methods = { only: { body: probeBody(name, params) } };
    const address = chain.install('pointers', contractBytes(methods));
    chain.fund(address, 5n);
    const before = new Map(chain.values);
    const outcome = chain.run([callTo(address, 1, new Uint8Array(16))], { gasLimit: 100_000_000_000 });
    expect(outcome.status).toBe('REVERT');
    expect(outcome.failure?.code).toBe(FAILURE_CODE.BAD_POINTER);
    expect(chain.values).toEqual(before);
  });

  test('every host function with a pointer has a case', () => {
    const covered = new Set(cases.map(([name]) => name));
    expect(HOST_TABLE.map((row) => row.name).filter((name) => !covered.has(name as HostName))).toEqual([]);
  });

  /** Puts the key where the parameters look for it, then calls with constants. */
  function probeBody(name: string, params: readonly number[]): string {
    const row = HOST_TABLE.find((candidate) => candidate.name === name)!;
    const stores = [...KEY].map((byte, at) => `(i32.store8 (i32.const ${KEY_AT + at}) (i32.const ${byte}))`);
    const values = row.params.map((param, at) =>
      param.type === 'i64' ? '(i64.const 0)' : `(i32.const ${params[at]})`,
    );
    const call = `(call $${name} ${values.join(' ')})`;
    return `${stores.join(' ')} ${row.result === undefined ? call : `(drop ${call})`}`;
  }
});

describe('gas', () => {
  const base = (name: HostName): number => GAS_SCHEDULE.host[name].base;
  const byte = (name: HostName): number => GAS_SCHEDULE.host[name].byte;
  /** Gas of the probe around the function: entry, input of the arguments, output of the dump, instructions. */
  function around(name: string, args: Uint8Array): number {
    const row = HOST_TABLE.find((candidate) => candidate.name === name)!;
    const { simple, memory: load, call, branch } = GAS_SCHEDULE.instructions;
    // Three instructions and an `if` a case, then: the length, the call, the return.
    const dispatch = probeSelector(name) * (3 * simple + branch) + simple + call + branch;
    const params = row.params.length * (simple + load);
    const store = row.result === undefined ? 0 : simple + load;
    const body = simple + call + params + call + store + simple + simple + load + call;
    const dump = new DataView(args.buffer).getUint32(52, true);
    const io = base('input') + byte('input') * args.length + base('output') + byte('output') * dump;
    return GAS_SCHEDULE.code.page + dispatch + body + io;
  }
  const cases: [HostName, Uint8Array, number][] = [
    ['storage_set', probeArgs([KEY_AT, KEY.length, DATA_AT, 3], [KEY, utf8('abc')]), KEY.length + 3],
    ['storage_get', probeArgs([KEY_AT, KEY.length, 200, 1], [KEY]), KEY.length + 6],
    ['storage_past', probeArgs([KEY_AT, KEY.length, 200, 1], [KEY]), KEY.length + 6],
    ['storage_has', probeArgs([KEY_AT, KEY.length], [KEY]), KEY.length],
    ['storage_delete', probeArgs([KEY_AT, KEY.length], [KEY]), KEY.length],
    ['cell_get', probeArgs([128, KEY_AT, KEY.length, 200], [KEY]), KEY.length],
    ['cell_past', probeArgs([128, KEY_AT, KEY.length, 200], [KEY]), KEY.length],
    ['cell_set', probeArgs([128, KEY_AT, KEY.length, 200], [KEY]), KEY.length],
    ['cell_add', probeArgs([128, KEY_AT, KEY.length, 200, 0], [KEY]), KEY.length],
    ['cell_sub', probeArgs([128, KEY_AT, KEY.length, 200, 0], [KEY]), KEY.length],
    ['input', probeArgs([0]), 64],
    ['output', probeArgs([0, 9]), 9],
    ['context', probeArgs([64]), 0],
    ['emit', probeArgs([64, 60, 4, 0, 3]), 7],
    ['returned', probeArgs([64, 8]), 0],
    ['balance', probeArgs([64, 200]), 0],
    ['balance_past', probeArgs([64, 200]), 0],
    ['transfer', probeArgs([64, 96]), 0],
    ['sha256', probeArgs([0, 10, 200]), 10],
    ['keccak256', probeArgs([0, 10, 200]), 10],
    ['blake3', probeArgs([0, 10, 200]), 10],
    ['ed25519_verify', probeArgs([64, 128, 160, 6]), 6],
    ['secp256k1_verify', probeArgs([64, 128, 33, 200]), 0],
    ['secp256k1_recover', probeArgs([64, 0, 128, 200]), 0],
    ['p256_verify', probeArgs([64, 128, 65, 200]), 0],
    ['mul_div', probeArgs([64, 96, 128, 200]), 0],
    ['log', probeArgs([64, 5]), 5],
  ];
  test.each(cases)('%s: base and bytes, whatever else is', (name, args, bytes) => {
    chain.values.set(keyText(key), encodeBytesValue(utf8('sixsix')));
    const outcome = run(name, args);
    expect(outcome.status).toBe('OK');
    expect(outcome.gas - around(name, args)).toBe(base(name) + byte(name) * bytes);
  });

  test('the gas of a cell does not tell whether it existed', () => {
    const args = probeArgs([128, KEY_AT, KEY.length, DATA_AT, 0], [KEY, u128(1n)]);
    const fresh = run('cell_add', args).gas;
    expect(run('cell_add', args).gas).toBe(fresh);
  });

  test('out of gas in a host function takes everything and undoes everything', () => {
    const args = probeArgs([KEY_AT, KEY.length, DATA_AT, 3], [KEY, utf8('abc')]);
    const needed = run('storage_set', args).gas;
    const fits = chain.run([callTo(probe, probeSelector('storage_set'), args)], { gasLimit: needed });
    expect([fits.status, fits.gas]).toEqual(['OK', needed]);
    chain.values.clear();
    const short = chain.run([callTo(probe, probeSelector('storage_set'), args)], { gasLimit: needed - 1 });
    expect([short.status, short.gas]).toEqual(['OUT_OF_GAS', needed - 1]);
    expect(chain.values.size).toBe(0);
  });
});

describe('views', () => {
  const view = named('view');
  test.each([
    ['storage_set', probeArgs([KEY_AT, KEY.length, 0, 1], [KEY])],
    ['storage_delete', probeArgs([KEY_AT, KEY.length], [KEY])],
    ['cell_set', probeArgs([64, KEY_AT, KEY.length, 0], [KEY])],
    ['cell_add', probeArgs([64, KEY_AT, KEY.length, 0, 0], [KEY])],
    ['cell_sub', probeArgs([64, KEY_AT, KEY.length, 0, 0], [KEY])],
    ['emit', probeArgs([64, 60, 4, 0, 0])],
    ['transfer', probeArgs([64, 100])],
  ])('%s in a view ends it with VIEW_WRITES', (name, args) => {
    const outcome = chain.run([callTo(view, probeSelector(name), args)]);
    expect(outcome.failure?.code).toBe(FAILURE_CODE.VIEW_WRITES);
  });

  test('a view stays one through the calls it makes', () => {
    const inner = probeArgs([KEY_AT, KEY.length, 0, 1], [KEY]);
    const args = probeArgs([64, probeSelector('storage_set'), 96, inner.length, 0], [probe, inner]);
    const outcome = chain.run([callTo(view, probeSelector('call'), args)]);
    expect(outcome.failure).toEqual({
      contract: probe,
      code: FAILURE_CODE.VIEW_WRITES,
      data: new Uint8Array(0),
    });
  });

  test('selectorIn: the probe has one method a host function', () => {
    expect(selectorIn(Object.fromEntries(HOST_TABLE.map((row) => [row.name, 0])), 'log')).toBe(
      HOST_TABLE.length,
    );
  });
});
