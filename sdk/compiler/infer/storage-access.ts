// Storage calls `this.field.method(…)` as templates: which mode, which key, and of adds the amount and the bound.

import type { AccessMode, Expression, KeyExpression } from '@weft/runtime/types/access';
import { layoutText } from '@weft/runtime/types/layout';
import type { Node } from 'assemblyscript';
import type { ResolvedField } from '../contract-model.js';
import { CompileError } from '../errors.js';
import { placeOf, textOf } from '../syntax.js';
import { eachLists, known, type Sym, toAmount, toExpression, UNKNOWN } from './symbols.js';
import { addTemplate, refuseUnknown, type Scope } from './walk.js';

type Use = {
  readonly mode: AccessMode;
  readonly direction?: 'up' | 'down';
  readonly value?: true;
  /** Lists: what the call touches besides its element. */
  readonly list?: 'length' | 'element' | 'end';
};
const PLAIN: Readonly<Record<string, Use>> = {
  get: { mode: 'read', value: true },
  has: { mode: 'read' },
  set: { mode: 'write' },
  delete: { mode: 'write' },
  past: { mode: 'past', value: true },
};
const CELL: Readonly<Record<string, Use>> = {
  get: { mode: 'read', value: true },
  set: { mode: 'write' },
  past: { mode: 'past', value: true },
  add: { mode: 'add', direction: 'up' },
  tryAdd: { mode: 'add', direction: 'up' },
  sub: { mode: 'add', direction: 'down' },
  trySub: { mode: 'add', direction: 'down' },
};
const LIST: Readonly<Record<string, Use>> = {
  length: { mode: 'read', list: 'length' },
  get: { mode: 'read', value: true, list: 'element' },
  set: { mode: 'write', list: 'element' },
  push: { mode: 'write', list: 'end' },
  pop: { mode: 'write', list: 'end' },
};

/** Adds the templates of one storage call: `args` are the keys on the way, then the call's own. What a read returns is
 * known as the value stored there. */
export function storageCall(
  scope: Scope,
  field: ResolvedField,
  method: string,
  args: readonly Sym[],
  node: Node,
): Sym {
  const table = field.leaf === 'List' ? LIST : field.kind === 0 ? PLAIN : CELL;
  const use = Object.hasOwn(table, method) ? table[method] : undefined;
  if (!use) {
    const walks = ['keys', 'values', 'entries', 'forEach', 'size'].includes(method);
    throw new CompileError('COMPILE_STORAGE_USE', {
      ...(walks
        ? {
            message: 'the keys of a map cannot be walked on chain',
            write: ['a List of the keys beside the map', 'an event for each change, which clients read'],
          }
        : { message: `${field.name} has no ${method}`, write: `one of ${Object.keys(table).join(', ')}` }),
      place: placeOf(node),
    });
  }
  refuseImmutable(scope, field, use, node);
  if (use.list) return listCall(scope, field, use, args, node);
  const key = keyOf(field, args, field.keys.length);
  if (!key) {
    refuseUncovered(scope, field, use, args, node);
    return UNKNOWN;
  }
  if (use.direction === undefined) addTemplate(scope, { kind: 'key', mode: use.mode, key }, node);
  else addCell(scope, field, key, use.direction, args.slice(field.keys.length), node);
  return use.value ? stored(key, use.mode, field) : UNKNOWN;
}

/** What a read returns: the value under the key. */
function stored(key: KeyExpression, mode: AccessMode, field: ResolvedField): Sym {
  const { layout } = field.value;
  return known({ kind: 'valueOf', mode: mode === 'past' ? 'past' : 'read', key, layout }, layout);
}

function refuseImmutable(scope: Scope, field: ResolvedField, use: Use, node: Node): void {
  if (!field.immutable || scope.walk.init || use.mode === 'read' || use.mode === 'past') return;
  throw new CompileError('COMPILE_IMMUTABLE', {
    got: textOf(node),
    method: scope.walk.method,
    place: placeOf(node),
  });
}

/** The key of the first `count` arguments, undefined when one is not known. */
function keyOf(field: ResolvedField, args: readonly Sym[], count: number): KeyExpression | undefined {
  const components: Expression[] = [];
  for (const [index, key] of field.keys.slice(0, count).entries()) {
    const component = toExpression(args[index] ?? UNKNOWN, key.layout);
    if (!component) return undefined;
    components.push(component);
  }
  return { space: 'storage', kind: field.kind, field: field.id, components };
}

/** A list's length stands under its own key, each element under its index. */
function listCall(scope: Scope, field: ResolvedField, use: Use, args: readonly Sym[], node: Node): Sym {
  const outer = keyOf(field, args, field.keys.length - 1);
  if (!outer) {
    refuseUncovered(scope, field, use, args, node);
    return UNKNOWN;
  }
  if (use.list === 'end') {
    lockList(scope, field, 'write', 'its end moves', node);
    return UNKNOWN;
  }
  addTemplate(scope, { kind: 'key', mode: 'read', key: outer }, node);
  if (use.list === 'length') return UNKNOWN;
  const key = keyOf(field, args, field.keys.length);
  if (!key) {
    lockList(scope, field, use.mode === 'write' ? 'write' : 'read', 'the index is not known', node);
    return UNKNOWN;
  }
  addTemplate(scope, { kind: 'key', mode: use.mode, key }, node);
  return use.value ? stored(key, use.mode, field) : UNKNOWN;
}

