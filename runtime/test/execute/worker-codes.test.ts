// What a worker and the main thread keep of compiled code is bounded by its weight, however many contracts there are.

import { bytesText } from '@weft/runtime/base/bytes';
import { CODE_WEIGHT_MAX, CodeShelf, codeWeight } from '@weft/runtime/execute/code-shelf';
import type { CodeOnChain } from '@weft/runtime/execute/code-store';
import { CrewMemory } from '@weft/runtime/execute/parallel/crew-memory';
import { codeView } from '@weft/runtime/execute/parallel/worker-codes';
import type { Crew } from '@weft/runtime/execute/threads/crew';
import type { MainThread } from '@weft/runtime/execute/threads/worker';
import type { Hash32 } from '@weft/runtime/types/address';
import type { CompiledCode } from '@weft/runtime/vm/compiled-code';
import { expect, test } from 'vitest';

const SIZE = 60_000;
const MOST = Math.floor(CODE_WEIGHT_MAX / codeWeight(SIZE));
const hashOf = (index: number): Hash32 => {
  const hash = new Uint8Array(32) as Hash32;
  new DataView(hash.buffer).setUint32(0, index, true);
  return hash;
};
const codeOf = (hash: Uint8Array) => ({ hashText: bytesText(hash) }) as CompiledCode;

/** Main and one worker, their port a list. `compiled` counts what main had to fetch. */
function pair() {
  const port: unknown[] = [];
  const crew = { workers: 1, post: (_worker: number, message: unknown) => port.push(message) };
  const memory = new CrewMemory(crew as unknown as Crew);
  const asked = { code: 0 };
  const onChain = {
    record: (hash: Uint8Array) => (hash[31] === 1 ? undefined : { size: SIZE }),
    code: (hash: Uint8Array) => codeOf(hash),
  };
  const main = {
    ask: (_kind: number, request: Uint8Array) => {
      asked.code += 1;
      const number = memory.sendCode(0, onChain as unknown as CodeOnChain, request);
      return { number, bytes: new Uint8Array(0) };
    },
    receive: () => port.shift(),
  };
  return { asked, main: main as unknown as MainThread };
}

test('worker codes: many contracts in one job leave a bounded number of modules, each asked for once', () => {
  const { asked, main } = pair();
  const modules = new Map<string, CompiledCode>();
  const view = codeView(main, modules);
  let most = 0;
  for (let index = 0; index < 5 * MOST; index++) {
    const hash = hashOf(index);
    expect(view.code(hash)?.hashText).toBe(bytesText(hash));
    expect(view.code(hash)?.hashText).toBe(bytesText(hash));
    most = Math.max(most, modules.size);
  }
  expect(most).toBeLessThanOrEqual(MOST);
  expect(most).toBeGreaterThan(MOST / 2);
  expect(asked.code).toBe(5 * MOST);
});

test('worker codes: what was forgotten is asked for again, what was kept only once a job', () => {
  const { asked, main } = pair();
  const modules = new Map<string, CompiledCode>();
  const view = codeView(main, modules);
  for (let index = 0; index <= MOST; index++) view.code(hashOf(index));
  const before = asked.code;
  expect(view.code(hashOf(0))?.hashText).toBe(bytesText(hashOf(0)));
  expect(asked.code).toBe(before + 1);
  const next = codeView(main, modules);
  for (let turn = 0; turn < 3; turn++) expect(next.code(hashOf(0))).toBeDefined();
  expect(asked.code).toBe(before + 2);
});

test('worker codes: code that is not there is no module, and is asked for once', () => {
  const { asked, main } = pair();
  const view = codeView(main, new Map());
  const absent = new Uint8Array(32).fill(1) as Hash32;
  expect([view.code(absent), view.code(absent)]).toEqual([undefined, undefined]);
  expect(asked.code).toBe(1);
});

test('code shelf: the one used longest ago makes room, by weight', () => {
  const shelf = new CodeShelf<string>(10);
  expect(shelf.put('a', 'A', 4)).toEqual([]);
  expect(shelf.put('b', 'B', 4)).toEqual([]);
  expect(shelf.get('a')).toBe('A');
  expect(shelf.put('c', 'C', 4)).toEqual(['b']);
  expect([shelf.get('a'), shelf.get('b'), shelf.get('c')]).toEqual(['A', undefined, 'C']);
  expect([shelf.size, shelf.weight]).toEqual([2, 8]);
  expect(shelf.put('a', 'again', 10)).toEqual(['c']);
  expect([shelf.size, shelf.weight, shelf.get('a')]).toEqual([1, 10, 'again']);
  expect(shelf.put('d', 'heavier than all', 11)).toEqual(['a']);
  expect(shelf.size).toBe(1);
});
