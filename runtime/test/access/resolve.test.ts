// Templates to keys: expressions, lists, pointers, joins, callees, value, extra access, limits.

import { explainAccess, resolveAccess } from '@weft/runtime/access/resolve';
import { concatBytes, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import type { AccessTemplate, Expression, ExtraAccess } from '@weft/runtime/types/access';
import { cellMax, encodeStateKey, fieldId } from '@weft/runtime/types/key';
import { balanceKey } from '@weft/runtime/types/system';
import { encodeBytesValue, encodeCell } from '@weft/runtime/types/value';
import { describe, expect, it } from 'vitest';
import {
  ADDRESS,
  added,
  arg,
  at,
  bytes,
  codeHashOf,
  constant,
  each,
  filled,
  items,
  list,
  lookupOf,
  method,
  mode,
  modes,
  request,
  resolveOne,
  SENDER,
  stateKey,
  struct,
  template,
  U64,
  U128,
  u64,
  u128,
} from './fixtures.js';

const code = (run: () => unknown): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};
const up = (
  key: AccessTemplate & { kind: 'key' },
  amount?: Expression,
  bound?: Expression,
): AccessTemplate => ({
  ...key,
  mode: 'add',
  direction: 'up',
  ...(amount ? { amount } : {}),
  ...(bound ? { bound } : {}),
});
const key = (field: string, components: Expression[], kind: 0 | 1 | 2 | 3 = 1) =>
  template('read', at(field, components, kind)) as AccessTemplate & { kind: 'key' };

describe('expressions', () => {
  it('arguments, struct fields and constants become components', () => {
    const access = resolveOne(
      [struct(U64, ADDRESS), U64],
      [template('read', at('f', [arg(0, 1), arg(1), constant(utf8('x'))]))],
      [u64(5), filled(9), u64(6)],
    );
    expect(modes(access)).toEqual([mode('read', stateKey(1, 'f', [filled(9), u64(6), utf8('x')]))]);
  });

  it('sender, caller, self and value come from the call', () => {
    const parts: Expression[] = [{ kind: 'sender' }, { kind: 'caller' }, { kind: 'self' }, { kind: 'value' }];
    const inner = method([], [template('read', at('f', parts))]);
    const outer = method(
      [],
      [{ kind: 'call', contract: constant(filled(2)), selector: 7, args: [], value: constant(u128(3n)) }],
    );
    const access = explainAccess(request([{}]), lookupOf([[outer], [inner]]));
    expect(modes(access)).toContain(mode('read', stateKey(2, 'f', [SENDER, filled(1), filled(2), u128(3n)])));
    expect(access.contracts).toEqual([
      { address: filled(1), codeHash: codeHashOf(1) },
      { address: filled(2), codeHash: codeHashOf(2) },
    ]);
  });

  it('a hash is over the concatenated parts, a field is of any struct', () => {
    const pair = struct(U64, U64);
    const access = resolveOne(
      [pair, list(pair)],
      [
        template('read', at('f', [{ kind: 'hash', parts: [arg(0), { kind: 'sender' }] }])),
        template('write', at('g', [{ kind: 'field', of: each(arg(1)), path: [1] }])),
      ],
      [u64(1), u64(2), items(concatBytes(u64(3), u64(4)))],
    );
    expect(modes(access)).toEqual(
      [
        mode('read', stateKey(1, 'f', [sha256(concatBytes(u64(1), u64(2), SENDER))])),
        mode('write', stateKey(1, 'g', [u64(4)])),
      ].sort(),
    );
  });

  it.each<[string, Expression]>([
    ['no such argument', arg(3)],
    ['a path into an integer', arg(0, 0)],
    ['a field of a constant', { kind: 'field', of: constant(u64(1)), path: [0] }],
    ['an element of an integer', each(arg(0))],
  ])('%s: no access', (_, expression) => {
    const run = () => resolveOne([U64], [template('read', at('f', [expression]))], [u64(1)]);
    expect(code(run)).toBe('ACCESS_EXPRESSION');
  });

  it('a key past 1 KiB: no access', () => {
    const long: Expression[] = Array.from({ length: 32 }, () => ({ kind: 'self' }));
    expect(code(() => resolveOne([], [template('read', at('f', long))]))).toBe('ACCESS_KEY');
  });
});

