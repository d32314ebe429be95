// Random access sets over few contracts, fields and keys, and the naive readings the fast ones are compared with.
import { AccessBuilder } from '@weft/runtime/access/access-builder';
import { listAt } from '@weft/runtime/schedule/index-lists';
import type { Plan } from '@weft/runtime/schedule/plan';
import type { PlanItem } from '@weft/runtime/schedule/plan-sets';
import type { AccessSet } from '@weft/runtime/types/access';
import type { Address } from '@weft/runtime/types/address';
import { cellMax, encodeStateKey, fieldId, type KeyKind, keyKind, keyText } from '@weft/runtime/types/key';

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run: SEED, or the clock; printed so that a failure can be repeated. */
export function testSeed(name: string): number {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
  console.log(`${name}: SEED=${seed}`);
  return seed;
}

export const contract = (n: number): Address => new Uint8Array(32).fill(n + 1) as Address;
export const key = (n: number, field: string, component: number, kind: KeyKind = 1) =>
  encodeStateKey(kind, contract(n), fieldId(field), [new Uint8Array([component])]);

/** One declared access, as a line of a test. */
export type Declared =
  | { readonly mode: 'read' | 'write' | 'past'; readonly key: ReturnType<typeof key> }
  | {
      readonly mode: 'up' | 'down';
      readonly key: ReturnType<typeof key>;
      readonly amount: bigint;
      readonly bound?: bigint;
    }
  | { readonly lock: 'read' | 'write'; readonly contract: number; readonly field?: string };

export function accessOf(...declared: readonly Declared[]): AccessSet {
  const builder = new AccessBuilder();
  for (const line of declared) {
    if ('lock' in line) {
      builder.lock(
        contract(line.contract),
        line.field === undefined ? undefined : fieldId(line.field),
        line.lock,
      );
    } else if (line.mode === 'up' || line.mode === 'down') {
      builder.add(line.key, { direction: line.mode, amount: line.amount, bound: line.bound });
    } else builder.key(line.key, line.mode);
  }
  return builder.finish();
}

export const item = (sender: number, gasLimit: number, ...declared: readonly Declared[]): PlanItem => ({
  access: accessOf(...declared),
  sender: contract(100 + sender),
  gasLimit,
});

/** A block of random items; `locks` is the chance of a lock per transaction. */
export function randomItems(random: () => number, locks: number): PlanItem[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const hot = random() < 0.4;
  const one = (): Declared => {
    const n = pick(hot ? [0] : [0, 1]);
    const plain = random() < 0.2;
    const at = key(n, plain ? 'p' : pick(['c', 'd']), hot ? 0 : pick([0, 1, 2]), plain ? 0 : 1);
    const mode = plain
      ? pick(['read', 'write', 'past'] as const)
      : pick(['read', 'write', 'past', 'up', 'up', 'down', 'down'] as const);
    if (mode !== 'up' && mode !== 'down') return { mode, key: at };
    const bound = random() < 0.7 ? {} : { bound: BigInt(pick(mode === 'up' ? [8, 12, 15] : [0, 2, 6])) };
    return { mode, key: at, amount: BigInt(pick([0, 1, 2, 3, 5])), ...bound };
  };
  const lock = (): Declared => {
    const field = random() < 0.3 ? {} : { field: pick(['c', 'd', 'p']) };
    return { lock: pick(['read', 'write'] as const), contract: pick([0, 1]), ...field };
  };
  return Array.from({ length: 2 + Math.floor(random() * 9) }, () => {
    if (random() < 0.05) return { access: undefined, sender: contract(pick([100, 101, 102])), gasLimit: 1 };
    const declared = Array.from({ length: 1 + Math.floor(random() * 3) }, one);
    if (random() < locks) declared.push(lock());
    return item(pick([0, 1, 2]), pick([15, 30, 50, 80]), ...declared);
  });
}

const clash = (a: string, b: string): boolean => a !== b || a === 'write';