function lockList(scope: Scope, field: ResolvedField, mode: 'read' | 'write', why: string, node: Node): void {
  addTemplate(scope, { kind: 'field', mode, field: field.id }, node);
  scope.walk.notes.add(`${placeOf(node)} locks all of ${field.name}: ${why}`);
}

function refuseUncovered(
  scope: Scope,
  field: ResolvedField,
  use: Use,
  args: readonly Sym[],
  node: Node,
): void {
  if (scope.walk.declared.covers(field.name, use.mode)) return;
  const word = use.mode === 'write' || use.mode === 'add' ? 'writes' : `${use.mode}s`;
  const target = use.mode === 'past' ? `${field.name}[…]` : `${field.name}[*]`;
  refuseUnknown(scope, node, {
    got: textOf(node),
    why: reasonOf(field, args),
    write: [
      'pass the key as an argument of the method, or make it of arguments, sender(), caller(), self() and constants',
      use.direction
        ? `declare what is touched: @adds("${field.name}[…]", "${use.direction}", …) on the method`
        : `declare what is touched: @${word}("${field.name}[…]") on the method`,
      ...(use.mode === 'past' ? [] : [`lock the whole field: @${word}("${target}") on the method`]),
    ],
  });
}

/** Why a key is not known: the first of its parts that is not. */
function reasonOf(field: ResolvedField, args: readonly Sym[]): string {
  for (const [index, key] of field.keys.entries()) {
    const sym = args[index] ?? UNKNOWN;
    if (toExpression(sym, key.layout)) continue;
    const part = field.keys.length > 1 ? `part ${index + 1} of the key` : 'the key';
    if (sym.kind === 'known' || sym.kind === 'widened') {
      return `${part} is ${key.text}, and this is ${layoutText(sym.layout)}, whose bytes differ: declare it as ${key.text}`;
    }
    if (sym.kind === 'literal') return `${part} is ${key.text}, which ${String(sym.value)} is not`;
    if (sym.kind === 'index') return `${part} is the index of a loop and not an element of the list`;
    return `${part} is made while the method runs`;
  }
  return 'the key is made while the method runs';
}

/** Amount and bound come after the keys. An amount that is not known is left open; a bound that is not makes a write. */
function addCell(
  scope: Scope,
  field: ResolvedField,
  key: KeyExpression,
  direction: 'up' | 'down',
  rest: readonly Sym[],
  node: Node,
): void {
  const { layout } = field.value;
  const [amountSym, boundSym] = rest;
  const bound = boundSym && toAmount(boundSym, layout);
  if (boundSym && !bound) {
    addTemplate(scope, { kind: 'key', mode: 'write', key }, node);
    return;
  }
  const amount = knownAmount(scope, key, amountSym && toAmount(amountSym, layout));
  addTemplate(
    scope,
    { kind: 'key', mode: 'add', key, direction, ...(amount ? { amount } : {}), ...(bound ? { bound } : {}) },
    node,
  );
}

/**
 * The amount, if its sum over all expansions is the most the loops around it can add: every loop must be over a list
 * the template names, and the amount must not multiply the expansions of the key by a second list.
 */
export function knownAmount(
  scope: Scope,
  key: KeyExpression,
  amount: Expression | undefined,
): Expression | undefined {
  if (!amount) return undefined;
  const ofKey = new Set<string>();
  if (key.space === 'balance') eachLists(key.address, ofKey);
  else for (const component of key.components) eachLists(component, ofKey);
  const named = eachLists(amount, new Set(ofKey));
  for (const loop of scope.loops) {
    if (loop.kind === 'opaque' || !named.has(loop.list)) return undefined;
  }
  const looped = new Set(scope.loops.map((loop) => (loop.kind === 'each' ? loop.list : '')));
  for (const list of named) if (!ofKey.has(list) && !looped.has(list)) return undefined;
  return amount;
}

/** Native value moved: a decrease of one balance, an increase of another. */
export function balanceMove(scope: Scope, from: Sym, to: Sym, amountSym: Sym, node: Node): void {
  for (const [sym, direction] of [
    [from, 'down'],
    [to, 'up'],
  ] as const) {
    const key = balanceKeyOf(scope, sym, node);
    const amount = key && knownAmount(scope, key, toAmount(amountSym, { kind: 'u128' }));
    if (key)
      addTemplate(scope, { kind: 'key', mode: 'add', key, direction, ...(amount ? { amount } : {}) }, node);
  }
}

/** A read, or past, of a native balance. */
export function balanceRead(scope: Scope, address: Sym, mode: 'read' | 'past', node: Node): void {
  const key = balanceKeyOf(scope, address, node);
  if (key) addTemplate(scope, { kind: 'key', mode, key }, node);
}

function balanceKeyOf(scope: Scope, sym: Sym, node: Node): KeyExpression | undefined {
  const address = toExpression(sym, { kind: 'address' });
  if (address) return { space: 'balance', address };
  if (scope.walk.declared.unrestricted) return undefined;
  return refuseUnknown(scope, node, {
    got: textOf(node),
    write: [
      'pass the address as an argument of the method, or make it of arguments, sender(), caller(), self() and stored addresses',
    ],
  });
}

/** The native balance cell of the contract itself. */
export const SELF: Sym = known({ kind: 'self' }, { kind: 'address' });