describe('lists', () => {
  const cells = (access: ReturnType<typeof resolveOne>): number[][] =>
    access.keys.map(({ key }) => {
      const found: number[] = [];
      for (let offset = 41; offset < key.length; offset += 10) found.push(key[offset + 2] as number);
      return found;
    });

  it('equal lists advance together, different lists form their product', () => {
    const two = items(u64(1), u64(2));
    const zip = [template('read', at('f', [each(arg(0)), each(arg(0))]))];
    expect(cells(resolveOne([list(U64)], zip, [two]))).toEqual([
      [1, 1],
      [2, 2],
    ]);
    const product = [template('read', at('f', [each(arg(0)), each(arg(1))]))];
    expect(cells(resolveOne([list(U64), list(U64)], product, [two, items(u64(3), u64(4))]))).toEqual([
      [1, 3],
      [1, 4],
      [2, 3],
      [2, 4],
    ]);
  });

  it('a list inside an element follows that element', () => {
    const inner = each({ kind: 'field', of: each(arg(0)), path: [1] });
    const outer: Expression = { kind: 'field', of: each(arg(0)), path: [0] };
    const nested = items(concatBytes(u64(1), items(u64(10), u64(11))), concatBytes(u64(2), items(u64(20))));
    const access = resolveOne(
      [list(struct(U64, list(U64)))],
      [template('read', at('f', [outer, inner]))],
      [nested],
    );
    expect(cells(access)).toEqual([
      [1, 10],
      [1, 11],
      [2, 20],
    ]);
  });

  it('an empty list expands to nothing, amounts and callees take elements too', () => {
    const pay = struct(ADDRESS, U64);
    const credit = up(key('f', [{ kind: 'field', of: each(arg(0)), path: [0] }]), {
      kind: 'field',
      of: each(arg(0)),
      path: [1],
    });
    expect(resolveOne([list(pay)], [credit], [items()]).keys).toEqual([]);
    const two = items(concatBytes(filled(5), u64(3)), concatBytes(filled(5), u64(4)));
    expect(resolveOne([list(pay)], [credit], [two]).keys).toEqual([
      added(stateKey(1, 'f', [filled(5)]), { up: 7n }),
    ]);
    const callee = method([U64], [template('write', at('g', [arg(0)]))]);
    const caller = method(
      [list(U64)],
      [{ kind: 'call', contract: constant(filled(2)), selector: 7, args: [each(arg(0))] }],
    );
    const access = explainAccess(request([{ args: items(u64(8), u64(9)) }]), lookupOf([[caller], [callee]]));
    expect(modes(access)).toEqual(
      [mode('write', stateKey(2, 'g', [u64(8)])), mode('write', stateKey(2, 'g', [u64(9)]))].sort(),
    );
  });

  it('loops that declare nothing are bounded too', () => {
    const many = items(...Array.from({ length: 300 }, () => u64(1)));
    const product = template('read', at('f', [each(arg(0)), each(arg(1)), each(arg(2))]));
    const run = () => resolveOne([list(U64), list(U64), list(U64)], [product], [many, many, items()]);
    expect(code(run)).toBe('ACCESS_LIMIT');
  });
});

