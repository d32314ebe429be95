// Functions of our library that the walker knows: what they return as a symbol, and what they touch. Every other
// library function returns an unknown value and touches nothing (tested against the library's imports).

import type { Expression } from '@weft/runtime/types/access';
import type { Layout } from '@weft/runtime/types/layout';
import type { Node } from 'assemblyscript';
import { LIBRARY_PREFIX } from '../names.js';
import { textOf } from '../syntax.js';
import { balanceMove, balanceRead, SELF } from './storage-access.js';
import { known, type Sym, toAmount, toExpression, UNKNOWN } from './symbols.js';
import { addTemplate, refuseUnknown, type Scope } from './walk.js';

type Handler = (scope: Scope, args: readonly Sym[], node: Node, receiver: Sym) => Sym;

const ADDRESS = { kind: 'address' } as const;
const HASH = { kind: 'hash' } as const;
const U128 = { kind: 'u128' } as const;
const U256 = { kind: 'u256' } as const;
const I128 = { kind: 'i128' } as const;
const ZERO32: Sym = known({ kind: 'const', bytes: new Uint8Array(32) }, ADDRESS);

/** By internal name below the library. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  'context/sender': () => known({ kind: 'sender' }, ADDRESS),
  'context/caller': () => known({ kind: 'caller' }, ADDRESS),
  'context/self': () => SELF,
  'context/value': () => known({ kind: 'value' }, U128),
  'crypto/hashOf': hash,
  'crypto/hashOf2': hash,
  'crypto/hashOf3': hash,
  'native/transfer': move,
  'native/tryTransfer': move,
  'native/balanceOf': (scope, args, node) => {
    balanceRead(scope, args[0] ?? UNKNOWN, 'read', node);
    return UNKNOWN;
  },
  'native/balancePast': (scope, args, node) => {
    balanceRead(scope, args[0] ?? UNKNOWN, 'past', node);
    return UNKNOWN;
  },
  'u128/u128.from': (_scope, args) => widen(args[0] ?? UNKNOWN, U128),
  'u256/u256.from': (_scope, args) => widen(args[0] ?? UNKNOWN, U256),
  'u256/u256.fromU128': (_scope, args) => widen(args[0] ?? UNKNOWN, U256),
  'i128/i128.from': (_scope, args) => (args[0]?.kind === 'literal' ? widen(args[0], I128) : UNKNOWN),
  'remote/callPayload': payloadCall,
  'address/Address.zero': () => ZERO32,
  'address/Hash.zero': () => relabel(ZERO32, HASH),
  'address/Address.fromHash': (_scope, args) => relabel(args[0] ?? UNKNOWN, ADDRESS),
  'address/Address#toHash': (_scope, _args, _node, receiver) => relabel(receiver, HASH),
};

/** The result of a library function or method by its internal name. */
export function libraryCall(
  scope: Scope,
  internalName: string,
  args: readonly Sym[],
  node: Node,
  receiver: Sym = UNKNOWN,
): Sym {
  if (!internalName.startsWith(LIBRARY_PREFIX)) return UNKNOWN;
  const name = internalName.slice(LIBRARY_PREFIX.length);
  const handler = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
  return handler ? handler(scope, args, node, receiver) : UNKNOWN;
}

/** Constants of the library read as properties. */
export function libraryConstant(internalName: string): Sym {
  const match = WIDE_MEMBER.exec(internalName);
  const layout = match && wideLayout(match[1] ?? '');
  if (!match || !layout) return UNKNOWN;
  const bits = BigInt(layout.kind.slice(1));
  const signed = layout.kind.startsWith('i');
  const value = {
    Zero: 0n,
    One: 1n,
    Max: (1n << (signed ? bits - 1n : bits)) - 1n,
    Min: signed ? -(1n << (bits - 1n)) : undefined,
  }[match[2] ?? ''];
  return value === undefined ? UNKNOWN : constant(value, layout);
}

const WIDE_MEMBER = new RegExp(`^${LIBRARY_PREFIX}(?:u128|u256|i128)/(u128|u256|i128)\\.(\\w+)$`);

function wideLayout(name: string): Layout | undefined {
  return name === 'u128' || name === 'u256' || name === 'i128' ? { kind: name } : undefined;
}

function constant(value: bigint, layout: Layout): Sym {
  const expression = toExpression({ kind: 'literal', value }, layout);
  return expression ? known(expression, layout) : UNKNOWN;
}

/** `new u128(lo, hi)` and `new u256(a, b, c, d)` of constants; undefined for any other class. */
export function newWide(internalName: string, args: readonly Sym[]): Sym | undefined {
  const name = /^(?:u128|u256|i128)\/(u128|u256|i128)$/.exec(internalName.slice(LIBRARY_PREFIX.length))?.[1];
  const layout = name === undefined ? undefined : wideLayout(name);
  if (!layout || !internalName.startsWith(LIBRARY_PREFIX)) return undefined;
  let value = 0n;
  for (const [index, part] of args.entries()) {
    if (part.kind !== 'literal' || typeof part.value !== 'bigint') return UNKNOWN;
    value += part.value << (64n * BigInt(index));
  }
  return constant(value, layout);
}

function hash(_scope: Scope, args: readonly Sym[]): Sym {
  const parts: Expression[] = [];
  for (const arg of args) {
    // A text is the only literal whose type, and so whose bytes, is plain from the source.
    const part = arg.kind === 'known' ? arg.expression : toExpression(arg, { kind: 'string' });
    if (!part) return UNKNOWN;
    parts.push(part);
  }
  return known({ kind: 'hash', parts }, HASH);
}

function move(scope: Scope, args: readonly Sym[], node: Node): Sym {
  balanceMove(scope, SELF, args[0] ?? UNKNOWN, args[1] ?? UNKNOWN, node);
  return UNKNOWN;
}

/** A call whose method and arguments are bytes: the callee's own layout reads them. */
function payloadCall(scope: Scope, args: readonly Sym[], node: Node): Sym {
  const contract = toExpression(args[0] ?? UNKNOWN, ADDRESS);
  const payload = toExpression(args[1] ?? UNKNOWN, { kind: 'bytes' });
  const value = args[2] && toAmount(args[2], U128);
  if (contract && payload && (value || !args[2])) {
    const template = { kind: 'payload', contract, payload } as const;
    addTemplate(scope, value ? { ...template, value } : template, node);
  } else if (!scope.walk.declared.calls) {
    refuseUnknown(scope, node, {
      got: textOf(node),
      write: [
        'pass the contract and the bytes as arguments of the method, or store them and read them back',
        'declare the call: @calls("contract", "name(type,…)", …) on the method',
      ],
    });
  }
  return UNKNOWN;
}

/** A narrower number as a wide one: constants are widened; other values keep their own bytes, which serve as amounts only. */
function widen(sym: Sym, layout: Layout): Sym {
  if (sym.kind === 'known') return { kind: 'widened', expression: sym.expression, layout: sym.layout };
  if (sym.kind !== 'literal') return UNKNOWN;
  const expression = toExpression(sym, layout);
  return expression ? known(expression, layout) : UNKNOWN;
}

/** The same 32 bytes under another name. */
function relabel(sym: Sym, layout: typeof ADDRESS | typeof HASH): Sym {
  return sym.kind === 'known' && (sym.layout.kind === 'address' || sym.layout.kind === 'hash')
    ? known(sym.expression, layout)
    : UNKNOWN;
}
