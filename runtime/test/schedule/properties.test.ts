// Random blocks: the plan against definitions stated pair by pair, and a run of the plan against the order it stands for.
import { conflicts } from '@weft/runtime/access/conflicts';
import { listAt } from '@weft/runtime/schedule/index-lists';
import { type ListedPlan, type PlanItem, planSchedule } from '@weft/runtime/schedule/plan-sets';
import { keyText } from '@weft/runtime/types/key';
import { describe, expect, it } from 'vitest';
import {
  item,
  key,
  naiveConflict,
  naiveFits,
  plannedConflict,
  randomItems,
  randomNumbers,
  reachable,
  testSeed,
} from './random.js';

const BLOCKS = 1500;

function eachBlock(
  name: string,
  locks: number,
  check: (items: PlanItem[], cell: bigint, seed: number) => void,
): void {
  const first = testSeed(name);
  for (let seed = first; seed < first + BLOCKS; seed++) {
    const random = randomNumbers(seed);
    const near = BigInt(Math.floor(random() * 12));
    const cell = random() < 0.85 ? near : (1n << 64n) - 1n - near;
    check(randomItems(random, locks), cell, seed);
  }
}

const pairs = (items: readonly PlanItem[]): [number, number][] =>
  items.flatMap((_, later) => items.slice(0, later).map((_, earlier): [number, number] => [earlier, later]));
const fitsOf = (plan: ListedPlan): boolean[][] =>
  plan.adderRunOf.map((runs) => [...runs].map((run) => run >= 0));

describe('random blocks', () => {
  it('intervals, critical path and same-sender flags equal their plain definitions', () => {
    eachBlock('definitions', 0.25, (items, cell, seed) => {
      const plan = planSchedule(items, () => cell);
      const fits = naiveFits(items, () => cell);
      expect(fitsOf(plan), `seed ${seed}`).toEqual(fits);
      const chains: number[] = [];
      items.forEach(({ access, gasLimit }, t) => {
        const before = items.map((_, e) =>
          e < t && plannedConflict(items, fits, e, t) ? (chains[e] ?? 0) : 0,
        );
        chains.push(access === undefined ? 0 : gasLimit + Math.max(0, ...before));
      });
      expect(plan.criticalPathGas, `seed ${seed}`).toBe(Math.max(0, ...chains));
      for (const [a, b] of pairs(items)) {
        const [left, right] = [items[a]?.access, items[b]?.access];
        if (left === undefined || right === undefined) continue;
        const expected = naiveConflict(left, right);
        expect(conflicts(left, right), `seed ${seed}: ${a} ${b}`).toBe(expected);
        const raised = new Set(listAt(plan.sameSender.raises, a));
        const flagged = listAt(plan.sameSender.checks, b).some((flag) => raised.has(flag));
        const same = keyText(items[a]?.sender as Uint8Array) === keyText(items[b]?.sender as Uint8Array);
        expect(flagged, `seed ${seed}: ${a} ${b}`).toBe(same && expected);
      }
    });
  });

  it('every conflicting pair is ordered by a path', () => {
    eachBlock('paths', 0.3, (items, cell, seed) => {
      const plan = planSchedule(items, () => cell);
      const paths = reachable(plan);
      for (const [a, b] of pairs(items)) {
        if (plannedConflict(items, fitsOf(plan), a, b))
          expect(paths[a]?.has(b), `seed ${seed}: ${a} ${b}`).toBe(true);
        expect(paths[b]?.has(a), `seed ${seed}: ${a} ${b}`).toBe(false);
      }
    });
  });

  it('without locks nothing else is ordered: a path is a chain of conflicts', () => {
    eachBlock('exact', 0, (items, cell, seed) => {
      const plan = planSchedule(items, () => cell);
      const fits = fitsOf(plan);
      const paths = reachable(plan);
      const chained: Set<number>[] = items.map(() => new Set());
      items.forEach((_, t) => {
        for (let e = t - 1; e >= 0; e--) {
          if (!plannedConflict(items, fits, e, t)) continue;
          chained[t]?.add(e);
          for (const further of chained[e] ?? []) chained[t]?.add(further);
        }
      });
      for (const [a, b] of pairs(items))
        expect(paths[a]?.has(b), `seed ${seed}: ${a} ${b}`).toBe(chained[b]?.has(a));
    });
  });

  it('edges stay within six a declared key and two levels a lock', () => {
    eachBlock('edges', 0.3, (items, cell) => {
      const plan = planSchedule(items, () => cell);
      const accesses = items.reduce(
        (sum, { access }) => sum + (access?.keys.length ?? 0) * 3 + (access?.locks.length ?? 0) * 2,
        0,
      );
      expect(plan.successors.items.length).toBeLessThanOrEqual(2 * accesses);
      expect([...plan.inDegrees].reduce((sum, degree) => sum + degree, 0)).toBe(plan.successors.items.length);
    });
  });
});