describe('pointers', () => {
  const pointer = (how: 'read' | 'past', layout = ADDRESS, kind: 0 | 1 = 0): Expression => ({
    kind: 'valueOf',
    mode: how,
    key: at('owner', [arg(0)], kind),
    layout,
  });
  const place = stateKey(1, 'owner', [u64(1)], 0);

  it('the stored value is the component, the pointer is read', () => {
    const access = resolveOne(
      [U64],
      [template('write', at('f', [pointer('read')]))],
      [u64(1)],
      [[place, encodeBytesValue(filled(4))]],
    );
    expect(modes(access)).toEqual([mode('read', place), mode('write', stateKey(1, 'f', [filled(4)]))].sort());
  });

  it('past keeps the pointer out of the conflicts', () => {
    const access = resolveOne([U64], [template('write', at('f', [pointer('past')]))], [u64(1)]);
    expect(access.past).toEqual([place]);
    expect(modes(access)).toEqual([mode('write', stateKey(1, 'f', [new Uint8Array(32)]))]);
  });

  it('a cell may be a pointer, an absent one reads 0', () => {
    const cell = stateKey(1, 'owner', [u64(1)], 1);
    const templates = [template('write', at('f', [pointer('read', U64, 1)]))];
    const stored = encodeCell(1, 6n) as Uint8Array;
    expect(modes(resolveOne([U64], templates, [u64(1)], [[cell, stored]]))).toContain(
      mode('write', stateKey(1, 'f', [u64(6)])),
    );
    expect(modes(resolveOne([U64], templates, [u64(1)]))).toContain(
      mode('write', stateKey(1, 'f', [u64(0)])),
    );
  });

  it('an undecodable pointer: no access', () => {
    const run = (layout: typeof ADDRESS, kind: 0 | 1, stored: Uint8Array) => () =>
      resolveOne(
        [U64],
        [template('write', at('f', [pointer('read', layout, kind)]))],
        [u64(1)],
        [[stateKey(1, 'owner', [u64(1)], kind), stored]],
      );
    expect(code(run(ADDRESS, 0, encodeBytesValue(utf8('short'))))).toBe('ACCESS_POINTER');
    expect(code(run(ADDRESS, 0, encodeBytesValue(concatBytes(filled(1), utf8('!')))))).toBe('ACCESS_POINTER');
    expect(code(run(U128, 1, encodeCell(1, 6n) as Uint8Array))).toBe('ACCESS_POINTER');
  });
});

describe('modes', () => {
  it.each([
    [['read', 'read'], 'read'],
    [['read', 'write'], 'write'],
    [['write', 'write'], 'write'],
    [['add', 'add'], 'add'],
    [['add', 'read'], 'write'],
    [['add', 'write'], 'write'],
  ])('%j join to %s, over calls as within one', (declared, joined) => {
    const templates = declared.map((name) =>
      name === 'add' ? up(key('f', []), constant(u64(1))) : template(name as 'read', at('f', [])),
    );
    expect(resolveOne([], templates).keys.map((entry) => entry.mode)).toEqual([joined]);
    const methods = templates.map((one, i) => method([], [one], { selector: i }));
    const calls = methods.map((_, selector) => ({ selector }));
    expect(explainAccess(request(calls), lookupOf([methods])).keys.map((entry) => entry.mode)).toEqual([
      joined,
    ]);
  });

  it('past joins nothing', () => {
    const access = resolveOne([], [template('past', at('f', [])), up(key('f', []), constant(u64(1)))]);
    expect(access.keys).toMatchObject([{ mode: 'add' }]);
    expect(access.past).toHaveLength(1);
  });

  it("the transaction's own locks are modes on its keys", () => {
    const lock = (kind: 'field' | 'contract', how: 'read' | 'write'): AccessTemplate =>
      kind === 'field' ? { kind, mode: how, field: fieldId('f') } : { kind, mode: how };
    const of = (...templates: AccessTemplate[]) => resolveOne([], templates).keys.map((entry) => entry.mode);
    const add = up(key('f', []), constant(u64(1)));
    expect(of(lock('field', 'read'), add)).toEqual(['write']);
    expect(of(lock('contract', 'read'), template('read', at('f', [])))).toEqual(['read']);
    expect(of(lock('contract', 'write'), template('read', at('f', [])))).toEqual(['write']);
    expect(of({ kind: 'field', mode: 'write', field: fieldId('g') }, add)).toEqual(['add']);
    const both = resolveOne([], [lock('field', 'read'), lock('field', 'write')]);
    expect(both.locks).toMatchObject([{ mode: 'write' }]);
    expect(both.keyCount).toBe(128);
  });

  it('amounts are summed and saturate, bounds take the tightest, absent ones their defaults', () => {
    const max = cellMax(1);
    const down = (amount: Expression, bound: Expression): AccessTemplate => ({
      ...key('f', []),
      mode: 'add',
      direction: 'down',
      amount,
      bound,
    });
    const access = resolveOne(
      [],
      [
        down(constant(u64(5)), constant(u64(10))),
        down(constant(u64(10)), constant(u64(0))),
        up(key('f', []), constant(u64(2)), constant(u64(40))),
        up(key('f', []), constant(u64(2)), constant(u64(50))),
        up(key('g', []), constant(u128(max)), constant(u128(1n << 100n))),
        up(key('g', []), constant(u64(9))),
        up(key('h', [])),
      ],
    );
    const of = (field: string) =>
      access.keys.find(
        (entry) => modes({ ...access, keys: [entry] })[0] === mode('add', stateKey(1, field, [])),
      );
    expect(of('f')).toEqual(added(stateKey(1, 'f', []), { up: 4n, down: 15n, floor: 10n, ceiling: 40n }));
    expect(of('g')).toEqual(added(stateKey(1, 'g', []), { up: max }));
    expect(of('h')).toEqual(added(stateKey(1, 'h', []), { up: 1n << 32n }));
  });

  it('an add on plain bytes: no access', () => {
    expect(code(() => resolveOne([], [up(key('f', [], 0))]))).toBe('ACCESS_KEY');
  });
});

