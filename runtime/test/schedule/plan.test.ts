// The plan's rules one by one: each test is a reading of the text under which oracle and parallel run would differ.
import { conflicts } from '@weft/runtime/access/conflicts';
import { createEnforcer } from '@weft/runtime/access/enforce';
import { listAt } from '@weft/runtime/schedule/index-lists';
import { type ListedPlan, type PlanItem, planSchedule } from '@weft/runtime/schedule/plan-sets';
import type { StateKey } from '@weft/runtime/types/key';
import { describe, expect, it } from 'vitest';
import { accessOf, item, key, reachable } from './random.js';

const C = key(0, 'c', 0);
const D = key(0, 'd', 0);
const plan = (items: readonly PlanItem[], cell = 0n): ListedPlan => planSchedule(items, () => cell);
/** Per transaction: is its first key planned as an adder? */
const adders = (result: ListedPlan): boolean[] => result.adderRunOf.map((runs) => (runs[0] ?? -1) >= 0);
const ordered = (result: ListedPlan, before: number, after: number): boolean =>
  reachable(result)[before]?.has(after) === true;

describe('intervals', () => {
  it('an adder that may fail cuts to the range of the type, not to its own bounds', () => {
    const result = plan(
      [
        item(0, 1, { mode: 'down', key: C, amount: 2n, bound: 6n }),
        item(1, 1, { mode: 'down', key: C, amount: 5n }),
      ],
      4n,
    );
    expect(adders(result)).toEqual([false, false]);
    expect(ordered(result, 0, 1)).toBe(true);
  });

  it('two templates on one key sum their amounts and keep the highest floor', () => {
    const first = accessOf(
      { mode: 'down', key: C, amount: 5n, bound: 10n },
      { mode: 'down', key: C, amount: 10n, bound: 0n },
    );
    expect(first.keys).toMatchObject([{ mode: 'add', down: 15n, floor: 10n, up: 0n }]);
    const result = plan(
      [{ access: first, sender: C, gasLimit: 1 }, item(1, 1, { mode: 'down', key: C, amount: 5n })],
      12n,
    );
    expect(adders(result)).toEqual([false, false]);
  });

  it('a debit that a smaller debit may have preceded fits only what is surely left', () => {
    const debit = (n: number) => item(n, 1, { mode: 'down', key: C, amount: 3n });
    expect(adders(plan([debit(0), debit(1)], 6n))).toEqual([true, true]);
    expect(adders(plan([debit(0), debit(1), debit(2)], 6n))).toEqual([true, true, false]);
  });

  it.each([
    ['contract', {}],
    ['field', { field: 'c' }],
  ])('a write lock of the %s resets cells, those not met yet too', (_, field) => {
    const lock = item(0, 1, { lock: 'write', contract: 0, ...field });
    const debit = item(1, 1, { mode: 'down', key: C, amount: 3n });
    expect(adders(plan([lock, debit], 9n))).toEqual([false, false]);
    expect(adders(plan([debit, lock, debit], 9n))).toEqual([true, false, false]);
    expect(adders(plan([lock, item(1, 1, { mode: 'down', key: key(1, 'c', 0), amount: 3n })], 9n))).toEqual([
      false,
      true,
    ]);
  });

  it('a declared write of the cell resets it, a read and a read lock do not', () => {
    const debit = item(1, 1, { mode: 'down', key: C, amount: 3n });
    expect(adders(plan([item(0, 1, { mode: 'write', key: C }), debit], 9n))).toEqual([false, false]);
    expect(adders(plan([item(0, 1, { mode: 'read', key: C }), debit], 9n))).toEqual([false, true]);
    expect(adders(plan([item(0, 1, { lock: 'read', contract: 0 }), debit], 9n))).toEqual([false, true]);
  });

  it('credits to an empty cell fit: an add has a direction', () => {
    const result = plan(Array.from({ length: 12 }, (_, n) => item(n, 1, { mode: 'up', key: C, amount: 1n })));
    expect(adders(result)).toEqual(new Array(12).fill(true));
    expect(result.adderRuns).toHaveLength(1);
    expect(result.adderRuns[0]?.members).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(result.successors.items).toHaveLength(0);
  });

  it('credits near the top fit up to the ceiling and no further', () => {
    const credit = (n: number) => item(n, 1, { mode: 'up', key: C, amount: 2n });
    const top = (1n << 64n) - 1n;
    expect(adders(plan([credit(0), credit(1), credit(2)], top - 5n))).toEqual([true, true, false]);
  });

  it('S0 is asked once per cell, and only for cells that are added to or written', () => {
    const asked: StateKey[] = [];
    const items = [
      item(0, 1, { mode: 'read', key: D }, { mode: 'write', key: key(0, 'p', 0, 0) }),
      item(1, 1, { mode: 'up', key: C, amount: 1n }),
      item(2, 1, { mode: 'up', key: C, amount: 1n }),
    ];
    planSchedule(items, (cell) => {
      asked.push(cell);
      return undefined;
    });
    expect(asked).toEqual([C]);
  });
});

