// What an access set permits, and what it costs.

import { AccessBuilder } from '@weft/runtime/access/access-builder';
import { createEnforcer } from '@weft/runtime/access/enforce';
import { extraAccessRefund } from '@weft/runtime/access/price';
import { fieldId, keyText } from '@weft/runtime/types/key';
import { describe, expect, it } from 'vitest';
import { filled, stateKey } from './fixtures.js';

const key = (field: string, n = 1) => stateKey(n, field, []);
const PRICES = { access: { key: 10, lockKeys: 64, step: 1, sectionByte: 1 } };

function build(fill: (builder: AccessBuilder) => void) {
  const builder = new AccessBuilder();
  fill(builder);
  return builder.finish();
}

describe('enforcer', () => {
  const enforcer = createEnforcer(
    build((builder) => {
      builder.key(key('r'), 'read');
      builder.key(key('w'), 'write');
      builder.add(key('a'), { direction: 'down', amount: 5n, bound: 2n });
      builder.key(key('p'), 'past');
      builder.lock(filled(2), fieldId('lr'), 'read');
      builder.lock(filled(2), fieldId('lw'), 'write');
      builder.lock(filled(3), undefined, 'write');
      builder.lock(filled(3), fieldId('f'), 'read');
      builder.reach(filled(1), filled(101));
    }),
  );
  const may = (at: ReturnType<typeof key>): string =>
    [
      enforcer.mayRead(at) ? 'read' : '',
      enforcer.mayWrite(at) ? 'write' : '',
      enforcer.mayPast(at) ? 'past' : '',
      enforcer.addRule(at)?.mode === 'write' ? 'any add' : '',
      enforcer.addRule(at)?.mode === 'add' ? 'add' : '',
    ]
      .filter((word) => word !== '')
      .join(', ');

  it.each([
    ['r', 1, 'read'],
    ['w', 1, 'read, write, any add'],
    ['a', 1, 'add'],
    ['p', 1, 'past'],
    ['none', 1, ''],
    ['lr', 2, 'read'],
    ['lw', 2, 'read, write, any add'],
    ['other', 2, ''],
    ['any', 3, 'read, write, any add'],
    ['f', 3, 'read, write, any add'],
  ])('%s of contract %i: %s', (field, n, expected) => {
    expect(may(key(field, n))).toBe(expected);
  });

  it('an add rule carries sums and the joined bounds; keys may come as text', () => {
    expect(enforcer.addRule(keyText(key('a')))).toEqual({
      mode: 'add',
      up: 0n,
      down: 5n,
      floor: 2n,
      ceiling: 2n ** 64n - 1n,
    });
  });

  it('calls reach only resolved contracts', () => {
    expect([enforcer.mayCall(filled(1)), enforcer.mayCall(filled(2))]).toEqual([true, false]);
  });
});

describe('price', () => {
  const access = build((builder) => {
    builder.key(key('r'), 'read');
    builder.key(key('r'), 'read');
    builder.key(key('x'), 'write', true);
    builder.key(key('y'), 'write', true);
    builder.lock(filled(2), undefined, 'read', true);
    builder.lock(filled(3), fieldId('f'), 'read', true);
    builder.lock(filled(4), undefined, 'read');
  });

  it('the second charge comes back for what was touched', () => {
    const refund = (...touched: ReturnType<typeof key>[]) =>
      extraAccessRefund(access, new Set(touched.map(keyText)), PRICES);
    expect(refund()).toBe(0);
    expect(refund(key('r'))).toBe(0);
    expect(refund(key('r'), key('x'))).toBe(10);
    expect(refund(key('anything', 2), key('else', 2))).toBe(640);
    expect(refund(key('g', 3))).toBe(0);
    expect(refund(key('x'), key('y'), key('g', 2), key('f', 3))).toBe(20 + 1280);
  });
});
