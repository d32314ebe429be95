// Access as it is enforced while a transaction runs: declared or refused, sums and bounds of adds, what a rolled-back
// call gives back, and keys planned as adders that are never read.
import { concatBytes, utf8 } from '@weft/runtime/base/bytes';
import type { AccessSet, KeyAccess } from '@weft/runtime/types/access';
import { keyText, type StateKey } from '@weft/runtime/types/key';
import { balanceKey } from '@weft/runtime/types/system';
import { encodeBytesValue } from '@weft/runtime/types/value';
import type { RunOutcome } from '@weft/runtime/vm/run-transaction';
import { beforeEach, describe, expect, test } from 'vitest';
import { FREE, PROBE_BYTES, probeArgs, probeResult, probeSelector } from './probe.js';
import { accessOf, callTo, hostKey, keyAccess, keyOf, named, TestChain } from './support.js';

const KEY = hostKey('field');
const [a, b] = [named('a'), named('b')];
const plain = keyOf(0, a, 'field');
const cell = keyOf(1, a, 'field');
let chain: TestChain;

beforeEach(() => {
  chain = new TestChain();
  chain.install('a', PROBE_BYTES);
  chain.install('b', PROBE_BYTES);
  chain.install('c', PROBE_BYTES);
});

type Step = ReturnType<typeof callTo>;
const u64 = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
};
const step = (name: string, params: readonly number[], free: readonly Uint8Array[]): Step =>
  callTo(a, probeSelector(name), probeArgs(params, free, 256));
const NUMBER = FREE + KEY.length;
const add = (amount: bigint, ceiling?: bigint): Step =>
  step(
    'cell_add',
    [64, FREE, KEY.length, NUMBER, ceiling === undefined ? 0 : NUMBER + 8],
    [KEY, u64(amount), u64(ceiling ?? 0n)],
  );
const sub = (amount: bigint, floor = 0n): Step =>
  step('cell_sub', [64, FREE, KEY.length, NUMBER, NUMBER + 8], [KEY, u64(amount), u64(floor)]);
const get: Step = step('cell_get', [64, FREE, KEY.length, 200], [KEY]);
const set = (value: bigint): Step => step('cell_set', [64, FREE, KEY.length, NUMBER], [KEY, u64(value)]);

function run(steps: readonly Step[], access: AccessSet, adders: readonly StateKey[] = []): RunOutcome {
  const planned = new Set(adders.map(keyText));
  return chain.run(steps, { access, isAdder: (key) => planned.has(keyText(key)) });
}
const only = (...keys: KeyAccess[]): AccessSet => accessOf(keys, [a, b]);
const flags = (outcome: RunOutcome): number[] => outcome.results.map(probeResult);

describe('reads and writes', () => {
  const write = step('storage_set', [FREE, KEY.length, FREE, 2], [KEY]);
  const read = step('storage_get', [FREE, KEY.length, 200, 9], [KEY]);
  const past = step('storage_past', [FREE, KEY.length, 200, 9], [KEY]);
  const field = KEY.slice(0, 8);
  test.each([
    ['nothing', only(), [0, 0, 0]],
    ['read', only(keyAccess(plain, 'read')), [1, 0, 0]],
    ['write', only(keyAccess(plain, 'write')), [1, 1, 0]],
    ['past', accessOf([], [a], { past: [plain] }), [0, 0, 1]],
    ['another key', only(keyAccess(keyOf(0, b, 'field'), 'write')), [0, 0, 0]],
    [
      'a field read lock',
      accessOf([], [a], { locks: [{ contract: a, field, mode: 'read', extra: false }] }),
      [1, 0, 0],
    ],
    [
      'a field write lock',
      accessOf([], [a], { locks: [{ contract: a, field, mode: 'write', extra: false }] }),
      [1, 1, 0],
    ],
    [
      'a contract lock',
      accessOf([], [a], { locks: [{ contract: a, field: undefined, mode: 'write', extra: false }] }),
      [1, 1, 0],
    ],
  ] as const)('%s permits what it says', (_what, access, [mayRead, mayWrite, mayPast]) => {
    const status = (permitted: number): string => (permitted === 1 ? 'OK' : 'VIOLATION');
    expect(run([read], access).status).toBe(status(mayRead));
    expect(run([past], access).status).toBe(status(mayPast));
    expect(run([write], access).status).toBe(status(mayWrite));
  });

  test('a violation discards everything, keeps its gas and names the key beside the outcome', () => {
    const outcome = run([add(1n), read], only(keyAccess(cell, 'write')));
    expect(outcome.status).toBe('VIOLATION');
    expect(outcome.writes.size).toBe(0);
    expect(outcome.results).toEqual([]);
    expect(outcome.failure).toBeUndefined();
    expect(outcome.gas).toBeGreaterThan(10_000);
    expect(outcome.gas).toBeLessThan(30_000);
    expect(outcome.notes?.violation).toEqual({ key: plain, mode: 'read' });
    expect([...outcome.touched]).toEqual([keyText(cell), keyText(plain)]);
  });

  test('try_call never catches a violation, and its gas counts to the last unit', () => {
    const inner = probeArgs([FREE, KEY.length, 200, 9], [KEY]);
    const outer = probeArgs([64, probeSelector('storage_get'), 96, inner.length, 0], [b, inner]);
    const outcome = run([callTo(a, probeSelector('try_call'), outer)], only());
    expect(outcome.status).toBe('VIOLATION');
    const alone = run([callTo(b, probeSelector('storage_get'), inner)], only());
    expect(outcome.gas).toBeGreaterThan(alone.gas + 10_000);
    expect(outcome.gas).toBeLessThan(alone.gas + 20_000);
  });

  test('calling a contract the access does not reach is a violation', () => {
    const outer = probeArgs([64, probeSelector('returned'), 96, 64, 0], [named('c'), probeArgs([])]);
    expect(run([callTo(a, probeSelector('try_call'), outer)], only()).status).toBe('VIOLATION');
  });
});