/** The definition: joined modes, locks over keys and over each other, pair by pair. */
export function naiveConflict(a: AccessSet, b: AccessSet): boolean {
  const over = (lock: AccessSet['locks'][number], text: string): boolean => {
    const name = String.fromCharCode(...lock.contract, ...(lock.field ?? []));
    return text.startsWith(name, 1);
  };
  const lockName = (lock: AccessSet['locks'][number]): string =>
    String.fromCharCode(0, ...lock.contract, ...(lock.field ?? []));
  const oneWay = (x: AccessSet, y: AccessSet): boolean =>
    y.locks.some(
      (lock) =>
        x.keys.some((entry) => over(lock, keyText(entry.key)) && clash(entry.mode, lock.mode)) ||
        x.locks.some((other) => over(lock, lockName(other)) && clash(other.mode, lock.mode)),
    );
  const sameKey = a.keys.some((x) =>
    b.keys.some((y) => keyText(x.key) === keyText(y.key) && clash(x.mode, y.mode)),
  );
  return sameKey || oneWay(a, b) || oneWay(b, a);
}

/** Whether key i of transaction t is planned as an adder, by intervals kept the plain way. */
export function naiveFits(items: readonly PlanItem[], initial: (text: string) => bigint): boolean[][] {
  const intervals = new Map<string, [bigint, bigint]>();
  const written: string[] = [];
  return items.map(({ access }) => {
    const verdicts = (access?.keys ?? []).map((entry) => {
      const text = keyText(entry.key);
      if (keyKind(entry.key) === 0) return false;
      const max = cellMax(keyKind(entry.key));
      const fresh = written.some((name) => text.startsWith(name, 1));
      const value = initial(text);
      const [low, high] = intervals.get(text) ?? (fresh ? [0n, max] : [value, value]);
      if (entry.mode === 'write') intervals.set(text, [0n, max]);
      if (entry.mode !== 'add') return false;
      const down = low - entry.down;
      const up = high + entry.up;
      intervals.set(text, [down < 0n ? 0n : down, up]);
      if (up > max) intervals.set(text, [down < 0n ? 0n : down, max]);
      return (entry.down === 0n || down >= entry.floor) && (entry.up === 0n || up <= entry.ceiling);
    });
    for (const lock of access?.locks ?? []) {
      if (lock.mode === 'read') continue;
      const name = String.fromCharCode(...lock.contract, ...(lock.field ?? []));
      written.push(name);
      for (const text of intervals.keys()) {
        if (text.startsWith(name, 1)) intervals.set(text, [0n, cellMax(text.charCodeAt(0) as KeyKind)]);
      }
    }
    return verdicts;
  });
}

/** Conflict as the critical path sees it: an add that does not fit is a write. */
export function plannedConflict(
  items: readonly PlanItem[],
  fits: readonly boolean[][],
  a: number,
  b: number,
): boolean {
  const seen = (t: number): AccessSet | undefined => {
    const access = items[t]?.access;
    if (access === undefined) return undefined;
    const keys = access.keys.map((entry, i) =>
      entry.mode === 'add' && fits[t]?.[i] === false ? { ...entry, mode: 'write' as const } : entry,
    );
    return { ...access, keys };
  };
  const left = seen(a);
  const right = seen(b);
  return left !== undefined && right !== undefined && naiveConflict(left, right);
}

/** reach[a] has b when a path leads from a to b; node numbers include join nodes. */
export function reachable(plan: Plan): Set<number>[] {
  const memo: Set<number>[] = [];
  const visit = (node: number): Set<number> => {
    const known = memo[node];
    if (known !== undefined) return known;
    const found = new Set<number>();
    memo[node] = found;
    for (const next of listAt(plan.successors, node)) {
      found.add(next);
      for (const further of visit(next)) found.add(further);
    }
    return found;
  };
  for (let node = 0; node < plan.nodeCount; node++) visit(node);
  return memo;
}
