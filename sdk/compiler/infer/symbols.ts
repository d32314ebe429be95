// Symbols: what the walker knows of a value before anything runs. A known value is an access expression with the
// exact layout of its bytes; a literal takes its bytes from where it is used; everything else is unknown.

import { bytesText } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import type { Expression } from '@weft/runtime/types/access';
import { encodeExpression } from '@weft/runtime/types/expression-codec';
import { type Layout, layoutText } from '@weft/runtime/types/layout';
import type { RemoteClass, RemoteMethod, ResolvedData } from '../contract-model.js';

export type ResolvedRemote = RemoteClass & { readonly resolved: readonly RemoteMethod[] };

export type Sym =
  /** The Borsh bytes of a value of this layout. */
  | { readonly kind: 'known'; readonly expression: Expression; readonly layout: Layout }
  /** A constant of the source, not yet of a type. */
  | { readonly kind: 'literal'; readonly value: bigint | string | boolean }
  /** A narrower unsigned integer made a u128: its own bytes serve as an amount, but not as a key. */
  | { readonly kind: 'widened'; readonly expression: Expression; readonly layout: Layout }
  /** `new Struct(…)`. */
  | { readonly kind: 'struct'; readonly data: ResolvedData; readonly members: readonly Sym[] }
  /** `new Remote(address)`. */
  | { readonly kind: 'remote'; readonly remote: ResolvedRemote; readonly address: Sym; readonly value?: Sym }
  /** `list.length`. */
  | { readonly kind: 'length'; readonly list: Expression }
  /** The variable of a loop over this list, from 0 by 1 to its length. */
  | { readonly kind: 'index'; readonly list: Expression }
  /** The contract itself. */
  | { readonly kind: 'contract' }
  | { readonly kind: 'unknown' };

export const UNKNOWN: Sym = { kind: 'unknown' };

export function known(expression: Expression, layout: Layout): Sym {
  return { kind: 'known', expression, layout };
}

/** Equal shapes: field names do not matter. */
export function sameLayout(a: Layout, b: Layout): boolean {
  return layoutText(a) === layoutText(b);
}

/** Identity of an expression. */
export function expressionText(expression: Expression): string {
  return bytesText(encodeExpression(expression));
}

/** The symbol's bytes as a value of the layout, or undefined when they are not known to be that. */
export function toExpression(sym: Sym, layout: Layout): Expression | undefined {
  if (sym.kind === 'known') return sameLayout(sym.layout, layout) ? sym.expression : undefined;
  const bytes = constantBytes(sym, layout);
  return bytes && { kind: 'const', bytes };
}

/** The symbol as an unsigned number of any width up to the cell's. */
export function toAmount(sym: Sym, cell: Layout): Expression | undefined {
  if (sym.kind === 'known' || sym.kind === 'widened') {
    const { kind } = sym.layout;
    return /^u\d+$/.test(kind) && Number(kind.slice(1)) <= Number(cell.kind.slice(1))
      ? sym.expression
      : undefined;
  }
  return toExpression(sym, cell);
}

function constantBytes(sym: Sym, layout: Layout): Uint8Array | undefined {
  if (sym.kind === 'literal') return literalBytes(sym.value, layout);
  if (sym.kind === 'struct' && layout.kind === 'struct' && sym.members.length === layout.fields.length) {
    const writer = new Writer();
    for (const [index, field] of layout.fields.entries()) {
      const member = sym.members[index];
      const part = member && toExpression(member, field.layout);
      if (part?.kind !== 'const') return undefined;
      writer.fixed(part.bytes, part.bytes.length);
    }
    return writer.finish();
  }
  return undefined;
}

const INTEGER = /^([ui])(\d+)$/;

function literalBytes(value: bigint | string | boolean, layout: Layout): Uint8Array | undefined {
  if (typeof value === 'string')
    return layout.kind === 'string' ? new Writer().string(value).finish() : undefined;
  if (typeof value === 'boolean')
    return layout.kind === 'bool' ? new Writer().bool(value).finish() : undefined;
  const match = INTEGER.exec(layout.kind);
  if (!match) return undefined;
  const bits = BigInt(match[2] ?? 0);
  const minimum = match[1] === 'i' ? -(1n << (bits - 1n)) : 0n;
  const maximum = match[1] === 'i' ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  if (value < minimum || value > maximum) return undefined;
  const bytes = new Uint8Array(Number(bits / 8n));
  for (let index = 0; index < bytes.length; index++)
    bytes[index] = Number((value >> BigInt(8 * index)) & 0xffn);
  return bytes;
}

/** The member of a struct value at a field name. */
export function memberOf(sym: Sym, name: string): Sym {
  if (sym.kind === 'struct') {
    const index = sym.data.members.findIndex((member) => member.name === name);
    return sym.members[index] ?? UNKNOWN;
  }
  if (sym.kind !== 'known' || sym.layout.kind !== 'struct') return UNKNOWN;
  const index = sym.layout.fields.findIndex((field) => field.name === name);
  const field = sym.layout.fields[index];
  if (!field) return UNKNOWN;
  const { expression } = sym;
  if (expression.kind === 'args')
    return known({ kind: 'args', path: [...expression.path, index] }, field.layout);
  if (expression.kind === 'field') {
    return known({ kind: 'field', of: expression.of, path: [...expression.path, index] }, field.layout);
  }
  return known({ kind: 'field', of: expression, path: [index] }, field.layout);
}

/** The lists whose elements the expression names, by identity, inner lists included. */
export function eachLists(expression: Expression, into = new Set<string>()): Set<string> {
  switch (expression.kind) {
    case 'each':
      into.add(expressionText(expression.list));
      eachLists(expression.list, into);
      break;
    case 'hash':
      for (const part of expression.parts) eachLists(part, into);
      break;
    case 'field':
      eachLists(expression.of, into);
      break;
    case 'valueOf':
      if (expression.key.space === 'balance') eachLists(expression.key.address, into);
      else for (const part of expression.key.components) eachLists(part, into);
      break;
    default:
  }
  return into;
}

/** Whether the symbol names an element, or the index, of a loop that is not among these lists: it has outlived it. */
export function outlives(sym: Sym, lists: ReadonlySet<string>): boolean {
  switch (sym.kind) {
    case 'known':
    case 'widened':
      return [...eachLists(sym.expression)].some((list) => !lists.has(list));
    case 'index':
      return !lists.has(expressionText(sym.list));
    case 'struct':
      return sym.members.some((member) => outlives(member, lists));
    case 'remote':
      return outlives(sym.address, lists) || (sym.value !== undefined && outlives(sym.value, lists));
    default:
      return false;
  }
}