describe('adds', () => {
  beforeEach(() => chain.setCell(cell, 6n));
  const declared = (rest: Partial<KeyAccess>): AccessSet => only(keyAccess(cell, 'add', rest));

  test('amounts are summed per direction, not per add', () => {
    chain.setCell(cell, 60n);
    expect(run([sub(3n)], declared({ down: 3n })).status).toBe('OK');
    expect(run([sub(1n), sub(2n)], declared({ down: 3n })).status).toBe('OK');
    expect(run([sub(2n), sub(2n)], declared({ down: 3n })).status).toBe('VIOLATION');
    expect(run([add(2n), sub(2n)], declared({ up: 2n })).status).toBe('VIOLATION');
    expect(run([add(3n), sub(3n), add(3n)], declared({ up: 5n, down: 3n })).status).toBe('VIOLATION');
  });

  test('a bound tighter than the declared one is a violation, a wider one is not', () => {
    expect(run([sub(3n, 5n)], declared({ down: 3n })).status).toBe('VIOLATION');
    expect(run([sub(1n, 4n)], declared({ down: 3n, floor: 5n })).status).toBe('OK');
    expect(run([add(1n, 9n)], declared({ up: 3n, ceiling: 10n })).status).toBe('VIOLATION');
    expect(run([add(1n, 10n)], declared({ up: 3n, ceiling: 10n })).status).toBe('OK');
  });

  test('the bound of the host call decides in every phase, the tail included', () => {
    expect(flags(chain.run([sub(5n, 5n)]))).toEqual([0]);
    expect(chain.cell(cell)).toBe(6n);
    const failing = run([sub(2n, 6n), sub(5n)], declared({ down: 7n, floor: 6n }));
    expect(flags(failing)).toEqual([0, 1]);
    expect(chain.cell(cell)).toBe(1n);
  });

  test('a failed add spends nothing of its amount', () => {
    const outcome = run([sub(7n), sub(6n)], declared({ down: 7n }));
    expect(flags(outcome)).toEqual([0, 1]);
  });

  test('an add permits neither read nor write; of 0 it is free of bounds but not of access', () => {
    expect(run([get], declared({ down: 9n })).status).toBe('VIOLATION');
    expect(run([set(1n)], declared({ down: 9n })).status).toBe('VIOLATION');
    expect(flags(run([sub(0n, 99n), add(0n, 1n)], declared({})))).toEqual([1, 1]);
    expect(run([add(0n)], only()).status).toBe('VIOLATION');
    expect(run([add(0n)], only(keyAccess(cell, 'read'))).status).toBe('VIOLATION');
  });

  test('joined with a write amounts are not checked', () => {
    const outcome = run(
      [sub(3n, 3n), get, add(100n, 103n), set(7n), sub(7n)],
      only(keyAccess(cell, 'write', { down: 1n })),
    );
    expect(outcome.status).toBe('OK');
    expect(chain.cell(cell)).toBe(0n);
  });

  test('a rolled-back call gives its sums back', () => {
    // b takes 3 and is undone by its own later failure; then a takes 3 of the declared 3 + 3 of the retry.
    const bCell = keyOf(1, b, 'field');
    chain.setCell(bCell, 6n);
    const taking = probeArgs([64, FREE, KEY.length, NUMBER, 0], [KEY, u64(3n)], 70_000);
    const tryB = callTo(
      a,
      probeSelector('try_call'),
      probeArgs([64, probeSelector('cell_sub'), 96, taking.length, 0], [b, taking]),
    );
    const access = only(keyAccess(bCell, 'add', { down: 3n }));
    const good = callTo(
      b,
      probeSelector('cell_sub'),
      probeArgs([64, FREE, KEY.length, NUMBER, 0], [KEY, u64(3n)]),
    );
    // The dump of 70,000 bytes is past memory: output ends the call after the add.
    const outcome = run([tryB, tryB, good], access);
    expect(outcome.status).toBe('OK');
    expect(probeResult(outcome.results[0]!)).toBe(-1);
    expect(chain.cell(bCell)).toBe(3n);
    expect([...outcome.touched]).toEqual([keyText(bCell)]);
  });
});

