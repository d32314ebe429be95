// The working set against the specification's sentences written out naively: random operations on a few cells under
// random rules, with marks and rollbacks; and the same operations with keys planned as adders.
import type { AddRule, Enforcer } from '@weft/runtime/access/enforce';
import { cellMax, keyText, type StateKey } from '@weft/runtime/types/key';
import { decodeCell, encodeCell } from '@weft/runtime/types/value';
import { VIOLATION } from '@weft/runtime/vm/outcome';
import { WorkingSet } from '@weft/runtime/vm/working-set';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertySeed } from '../support/seed.js';
import { keyOf, named } from './support.js';

const KEYS = [0, 1, 2].map((index) => keyOf(1, named('a'), 'cell', new Uint8Array([index])));
const TOP = cellMax(1);

type Rule = { readonly mode: 'none' | 'read' | 'write' } | Extract<AddRule, { mode: 'add' }>;
interface Operation {
  readonly kind: 'get' | 'set' | 'up' | 'down' | 'mark' | 'rollback';
  readonly key: number;
  readonly amount: bigint;
  readonly bound: bigint;
}

const small = fc.bigInt({ min: 0n, max: 12n });
const rules: fc.Arbitrary<Rule> = fc.oneof(
  fc.constantFrom<Rule>({ mode: 'none' }, { mode: 'read' }, { mode: 'write' }),
  fc.record({
    mode: fc.constant('add' as const),
    up: fc.bigInt({ min: 0n, max: 30n }),
    down: fc.bigInt({ min: 0n, max: 30n }),
    floor: fc.constantFrom(0n, 3n),
    ceiling: fc.constantFrom(TOP, 40n),
  }),
);
const operations: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom('get', 'set', 'up', 'down', 'up', 'down', 'mark', 'rollback'),
  key: fc.integer({ min: 0, max: 2 }),
  amount: small,
  bound: fc.constantFrom(0n, 3n, 5n, 20n, 40n, TOP),
});
const cases = fc.record({
  base: fc.array(fc.bigInt({ min: 0n, max: 50n }), { minLength: 3, maxLength: 3 }),
  rules: fc.array(rules, { minLength: 3, maxLength: 3 }),
  steps: fc.array(operations, { maxLength: 25 }),
});

function enforcerOf(table: readonly Rule[]): Enforcer {
  const ruleOf = (text: string): Rule => table[KEYS.findIndex((key) => keyText(key) === text)]!;
  const text = (name: string | Uint8Array): string => (typeof name === 'string' ? name : keyText(name));
  return {
    mayRead: (key) => ['read', 'write'].includes(ruleOf(text(key)).mode),
    mayWrite: (key) => ruleOf(text(key)).mode === 'write',
    mayPast: () => false,
    mayCall: () => true,
    addRule: (key) => {
      const rule = ruleOf(text(key));
      return rule.mode === 'add' || rule.mode === 'write' ? (rule as AddRule) : undefined;
    },
  };
}

/** What each step gives: a number, a flag, or a violation, which ends the run; then the final cells. */
type Trace = readonly (bigint | boolean | 'violation' | undefined)[];

/** The sentences of the specification on plain objects; a mark copies everything. */
function reference(base: readonly bigint[], table: readonly Rule[], steps: readonly Operation[]): Trace {
  let now = base.map((value) => ({ value, up: 0n, down: 0n }));
  const marks: (typeof now)[] = [];
  const trace: (bigint | boolean | 'violation' | undefined)[] = [];
  for (const { kind, key, amount, bound } of steps) {
    const cell = now[key]!;
    const rule = table[key]!;
    if (kind === 'mark') marks.push(now.map((entry) => ({ ...entry })));
    else if (kind === 'rollback') now = marks.pop() ?? now;
    else if (kind === 'get')
      trace.push(rule.mode === 'read' || rule.mode === 'write' ? cell.value : 'violation');
    else if (kind === 'set') {
      trace.push(rule.mode === 'write' ? undefined : 'violation');
      if (rule.mode === 'write') cell.value = amount;
    } else trace.push(change(cell, rule, kind, amount, bound));
    if (trace.at(-1) === 'violation') return trace;
  }
  return [...trace, ...now.map(({ value }) => value)];
}

function change(
  cell: { value: bigint; up: bigint; down: bigint },
  rule: Rule,
  kind: 'up' | 'down',
  amount: bigint,
  bound: bigint,
): boolean | 'violation' {
  if (rule.mode === 'none' || rule.mode === 'read') return 'violation';
  if (amount === 0n) return true;
  if (rule.mode === 'add') {
    const tighter = kind === 'up' ? bound < rule.ceiling : bound > rule.floor;
    if (tighter || cell[kind] + amount > rule[kind]) return 'violation';
  }
  const next = kind === 'up' ? cell.value + amount : cell.value - amount;
  if (next < 0n || next > TOP || (kind === 'up' ? next > bound : next < bound)) return false;
  cell.value = next;
  cell[kind] += amount;
  return true;
}

function actual(
  base: readonly bigint[],
  table: readonly Rule[],
  steps: readonly Operation[],
  adders: ReadonlySet<number>,
): Trace {
  const stored = new Map(KEYS.map((key, index) => [keyText(key), encodeCell(1, base[index]!)]));
  const isAdder = (key: StateKey): boolean =>
    adders.has(KEYS.findIndex((other) => keyText(other) === keyText(key)));
  const read = (key: StateKey): Uint8Array | undefined => {
    expect(isAdder(key)).toBe(false);
    return stored.get(keyText(key));
  };
  const set = new WorkingSet({ read, past: read }, enforcerOf(table), isAdder, undefined);
  const marks: number[] = [];
  const trace: (bigint | boolean | 'violation' | undefined)[] = [];
  for (const { kind, key, amount, bound } of steps) {
    try {
      if (kind === 'mark') marks.push(set.mark());
      else if (kind === 'rollback') set.rollback(marks.pop() ?? set.mark());
      else if (kind === 'get') trace.push(set.readCell(KEYS[key]!));
      else if (kind === 'set') trace.push(set.writeCell(KEYS[key]!, amount) as undefined);
      else if (kind === 'up') trace.push(set.increase(KEYS[key]!, amount, bound));
      else trace.push(set.decrease(KEYS[key]!, amount, bound));
    } catch (thrown) {
      expect(thrown).toBe(VIOLATION);
      return [...trace, 'violation'];
    }
  }
  const writes = set.writes();
  const deltas = set.deltas();
  const final = KEYS.map((key, index) => {
    const written = writes.get(keyText(key));
    if (written !== undefined) return decodeCell(1, written.value);
    return base[index]! + (deltas.get(keyText(key))?.delta ?? 0n);
  });
  return [...trace, ...final];
}

test('the working set does what the specification says, undo included', () => {
  const property = fc.property(cases, ({ base, rules: table, steps }) => {
    expect(actual(base, table, steps, new Set())).toEqual(reference(base, table, steps));
  });
  fc.assert(property, { seed: propertySeed('working set'), numRuns: 3000 });
});

test('keys planned as adders give the same flags and sums without a read, where the worst case fits', () => {
  const property = fc.property(cases, ({ base, rules: table, steps }) => {
    const fits = (rule: Rule, value: bigint): boolean =>
      rule.mode === 'add' && value - rule.down >= rule.floor && value + rule.up <= rule.ceiling;
    const adders = new Set([0, 1, 2].filter((index) => fits(table[index]!, base[index]!)));
    expect(actual(base, table, steps, adders)).toEqual(reference(base, table, steps));
  });
  fc.assert(property, { seed: propertySeed('planned adders'), numRuns: 3000 });
});
