// The working set against the specification's sentences written out naively: random operations on a few cells under
// random rules, with marks and rollbacks; and the same operations with keys planned as adders.
import type { AddRule, Enforcer } from '@weft/runtime/access/enforce';
import { keyText, type StateKey } from '@weft/runtime/types/key';
import { decodeCell, encodeCell } from '@weft/runtime/types/value';
import { VIOLATION } from '@weft/runtime/vm/outcome';
import { WorkingSet } from '@weft/runtime/vm/working-set';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertySeed } from '../support/seed.js';
import { cases, KEYS, type Operation, type Rule, reference, type Trace } from './cell-steps.js';

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
