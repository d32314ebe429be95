// Why transactions wait: every reason on its own, and random blocks against the pairwise definition and the plan.
import { explainPlan } from '@weft/runtime/schedule/explain';
import { type PlanItem, planSchedule } from '@weft/runtime/schedule/plan-sets';
import type { WaitReason } from '@weft/runtime/types/explain-record';
import { describe, expect, it } from 'vitest';
import {
  type Declared,
  item,
  key,
  naiveFits,
  plannedConflict,
  randomItems,
  randomNumbers,
  testSeed,
} from './random.js';

const C = key(0, 'c', 0);
const explain = (items: readonly PlanItem[], cell = 0n) => {
  const fits = naiveFits(items, () => cell);
  return explainPlan(
    items,
    (t, i) => fits[t]?.[i] === true,
    () => cell,
  );
};
const up: Declared = { mode: 'up', key: C, amount: 2n };
const down: Declared = { mode: 'down', key: C, amount: 3n };
const read: Declared = { mode: 'read', key: C };
const write: Declared = { mode: 'write', key: C };
const fieldLock = (lock: 'read' | 'write'): Declared => ({ lock, contract: 0, field: 'c' });
const contractLock = (lock: 'read' | 'write'): Declared => ({ lock, contract: 0 });

describe('reasons', () => {
  it.each<readonly [WaitReason, Declared, Declared]>([
    ['WAIT_READ_AFTER_WRITE', write, read],
    ['WAIT_READ_AFTER_ADD', up, read],
    ['WAIT_ADD_AFTER_READ', read, up],
    ['WAIT_ADD_AFTER_WRITE', write, up],
    ['WAIT_WRITE_AFTER_READ', read, write],
    ['WAIT_WRITE_AFTER_ADD', up, write],
    ['WAIT_WRITE_AFTER_WRITE', write, write],
    ['WAIT_ADD_BOUNDS', down, down],
    ['WAIT_FIELD_LOCK', fieldLock('read'), up],
    ['WAIT_FIELD_LOCK', read, fieldLock('write')],
    ['WAIT_CONTRACT_LOCK', fieldLock('read'), contractLock('write')],
    ['WAIT_CONTRACT_LOCK', contractLock('read'), write],
  ])('%s', (reason, first, second) => {
    const { transactions, criticalPath, criticalPathGas } = explain(
      [item(0, 10, first), item(1, 5, second)],
      4n,
    );
    expect(transactions[1]?.waits).toMatchObject([{ reason, after: 0, behind: 1, gas: 10 }]);
    expect({ criticalPath, criticalPathGas }).toEqual({ criticalPath: [0, 1], criticalPathGas: 15 });
  });

  it.each([
    ['readers', read, read],
    ['adders that fit', up, up],
    ['read locks and readers', fieldLock('read'), read],
    ['a past read beside a writer', write, { mode: 'past', key: C } as Declared],
    ['keys under one field', write, { mode: 'write', key: key(0, 'c', 1) } as Declared],
  ])('%s wait for nobody', (_, first, second) => {
    const { transactions } = explain([item(0, 10, first), item(1, 5, second)]);
    expect(transactions.map((one) => one?.waits)).toEqual([[], []]);
  });

  it('an add that does not fit says what was known of its cell', () => {
    const { transactions } = explain([item(0, 1, down), item(1, 1, up), item(2, 1, down)], 4n);
    const [use] = transactions[2]?.uses ?? [];
    expect(use).toMatchObject({
      mode: 'unfit',
      unfit: { initial: '4', unknown: false, earlierUp: '2', earlierDown: '3', down: '3', floor: '0' },
    });
    const locked = explain([item(0, 1, fieldLock('write')), item(1, 1, down)], 9n);
    expect(locked.transactions[1]?.uses[0]?.unfit).toMatchObject({ initial: '9', unknown: true });
  });

  it('the longest chain stands first, and who is behind whom is counted once', () => {
    const D = key(0, 'd', 0);
    const items = [
      item(0, 10, write),
      item(1, 90, { mode: 'write', key: D }),
      item(2, 10, write),
      item(3, 1, write, { mode: 'read', key: D }),
    ];
    expect(explain(items).transactions[3]?.waits).toMatchObject([
      { after: 1, gas: 90, behind: 1 },
      { after: 2, gas: 20, behind: 2 },
    ]);
  });
});

describe('random blocks', () => {
  const BLOCKS = 1500;

  it('waits are the conflicts of the pairwise definition, and their chains the plan’s critical path', () => {
    const first = testSeed('explain');
    for (let seed = first; seed < first + BLOCKS; seed++) {
      const random = randomNumbers(seed);
      const cell = BigInt(Math.floor(random() * 12));
      const items = randomItems(random, 0.3);
      const fits = naiveFits(items, () => cell);
      const { transactions, criticalPath, criticalPathGas } = explain(items, cell);
      expect(criticalPathGas, `seed ${seed}`).toBe(planSchedule(items, () => cell).criticalPathGas);
      expect(criticalPath.reduce((sum, t) => sum + (items[t]?.gasLimit ?? 0), 0)).toBe(criticalPathGas);
      transactions.forEach((one, t) => {
        if (one === undefined) return;
        const earlier = items.flatMap((_, e) => (e < t && plannedConflict(items, fits, e, t) ? [e] : []));
        const longest = Math.max(0, ...earlier.map((e) => transactions[e]?.chainGas ?? 0));
        expect(one.waits[0]?.gas ?? 0, `seed ${seed}: ${t}`).toBe(longest);
        for (const { after, behind } of one.waits) {
          expect(earlier, `seed ${seed}: ${t}`).toContain(after);
          expect(behind, `seed ${seed}: ${t}`).toBeLessThanOrEqual(earlier.length);
        }
      });
    }
  });
});