describe('calls', () => {
  it('value is two bounded adds, also to oneself', () => {
    const access = explainAccess(request([{ value: 5n }, { value: 6n }]), lookupOf([[method([], [])]]));
    expect(access.keys).toContainEqual(added(balanceKey(SENDER), { down: 11n }));
    expect(access.keys).toContainEqual(added(balanceKey(filled(1)), { up: 11n }));
    const loop: AccessTemplate = {
      kind: 'call',
      contract: { kind: 'self' },
      selector: 8,
      args: [],
      value: { kind: 'value' },
    };
    const self = explainAccess(
      request([{ value: 5n }]),
      lookupOf([[method([], [loop]), method([], [], { selector: 8 })]]),
    );
    expect(self.keys).toContainEqual(added(balanceKey(filled(1)), { up: 10n, down: 5n }));
  });

  it('a native balance can be declared by its owner', () => {
    const access = resolveOne(
      [ADDRESS],
      [
        template('read', at('f', [])),
        { kind: 'key', mode: 'read', key: { space: 'balance', address: arg(0) } },
      ],
      [filled(77)],
    );
    expect(modes(access)).toContain(mode('read', balanceKey(filled(77))));
  });

  it("a payload is decoded by the callee's own layout", () => {
    const callee = method([U64], [template('write', at('g', [arg(0)]))], { selector: 0x01020304 });
    const caller = method(
      [ADDRESS, { kind: 'bytes' }],
      [{ kind: 'payload', contract: arg(0), payload: arg(1) }],
    );
    const run = (payload: Uint8Array) =>
      explainAccess(
        request([{ args: concatBytes(filled(2), bytes(payload)) }]),
        lookupOf([[caller], [callee]]),
      );
    expect(modes(run(concatBytes(new Uint8Array([4, 3, 2, 1]), u64(6))))).toEqual([
      mode('write', stateKey(2, 'g', [u64(6)])),
    ]);
    expect(code(() => run(new Uint8Array([4, 3, 2])))).toBe('ACCESS_ARGUMENTS');
    expect(code(() => run(concatBytes(new Uint8Array([4, 3, 2, 1]), u64(6), u64(7))))).toBe(
      'ACCESS_ARGUMENTS',
    );
    expect(code(() => run(concatBytes(new Uint8Array([4, 3, 2, 2]), u64(6))))).toBe('ACCESS_METHOD');
  });

  it('unknown contract or method, an init method, wrong arguments: no access', () => {
    const lookup = lookupOf([[method([U64], []), method([], [], { selector: 8, init: true })]]);
    expect(code(() => explainAccess(request([{ to: filled(60) }]), lookup))).toBe('ACCESS_CONTRACT');
    expect(code(() => explainAccess(request([{ selector: 9 }]), lookup))).toBe('ACCESS_METHOD');
    expect(code(() => explainAccess(request([{ selector: 8 }]), lookup))).toBe('ACCESS_METHOD');
    expect(code(() => explainAccess(request([{ args: u64(1).subarray(1) }]), lookup))).toBe(
      'ACCESS_ARGUMENTS',
    );
    expect(resolveAccess(request([{ selector: 9 }]), lookup).access).toBeUndefined();
  });

  it('one call without access leaves the whole transaction without', () => {
    const lookup = lookupOf([[method([], [template('read', at('f', []))])]]);
    expect(resolveAccess(request([{}, { to: filled(60) }]), lookup).access).toBeUndefined();
  });

  it('calls nest to depth 8 and no deeper', () => {
    const next = (n: number) =>
      method([], [{ kind: 'call', contract: constant(filled(n + 1)), selector: 7, args: [] }]);
    const chain = (length: number) =>
      Array.from({ length }, (_, i) => (i + 1 < length ? [next(i + 1)] : [method([], [])]));
    expect(explainAccess(request([{}]), lookupOf(chain(8))).contracts).toHaveLength(8);
    expect(code(() => explainAccess(request([{}]), lookupOf(chain(9))))).toBe('ACCESS_LIMIT');
  });

  it('at most 1024 keys, repeats counted, a lock as 64', () => {
    const many = (n: number) => items(...Array.from({ length: n }, () => u64(1)));
    const run = (n: number, ...more: AccessTemplate[]) =>
      resolveOne([list(U64)], [template('read', at('f', [each(arg(0))])), ...more], [many(n)]);
    expect(run(1024).keyCount).toBe(1024);
    expect(run(1024).keys).toHaveLength(1);
    expect(code(() => run(1025))).toBe('ACCESS_LIMIT');
    expect(run(960, { kind: 'contract', mode: 'read' }).keyCount).toBe(1024);
    expect(code(() => run(961, { kind: 'contract', mode: 'read' }))).toBe('ACCESS_LIMIT');
  });
});