describe('growth', () => {
  it('edges and nodes grow with the block, not with its square', () => {
    const shape = (size: number) => {
      const items = Array.from({ length: size }, (_, t) => {
        const hot = key(0, 'c', 0);
        const own = key(0, 'd', t % 200);
        if (t % 97 === 0) return item(t % 50, 1, { lock: t % 2 ? 'read' : 'write', contract: 0, field: 'd' });
        const mode = t % 400 < 200 ? 'read' : 'up';
        return mode === 'read'
          ? item(t % 50, 1, { mode, key: hot }, { mode: 'write', key: own })
          : item(t % 50, 1, { mode, key: hot, amount: 1n }, { mode: 'down', key: own, amount: 1n });
      });
      const plan = planSchedule(items, () => 1_000_000n);
      return plan.successors.items.length + plan.nodeCount + plan.sameSender.raises.items.length;
    };
    const [small, large] = [shape(2000), shape(8000)];
    expect(large / small).toBeGreaterThan(3.5);
    expect(large / small).toBeLessThan(4.5);
  });
});

describe('intervals against brute force', () => {
  it('an add is planned as an adder exactly when nothing earlier adders may do can make it fail', () => {
    const first = testSeed('brute force');
    for (let seed = first; seed < first + 3000; seed++) {
      const random = randomNumbers(seed);
      const small = (n: number): bigint => BigInt(Math.floor(random() * n));
      const start = small(10);
      // Own bounds are drawn for soundness; exactness holds only where no earlier adder has one.
      const bounded = random() < 0.5;
      const items = Array.from({ length: 2 + Math.floor(random() * 4) }, (_, t) => {
        const down = small(5);
        const floor = bounded ? { bound: small(8) } : {};
        const credit = random() < 0.4 ? [{ mode: 'up' as const, key: key(0, 'c', 0), amount: small(4) }] : [];
        return {
          down,
          up: credit[0]?.amount ?? 0n,
          floor: floor.bound ?? 0n,
          plan: item(t, 1, { mode: 'down', key: key(0, 'c', 0), amount: down, ...floor }, ...credit),
        };
      });
      const verdicts = fitsOf(
        planSchedule(
          items.map((one) => one.plan),
          () => start,
        ),
      );
      let values = new Set([start]);
      items.forEach(({ down, up, floor }, t) => {
        const failing = down > 0n && [...values].some((value) => value - down < floor);
        if (verdicts[t]?.[0] === true) expect(failing, `seed ${seed}: ${t}`).toBe(false);
        else if (!bounded) expect(failing, `seed ${seed}: ${t}`).toBe(true);
        values = new Set([...values].flatMap((value) => outcomes(value, down, up, floor)));
      });
    }
  });

  /** Every value a transaction may leave: any part of its amounts, in any order, refused below its floor. */
  function outcomes(value: bigint, down: bigint, up: bigint, floor: bigint): bigint[] {
    const found = new Map<string, [bigint, bigint, bigint]>();
    const queue: [bigint, bigint, bigint][] = [[value, down, up]];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (found.has(next.join())) continue;
      found.set(next.join(), next);
      const [v, d, u] = next;
      if (d > 0n && v - 1n >= floor) queue.push([v - 1n, d - 1n, u]);
      if (u > 0n) queue.push([v + 1n, d, u - 1n]);
    }
    return [...found.values()].map(([v]) => v);
  }
});
