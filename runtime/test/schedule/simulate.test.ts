// A tiny executor over the plan, in random orders, against the block order it stands for: what every transaction
// sees and what is left must be the same. No VM: programs are drawn from what each transaction declares.
import { indexAccess, lockOf } from '@weft/runtime/access/access-index';
import { listAt } from '@weft/runtime/schedule/index-lists';
import { type ListedPlan, type PlanItem, planSchedule } from '@weft/runtime/schedule/plan-sets';
import { cellMax, keyKind, keyText } from '@weft/runtime/types/key';
import { describe, expect, it } from 'vitest';
import { key, randomItems, randomNumbers, testSeed } from './random.js';

const UNIVERSE = [0, 1].flatMap((n) =>
  [0, 1, 2].flatMap((component) => [
    key(n, 'c', component),
    key(n, 'd', component),
    key(n, 'p', component, 0),
  ]),
);

type Values = Map<string, bigint>;
interface Run {
  /** What the transaction saw, as one text. */
  readonly seen: string;
  readonly deltas: ReadonlyMap<string, bigint>;
}

/** Runs one transaction: the same draws whatever the order, so differences come from what it sees. */
function runOne(item: PlanItem, seed: number, values: Values, isAdder: (index: number) => boolean): Run {
  const random = randomNumbers(seed);
  const seen: (bigint | boolean)[] = [];
  const deltas = new Map<string, bigint>();
  const { access } = item;
  const read = (text: string): bigint => values.get(text) ?? 0n;
  access?.keys.forEach((entry, i) => {
    const text = keyText(entry.key);
    if (entry.mode !== 'add') seen.push(read(text));
    if (entry.mode === 'write') values.set(text, (read(text) * 3n + BigInt(Math.floor(random() * 16))) % 16n);
    if (entry.mode !== 'add') return;
    let [up, down] = [entry.up, entry.down];
    for (let attempt = 0; attempt < 4; attempt++) {
      const sign = random() < 0.5 ? 1n : -1n;
      const left = sign > 0n ? up : down;
      const amount = random() < 0.4 ? left : BigInt(Math.floor(random() * (Number(left) + 1)));
      if (amount === 0n) continue;
      if (isAdder(i)) deltas.set(text, (deltas.get(text) ?? 0n) + sign * amount);
      const after = read(text) + sign * amount;
      const done = isAdder(i) || (sign > 0n ? after <= entry.ceiling : after >= entry.floor);
      seen.push(done);
      if (!done) continue;
      if (!isAdder(i)) values.set(text, after);
      if (sign > 0n) up -= amount;
      else down -= amount;
    }
  });
  if (access !== undefined && access.locks.length > 0) {
    for (const under of UNIVERSE) {
      const lock = lockOf(indexAccess(access), keyText(under));
      if (lock === undefined) continue;
      seen.push(read(keyText(under)));
      const next = BigInt(Math.floor(random() * 12));
      if (lock === 'write' && random() < 0.5) values.set(keyText(under), next);
    }
  }
  return { seen: seen.join(' '), deltas };
}

/** Runs the plan in a random order that respects its edges; the last to leave an adder run merges it. */
function runPlan(
  items: readonly PlanItem[],
  plan: ListedPlan,
  seed: number,
  values: Values,
  order: () => number,
): string[] {
  const seen: string[] = items.map(() => '');
  const degrees = plan.inDegrees.slice();
  const left = plan.adderRuns.map((run) => run.members.length);
  const sums = plan.adderRuns.map(() => 0n);
  const ready = [...degrees.keys()].filter((node) => degrees[node] === 0);
  while (ready.length > 0) {
    const [node] = ready.splice(Math.floor(order() * ready.length), 1) as [number];
    const item = items[node];
    if (item !== undefined) {
      const runs = plan.adderRunOf[node] ?? new Int32Array(0);
      const result = runOne(item, seed + node, values, (index) => (runs[index] ?? -1) >= 0);
      seen[node] = result.seen;
      for (const run of runs) {
        if (run < 0) continue;
        const text = keyText(plan.adderRuns[run]?.key as Uint8Array);
        sums[run] = (sums[run] ?? 0n) + (result.deltas.get(text) ?? 0n);
        left[run] = (left[run] ?? 0) - 1;
        if (left[run] === 0) values.set(text, (values.get(text) ?? 0n) + (sums[run] ?? 0n));
      }
    }
    for (const next of listAt(plan.successors, node)) {
      degrees[next] = (degrees[next] ?? 0) - 1;
      if (degrees[next] === 0) ready.push(next);
    }
  }
  expect(degrees.every((degree) => degree === 0)).toBe(true);
  return seen;
}

describe('a run of the plan', () => {
  it.each([
    ['few locks', 0.05],
    ['many locks', 0.5],
  ])('shows every transaction what block order shows it: %s', (name, locks) => {
    const first = testSeed(name);
    let adders = 0;
    for (let seed = first; seed < first + 2500; seed++) {
      const random = randomNumbers(seed);
      const initial: Values = new Map(
        UNIVERSE.map((under) => [keyText(under), BigInt(Math.floor(random() * 16))]),
      );
      const items = randomItems(random, locks);
      const plan = planSchedule(items, (cell) => initial.get(keyText(cell)));
      adders += plan.adderRuns.filter((run) => run.members.length > 1).length;
      const expectedValues = new Map(initial);
      const expected = items.map((item, t) => runOne(item, seed + t, expectedValues, () => false).seen);
      for (let shuffle = 0; shuffle < 2; shuffle++) {
        const values = new Map(initial);
        expect(runPlan(items, plan, seed, values, random), `seed ${seed}`).toEqual(expected);
        expect(values, `seed ${seed}`).toEqual(expectedValues);
        for (const under of UNIVERSE) {
          const value = values.get(keyText(under)) ?? 0n;
          if (keyKind(under) !== 0) expect(value >= 0n && value <= cellMax(keyKind(under))).toBe(true);
        }
      }
    }
    expect(adders).toBeGreaterThan(100);
  });
});