describe('extra access', () => {
  const lookup = lookupOf([[method([], [template('read', at('f', []))])], [method([], [])]]);
  const run = (...extra: ExtraAccess[]) => explainAccess(request([{}], extra), lookup);

  it('joins like a template', () => {
    const access = run({ kind: 'key', mode: 'write', key: stateKey(1, 'f', []) });
    expect(access.keys).toMatchObject([{ mode: 'write', extra: true }]);
    expect(access.keyCount).toBe(2);
    const lock = run({ kind: 'field', mode: 'write', contract: filled(1), field: fieldId('f') });
    expect(lock.keys).toMatchObject([{ mode: 'write', extra: false }]);
    expect(lock.locks).toMatchObject([{ mode: 'write', extra: true }]);
    const add = run({ kind: 'key', mode: 'add', key: stateKey(1, 'g', []), direction: 'down' });
    expect(add.keys).toContainEqual(added(stateKey(1, 'g', []), { down: 1n << 32n, extra: true }));
  });

  it('may name only contracts the calls reach, and native balances', () => {
    expect(code(() => run({ kind: 'key', mode: 'read', key: stateKey(2, 'f', []) }))).toBe(
      'ACCESS_UNREACHED',
    );
    expect(code(() => run({ kind: 'contract', mode: 'read', contract: filled(2) }))).toBe('ACCESS_UNREACHED');
    expect(modes(run({ kind: 'key', mode: 'read', key: balanceKey(filled(9)) }))).toContain(
      mode('read', balanceKey(filled(9))),
    );
    const nonce = encodeStateKey(1, balanceKey(filled(9)).slice(1, 33) as never, fieldId('nonce'), []);
    expect(code(() => run({ kind: 'key', mode: 'read', key: nonce }))).toBe('ACCESS_UNREACHED');
  });
});