describe('runs', () => {
  it('a lock closes the adder runs under it, so it sees what they added', () => {
    const credit = (n: number) => item(n, 1, { mode: 'up', key: C, amount: 2n });
    const result = plan([credit(0), item(1, 1, { lock: 'read', contract: 0, field: 'c' }), credit(2)], 3n);
    expect(adders(result)).toEqual([true, false, true]);
    expect(result.adderRuns.map((run) => run.members)).toEqual([[0], [2]]);
    expect(ordered(result, 0, 1)).toBe(true);
    expect(ordered(result, 1, 2)).toBe(true);
  });

  it("a transaction's own lock is a mode on its keys: it reads what it adds to, so it writes", () => {
    const both = accessOf({ lock: 'read', contract: 0, field: 'c' }, { mode: 'up', key: C, amount: 2n });
    expect(both.keys).toMatchObject([{ mode: 'write', up: 0n }]);
    const result = plan(
      [item(0, 1, { mode: 'up', key: C, amount: 2n }), { access: both, sender: C, gasLimit: 1 }],
      3n,
    );
    expect(adders(result)).toEqual([true, false]);
    expect(ordered(result, 0, 1)).toBe(true);
  });

  it('an adder planned as a writer may still not read the cell', () => {
    const debit = item(0, 1, { mode: 'down', key: C, amount: 3n });
    expect(adders(plan([debit], 1n))).toEqual([false]);
    expect(debit.access === undefined || createEnforcer(debit.access).mayRead(C)).toBe(false);
  });

  it('readers before adders stay linear: one join node between the runs', () => {
    const readers = Array.from({ length: 500 }, (_, n) => item(n, 1, { mode: 'read', key: C }));
    const credits = Array.from({ length: 500 }, (_, n) => item(n, 1, { mode: 'up', key: C, amount: 1n }));
    const result = plan([...readers, ...credits]);
    expect(result.nodeCount).toBe(1001);
    expect(result.successors.items).toHaveLength(1000);
    expect(result.inDegrees[1000]).toBe(500);
  });

  it('readers under a read lock share with it', () => {
    const result = plan([item(0, 1, { lock: 'read', contract: 0 }), item(1, 1, { mode: 'read', key: C })]);
    expect(result.successors.items).toHaveLength(0);
  });

  it('a chain of writers needs no join nodes', () => {
    const result = plan(Array.from({ length: 5 }, (_, n) => item(n, 1, { mode: 'write', key: C })));
    expect(result.nodeCount).toBe(5);
    expect([...result.inDegrees]).toEqual([0, 1, 1, 1, 1]);
  });

  it('a transaction without access is a node without edges', () => {
    const none: PlanItem = { access: undefined, sender: C, gasLimit: 9 };
    const result = plan([item(0, 1, { mode: 'write', key: C }), none, item(2, 1, { mode: 'write', key: C })]);
    expect(result.inDegrees[1]).toBe(0);
    expect(listAt(result.successors, 1)).toHaveLength(0);
    expect(result.criticalPathGas).toBe(2);
  });
});

describe('critical path', () => {
  it('follows conflicts, not the queues around locks', () => {
    const holder = item(0, 80, { lock: 'read', contract: 0 }, { mode: 'write', key: key(0, 'q', 1, 0) });
    const reader = item(1, 50, { mode: 'read', key: D });
    expect(plan([holder, reader]).criticalPathGas).toBe(80);
  });

  it('adders that fit are side by side, one that does not waits for them', () => {
    const debit = (n: number) => item(n, 10, { mode: 'down', key: C, amount: 3n });
    expect(plan([debit(0), debit(1)], 6n).criticalPathGas).toBe(10);
    expect(plan([debit(0), debit(1), debit(2)], 6n).criticalPathGas).toBe(20);
  });

  it('past reads conflict with nothing', () => {
    const items = [item(0, 10, { mode: 'write', key: C }), item(1, 10, { mode: 'past', key: C })];
    expect(plan(items).criticalPathGas).toBe(10);
  });

  it('is cut at the largest exact number', () => {
    const long = (n: number) => item(n, Number.MAX_SAFE_INTEGER, { mode: 'write', key: C });
    expect(plan([long(0), long(1), long(2)]).criticalPathGas).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('same sender', () => {
  const dragged = (result: ListedPlan, earlier: number, later: number): boolean => {
    const raised = new Set(listAt(result.sameSender.raises, earlier));
    return listAt(result.sameSender.checks, later).some((flag) => raised.has(flag));
  };

  it('adds of one sender do not conflict, whether they fit or not', () => {
    const debit = item(0, 1, { mode: 'down', key: C, amount: 3n });
    const result = plan([debit, debit], 1n);
    expect(adders(result)).toEqual([false, false]);
    expect(dragged(result, 0, 1)).toBe(false);
    expect(conflicts(debit.access as never, debit.access as never)).toBe(false);
  });

  it('a write drags later ones of its sender along, nobody else', () => {
    const write = (n: number) => item(n, 1, { mode: 'write', key: C });
    const result = plan([write(0), write(1), write(0)]);
    expect([dragged(result, 0, 1), dragged(result, 0, 2), dragged(result, 2, 0)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('one without access conflicts with nothing', () => {
    const none: PlanItem = { ...item(0, 1), access: undefined };
    const result = plan([none, item(0, 1, { mode: 'write', key: C })]);
    expect(result.sameSender.count).toBe(0);
    expect(listAt(result.sameSender.raises, 0)).toHaveLength(0);
  });
});
