// What resolution costs: each price on its own, and what happens where a transaction cannot pay.
import { resolveAccess } from '@weft/runtime/access/resolve';
import type { AccessMethod } from '@weft/runtime/types/access';
import { GAS_SCHEDULE } from '@weft/runtime/types/gas-schedule';
import { describe, expect, it } from 'vitest';
import {
  arg,
  at,
  constant,
  each,
  filled,
  items,
  list,
  lookupOf,
  method,
  request,
  SECTION_BYTES,
  template,
  U64,
  u64,
} from './fixtures.js';

const { key, lockKeys, step, sectionByte } = GAS_SCHEDULE.access;
const section = SECTION_BYTES * sectionByte;
const gasOf = (
  methods: AccessMethod[][],
  calls: Parameters<typeof request>[0],
  extra: Parameters<typeof request>[1] = [],
) => resolveAccess(request(calls, extra), lookupOf(methods)).gas;

describe('price of resolution', () => {
  it('a call pays a step and its section, a key its price and a step for every expression', () => {
    const one = method([U64], [template('read', at('f', [arg(0)]))]);
    expect(gasOf([[method([], [])]], [{}])).toBe(step + section);
    expect(gasOf([[one]], [{ args: u64(1) }])).toBe(step + section + step + key);
    // The section is read once a transaction.
    expect(gasOf([[one]], [{ args: u64(1) }, { args: u64(2) }])).toBe(section + 2 * (2 * step + key));
  });

  it('arguments and constants pay a step for every 64 bytes they are handled in', () => {
    const long = list(U64);
    const args = items(...Array.from({ length: 32 }, (_, n) => u64(n)));
    expect(gasOf([[method([long], [])]], [{ args }])).toBe((1 + 4) * step + section);
    const every = method([long], [template('write', at('f', [each(arg(0))]))]);
    // The list once, then an element, an expression and a key each.
    expect(gasOf([[every]], [{ args }])).toBe(step * (5 + 1 + 5 + 32 * 2) + 32 * key + section);
  });

  it('locks count as 64 keys, what is written by hand twice', () => {
    const lock = method([], [{ kind: 'contract', mode: 'read' }]);
    expect(gasOf([[lock]], [{}])).toBe(step + section + lockKeys * key);
    const hand = { kind: 'contract', mode: 'read', contract: filled(1) } as const;
    expect(gasOf([[method([], [])]], [{}], [hand])).toBe(step + section + 2 * lockKeys * key);
  });

  it('a callee pays for being looked up, and for its section', () => {
    const outer = method([], [{ kind: 'call', contract: constant(filled(2)), selector: 7, args: [] }]);
    const alone = gasOf([[method([], [])]], [{}]);
    const both = gasOf([[outer], [method([], [])]], [{}]);
    // A step for the contract's expression, one for the empty arguments.
    expect(both).toBe(2 * alone + 2 * step + key);
  });

  it('whoever cannot pay has no access set and pays what there was; the exact price is enough', () => {
    const methods = [[method([list(U64)], [template('write', at('f', [each(arg(0))]))])]];
    const asked = request([{ args: items(u64(1), u64(2), u64(3)) }]);
    const lookup = lookupOf(methods);
    const { gas } = resolveAccess(asked, lookup);
    for (const less of [0, 1, step, section, gas - key, gas - 1]) {
      const resolution = resolveAccess(asked, lookup, less);
      expect(resolution).toMatchObject({ access: undefined, gas: less, refusal: { code: 'ACCESS_GAS' } });
    }
    expect(resolveAccess(asked, lookup, gas)).toMatchObject({ gas, refusal: undefined });
    expect(resolveAccess(asked, lookup, gas + 1).gas).toBe(gas);
  });

  it('a refusal costs what was done before it', () => {
    const methods = [
      [method([U64], [template('read', at('f', [arg(0)])), template('read', at('f', [arg(1)]))])],
    ];
    const { gas, refusal } = resolveAccess(request([{ args: u64(1) }]), lookupOf(methods));
    expect(refusal?.code).toBe('ACCESS_EXPRESSION');
    expect(gas).toBe(step + section + step + key + step);
  });
});
