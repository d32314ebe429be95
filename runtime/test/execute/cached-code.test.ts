// Cached code: nothing in the cache can change what is compiled. Damaged, stale and foreign entries are made again.
import { toHex } from '@weft/runtime/base/bytes';
import { cacheKey, compileThrough, decodeEntry, encodeEntry } from '@weft/runtime/execute/cached-code';
import type { CodeCache } from '@weft/runtime/ports/code-cache';
import { GAS_SCHEDULE, type GasSchedule } from '@weft/runtime/types/gas-schedule';
import { compileCode, prepareCode } from '@weft/runtime/vm/compiled-code';
import { expect, test } from 'vitest';
import { contractBytes } from '../vm/support.js';

const BYTES = contractBytes({ add: { body: '(drop (i32.add (local.get $length) (i32.const 7)))' } });
const ORIGIN = { engine: 'test' };
const DEAR: GasSchedule = { ...GAS_SCHEDULE, instructions: { ...GAS_SCHEDULE.instructions, simple: 3 } };

class MemoryCache implements CodeCache {
  readonly entries = new Map<string, Uint8Array>();
  written = 0;
  read(name: string): Uint8Array | undefined {
    return this.entries.get(name);
  }
  write(name: string, content: Uint8Array): void {
    this.written += 1;
    this.entries.set(name, content);
  }
  async close(): Promise<void> {}
}

const nameOf = (origin: Parameters<typeof cacheKey>[1]) => toHex(cacheKey(BYTES, origin));

test('cached code: the second time nothing is made, and what comes out is what compiling gives', () => {
  const cache = new MemoryCache();
  const plain = { ...compileCode(BYTES), module: undefined };
  for (const _turn of [1, 2, 3]) {
    const { module, ...code } = compileThrough(cache, ORIGIN)(BYTES);
    expect({ ...code, module: undefined }).toEqual(plain);
    expect(WebAssembly.Module.exports(module)).toEqual(WebAssembly.Module.exports(compileCode(BYTES).module));
  }
  expect(cache.written).toBe(1);
});

test('cached code: an entry changed at any byte or cut anywhere is made again', () => {
  const key = cacheKey(BYTES, ORIGIN);
  const entry = encodeEntry(key, prepareCode(BYTES));
  expect(decodeEntry(entry, key)).toEqual(prepareCode(BYTES));
  for (let at = 0; at < entry.length; at++) {
    const changed = entry.slice();
    changed[at]! ^= 1 << (at % 8);
    if (decodeEntry(changed, key) !== undefined) expect.fail(`byte ${at} may be anything`);
    if (decodeEntry(entry.slice(0, at), key) !== undefined) expect.fail(`cut at ${at} is taken`);
  }
  const cache = new MemoryCache();
  cache.entries.set(toHex(key), entry.fill(0, 100, 101));
  expect(compileThrough(cache, ORIGIN)(BYTES).codeHash).toEqual(prepareCode(BYTES).codeHash);
  expect(cache.written).toBe(1);
  expect(decodeEntry(cache.entries.get(toHex(key))!, key)).toEqual(prepareCode(BYTES));
});

test('cached code: an entry read from a file, a Buffer at any place of its memory, is the same code', () => {
  const key = cacheKey(BYTES, ORIGIN);
  const entry = encodeEntry(key, prepareCode(BYTES));
  for (let at = 0; at < 8; at++) {
    const file = Buffer.concat([Buffer.alloc(at), entry]).subarray(at);
    const { offsets } = decodeEntry(file, key) ?? {};
    expect(offsets).toEqual(prepareCode(BYTES).offsets);
  }
});

test('cached code: an entry of another schedule under this one’s name is not taken', () => {
  const stale = encodeEntry(cacheKey(BYTES, ORIGIN), prepareCode(BYTES));
  const origin = { ...ORIGIN, schedule: DEAR };
  const cache = new MemoryCache();
  cache.entries.set(nameOf(origin), stale);
  compileThrough(cache, origin)(BYTES);
  const kept = decodeEntry(cache.entries.get(nameOf(origin))!, cacheKey(BYTES, origin));
  expect(kept?.instrumented).toEqual(prepareCode(BYTES, DEAR).instrumented);
  expect(kept?.instrumented).not.toEqual(prepareCode(BYTES).instrumented);
});

test('cached code: prices, instrumenter, engine and every byte uploaded are in the name', () => {
  const longer = new Uint8Array([...BYTES, 0, 3, 1, 0x6e, 7]);
  expect(prepareCode(longer).codeHash).toEqual(prepareCode(BYTES).codeHash);
  const names = [
    nameOf(ORIGIN),
    nameOf({ engine: 'test --liftoff-only' }),
    nameOf({ ...ORIGIN, schedule: DEAR }),
    nameOf({ ...ORIGIN, instrumenter: 4_294_967_295 }),
    toHex(cacheKey(longer, ORIGIN)),
  ];
  expect(new Set(names).size).toBe(names.length);
});
