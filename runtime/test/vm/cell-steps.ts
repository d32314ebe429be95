// Operations on a few cells under random rules, and the specification's sentences about them written out naively: what
// both makers of a transaction's state are held against.
import type { AddRule } from '@weft/runtime/access/enforce';
import { cellMax } from '@weft/runtime/types/key';
import fc from 'fast-check';
import { keyOf, named } from './support.js';

export const KEYS = [0, 1, 2].map((index) => keyOf(1, named('a'), 'cell', new Uint8Array([index])));
export const TOP = cellMax(1);

export type Rule = { readonly mode: 'none' | 'read' | 'write' } | Extract<AddRule, { mode: 'add' }>;
export interface Operation {
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
export const cases = fc.record({
  base: fc.array(fc.bigInt({ min: 0n, max: 50n }), { minLength: 3, maxLength: 3 }),
  rules: fc.array(rules, { minLength: 3, maxLength: 3 }),
  steps: fc.array(operations, { maxLength: 25 }),
});

/** What each step gives: a number, a flag, or a violation, which ends the run; then the final cells. */
export type Trace = readonly (bigint | boolean | 'violation' | undefined)[];

/** The sentences of the specification on plain objects; a mark copies everything. */
export function reference(
  base: readonly bigint[],
  table: readonly Rule[],
  steps: readonly Operation[],
): Trace {
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