describe('keys planned as adders', () => {
  test('are never read: only the sum comes out', () => {
    chain.setCell(cell, 100n);
    const outcome = run([add(5n), sub(7n), add(0n)], only(keyAccess(cell, 'add', { up: 5n, down: 7n })), [
      cell,
    ]);
    expect(flags(outcome)).toEqual([1, 1, 1]);
    expect(chain.reads).toEqual([]);
    expect(outcome.writes.size).toBe(0);
    expect([...outcome.deltas.values()]).toEqual([{ key: cell, delta: -2n }]);
  });

  test('obey the same declared sums, cost the same gas and undo alike', () => {
    chain.setCell(cell, 100n);
    const access = only(keyAccess(cell, 'add', { up: 5n }));
    expect(run([add(3n), add(3n)], access, [cell]).status).toBe('VIOLATION');
    const planned = run([add(5n)], access, [cell]);
    const plainRun = run([add(5n)], access);
    expect(planned.gas).toBe(plainRun.gas);
    const failing = run([add(5n), step('revert', [0, 0], [])], access, [cell]);
    expect([failing.status, failing.deltas.size]).toEqual(['REVERT', 0]);
  });

  test('a planned adder under a joined write is read and written', () => {
    const outcome = run([add(5n)], only(keyAccess(cell, 'write')), [cell]);
    expect(outcome.deltas.size).toBe(0);
    expect(outcome.writes.size).toBe(1);
  });

  test('native value moves as deltas', () => {
    const sender = named('sender');
    const access = only(
      keyAccess(balanceKey(sender), 'add', { down: 9n }),
      keyAccess(balanceKey(a), 'add', { up: 9n }),
    );
    const call = callTo(a, probeSelector('returned'), probeArgs([0, 0]), 9n);
    const outcome = run([call], access, [balanceKey(sender), balanceKey(a)]);
    expect(outcome.status).toBe('OK');
    expect([...outcome.deltas.values()].map(({ delta }) => delta)).toEqual([-9n, 9n]);
    expect(run([call, call], access, [balanceKey(sender), balanceKey(a)]).status).toBe('VIOLATION');
  });
});

describe('order inside a host call', () => {
  test('format before access, access before effect, base gas before both', () => {
    const badKey = step('storage_get', [FREE, 3, 0, 0], [KEY]);
    expect(run([badKey], only()).status).toBe('REVERT');
    const badPointer = step('storage_get', [FREE, KEY.length, -1, 1], [KEY]);
    expect(run([badPointer], only()).status).toBe('REVERT');
    chain.values.set(keyText(plain), encodeBytesValue(concatBytes(utf8('x'), new Uint8Array(9999))));
    const read = step('storage_get', [FREE, KEY.length, 200, 9], [KEY]);
    const declared = run([read], only(keyAccess(plain, 'read')));
    const refused = run([read], only());
    // What the refused one did not pay: size gas, and what comes after in the contract.
    expect(declared.gas - refused.gas).toBeGreaterThan(20_000);
    expect(declared.gas - refused.gas).toBeLessThan(21_000);
  });
});
