// What a run did beyond its access set, turned into extra access: nothing for what is covered, and just enough else.
import { missingAccess, unreachedContracts } from '@weft/runtime/access/missing';
import type { AccessSet, KeyAccess } from '@weft/runtime/types/access';
import type { Address } from '@weft/runtime/types/address';
import { cellMax, encodeStateKey, fieldId, type StateKey } from '@weft/runtime/types/key';
import type { ObservedAccess } from '@weft/runtime/types/run-notes';
import { describe, expect, it } from 'vitest';

const contract = new Uint8Array(32).fill(7) as Address;
const other = new Uint8Array(32).fill(8) as Address;
const plain = encodeStateKey(0, contract, fieldId('plain'), []);
const cell = encodeStateKey(2, contract, fieldId('cell'), []);
const MAX = cellMax(2);

function accessOf(...keys: readonly (Partial<KeyAccess> & { readonly key: StateKey })[]): AccessSet {
  const base = { mode: 'read', up: 0n, down: 0n, floor: 0n, ceiling: MAX, extra: false } as const;
  return {
    keys: keys.map((key) => ({ ...base, ...key })),
    locks: [],
    past: [],
    contracts: [{ address: contract, codeHash: new Uint8Array(32) }],
    keyCount: keys.length,
    deployBytes: 0,
  };
}
const seen = (key: StateKey, what: Partial<ObservedAccess>): ObservedAccess => ({
  key,
  reads: false,
  writes: false,
  adds: false,
  past: false,
  up: 0n,
  down: 0n,
  floor: 0n,
  ceiling: undefined,
  ...what,
});

describe('missing access', () => {
  it('is empty for what is declared', () => {
    const access = accessOf(
      { key: plain, mode: 'write' },
      { key: cell, mode: 'add', up: 5n, down: 5n, floor: 2n, ceiling: 90n },
    );
    const run = [
      seen(plain, { reads: true, writes: true }),
      seen(cell, { adds: true, up: 5n, down: 4n, floor: 2n, ceiling: 90n }),
    ];
    expect(missingAccess(access, run)).toEqual([]);
  });

  it('names undeclared reads, writes and pasts', () => {
    expect(missingAccess(accessOf(), [seen(plain, { reads: true, past: true })])).toEqual([
      { kind: 'key', mode: 'past', key: plain },
      { kind: 'key', mode: 'read', key: plain },
    ]);
    expect(missingAccess(accessOf({ key: plain }), [seen(plain, { reads: true, writes: true })])).toEqual([
      { kind: 'key', mode: 'write', key: plain },
    ]);
  });

  it('adds what an amount lacks, and bounds tighter than the declared ones', () => {
    const access = accessOf({ key: cell, mode: 'add', up: 5n, down: 5n });
    expect(missingAccess(access, [seen(cell, { adds: true, up: 8n })])).toEqual([
      { kind: 'key', mode: 'add', key: cell, direction: 'up', amount: 3n, bound: MAX },
    ]);
    expect(missingAccess(access, [seen(cell, { adds: true, down: 5n, floor: 1n })])).toEqual([
      { kind: 'key', mode: 'add', key: cell, direction: 'down', amount: 0n, bound: 1n },
    ]);
  });

  it('an add of an undeclared cell names both directions it took', () => {
    const found = missingAccess(accessOf(), [seen(cell, { adds: true, up: 1n, down: 2n, floor: 3n })]);
    expect(found.map((one) => one.kind === 'key' && [one.direction, one.amount, one.bound])).toEqual([
      ['up', 1n, MAX],
      ['down', 2n, 3n],
    ]);
  });

  it('leaves out keys of contracts nothing reaches, and tells those', () => {
    const foreign = encodeStateKey(0, other, fieldId('plain'), []);
    expect(missingAccess(accessOf(), [seen(foreign, { writes: true })])).toEqual([]);
    expect(unreachedContracts(accessOf(), [contract, other])).toEqual([other]);
  });
});
