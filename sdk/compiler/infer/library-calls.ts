// Functions of our library that the walker knows: what they return as a symbol, and what they touch. Every other
// library function returns an unknown value and touches nothing (tested against the library's imports).

import type { Expression } from '@weft/runtime/types/access';
import type { Node } from 'assemblyscript';
import { LIBRARY_PREFIX } from '../names.js';
import { balanceMove, balanceRead, SELF } from './storage-access.js';
import { known, type Sym, toExpression, UNKNOWN } from './symbols.js';
import type { Scope } from './walk.js';

type Handler = (scope: Scope, args: readonly Sym[], node: Node, receiver: Sym) => Sym;

const ADDRESS = { kind: 'address' } as const;
const HASH = { kind: 'hash' } as const;
const U128 = { kind: 'u128' } as const;
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
  'u128/u128.from': (_scope, args) => widen(args[0] ?? UNKNOWN),
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
  const constant = (value: bigint): Sym => {
    const expression = toExpression({ kind: 'literal', value }, U128);
    return expression ? known(expression, U128) : UNKNOWN;
  };
  switch (internalName) {
    case `${LIBRARY_PREFIX}u128/u128.Zero`:
      return constant(0n);
    case `${LIBRARY_PREFIX}u128/u128.One`:
      return constant(1n);
    case `${LIBRARY_PREFIX}u128/u128.Max`:
      return constant((1n << 128n) - 1n);
    default:
      return UNKNOWN;
  }
}

/** `new u128(lo, hi)` of constants. */
export function newU128(args: readonly Sym[]): Sym {
  const [lo, hi = { kind: 'literal', value: 0n } as const] = args;
  if (lo?.kind !== 'literal' || hi.kind !== 'literal') return UNKNOWN;
  if (typeof lo.value !== 'bigint' || typeof hi.value !== 'bigint') return UNKNOWN;
  const expression = toExpression({ kind: 'literal', value: lo.value + (hi.value << 64n) }, U128);
  return expression ? known(expression, U128) : UNKNOWN;
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

/** A u64 as u128: constants are widened; other values keep their own bytes, which serve as amounts only. */
function widen(sym: Sym): Sym {
  if (sym.kind === 'known') return { kind: 'widened', expression: sym.expression, layout: sym.layout };
  if (sym.kind !== 'literal') return UNKNOWN;
  const expression = toExpression(sym, U128);
  return expression ? known(expression, U128) : UNKNOWN;
}

/** The same 32 bytes under another name. */
function relabel(sym: Sym, layout: typeof ADDRESS | typeof HASH): Sym {
  return sym.kind === 'known' && (sym.layout.kind === 'address' || sym.layout.kind === 'hash')
    ? known(sym.expression, layout)
    : UNKNOWN;
}
