// A method as resolution walks it, worked out once per code. Most templates name keys and amounts by plain pieces of the
// call: an argument at a fixed offset, one of the parties, a constant. Those are copied to their place; only what is left
// (lists, hashes, pointers, fields of structs) is evaluated.
import type { ByteImage } from '../base/byte-table.js';
import { LIMITS } from '../base/limits.js';
import type { AccessMethod, AccessTemplate, Expression, KeyExpression } from '../types/access.js';
import { KEY_HEAD_BYTES } from '../types/key.js';
import { type Layout, plainSize } from '../types/layout.js';
import { SYSTEM_ADDRESS, SYSTEM_FIELD } from '../types/system.js';
import { type ListLoop, listLoops } from './expand.js';
import type { ResolvedCall } from './resolved-call.js';

/** Bytes of a call that have their place before anything is evaluated. */
interface Piece {
  readonly from: 'args' | 'sender' | 'caller' | 'self' | 'const';
  /** Of `const`. */
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly length: number;
}

/** A key template made of pieces. */
export interface DirectKey {
  readonly template: Extract<AccessTemplate, { kind: 'key' }>;
  /** Expressions it stands for, each a step. */
  readonly steps: number;
  readonly kind: number;
  /** Undefined: the calling contract's own. */
  readonly contract: Uint8Array | undefined;
  readonly field: Uint8Array;
  readonly components: readonly Piece[];
  readonly amount: Piece | undefined;
  readonly bound: Piece | undefined;
}

export interface PreparedTemplate {
  readonly template: AccessTemplate;
  readonly loops: readonly ListLoop[];
  readonly direct: DirectKey | undefined;
}

export interface PreparedMethod {
  readonly method: AccessMethod;
  /** Bytes of all arguments together; undefined: they have to be looked into. */
  readonly argsBytes: number | undefined;
  readonly templates: readonly PreparedTemplate[];
}

const prepared = new WeakMap<AccessMethod, PreparedMethod>();

/** The method, prepared; the same object every time. */
export function preparedMethod(method: AccessMethod): PreparedMethod {
  let known = prepared.get(method);
  if (known === undefined) {
    const ends = argumentEnds(method.args);
    known = {
      method,
      argsBytes: ends && (ends.at(-1) ?? 0),
      templates: method.templates.map((template) => ({
        template,
        loops: listLoops(template),
        direct: ends && directKey(template, method.args, ends),
      })),
    };
    prepared.set(method, known);
  }
  return known;
}

/** Writes a direct key under a call. */
export function writeDirectKey(
  image: ByteImage,
  key: DirectKey,
  call: ResolvedCall,
  sender: Uint8Array,
): void {
  const { bytes } = image;
  bytes[0] = key.kind;
  copy(bytes, 1, key.contract ?? call.contract, 0, 32);
  copy(bytes, 33, key.field, 0, 8);
  let at = KEY_HEAD_BYTES;
  for (const piece of key.components) {
    bytes[at] = piece.length & 0xff;
    bytes[at + 1] = piece.length >> 8;
    copy(bytes, at + 2, sourceOf(piece, call, sender), piece.at, piece.length);
    at += 2 + piece.length;
  }
  image.length = at;
}

/** Writes an amount of at most 32 bytes, zeros behind it. */
export function writeDirectAmount(
  to: Uint8Array,
  piece: Piece,
  call: ResolvedCall,
  sender: Uint8Array,
): void {
  copy(to, 0, sourceOf(piece, call, sender), piece.at, piece.length);
  for (let at = piece.length; at < to.length; at++) to[at] = 0;
}

/** A loop: for so few bytes faster than the engine's copy. */
function copy(to: Uint8Array, at: number, from: Uint8Array, start: number, length: number): void {
  for (let index = 0; index < length; index++) to[at + index] = from[start + index]!;
}

function sourceOf(piece: Piece, call: ResolvedCall, sender: Uint8Array): Uint8Array {
  switch (piece.from) {
    case 'args':
      return call.args;
    case 'sender':
      return sender;
    case 'caller':
      return call.caller;
    case 'self':
      return call.contract;
    case 'const':
      return piece.bytes;
  }
}

/** Where each argument ends; undefined where that depends on the values. */
function argumentEnds(layouts: readonly Layout[]): readonly number[] | undefined {
  const ends: number[] = [];
  let end = 0;
  for (const layout of layouts) {
    const size = plainSize(layout);
    if (size === undefined) return undefined;
    end += size;
    ends.push(end);
  }
  return ends;
}

function directKey(
  template: AccessTemplate,
  args: readonly Layout[],
  ends: readonly number[],
): DirectKey | undefined {
  if (template.kind !== 'key' || (template.mode === 'add' && template.direction === undefined))
    return undefined;
  const pieceOf = (expression: Expression): Piece | undefined => plainPiece(expression, args, ends);
  const components = keyParts(template.key).map(pieceOf);
  const amounts = template.mode === 'add' ? [template.amount, template.bound] : [];
  const [amount, bound] = amounts.map((expression) => expression && pieceOf(expression));
  const given = amounts.filter((expression) => expression !== undefined);
  const isAmount = (expression: Expression): boolean => isUnsigned(expression, args, pieceOf(expression));
  if (!components.every((piece) => piece !== undefined) || !given.every(isAmount)) return undefined;
  const { key } = template;
  if (key.space === 'balance' && !isAddress(key.address, args, components[0])) return undefined;
  const length = components.reduce((sum, piece) => sum + 2 + piece.length, KEY_HEAD_BYTES);
  if (length > LIMITS.keyBytes) return undefined;
  const steps = components.length + given.length;
  const head =
    key.space === 'balance'
      ? { kind: 2, contract: SYSTEM_ADDRESS, field: SYSTEM_FIELD.balance }
      : { kind: key.kind, contract: undefined, field: key.field };
  return { template, steps, ...head, components, amount, bound };
}

function keyParts(key: KeyExpression): readonly Expression[] {
  return key.space === 'balance' ? [key.address] : key.components;
}

function plainPiece(
  expression: Expression,
  args: readonly Layout[],
  ends: readonly number[],
): Piece | undefined {
  const bytes = new Uint8Array(0);
  switch (expression.kind) {
    case 'sender':
    case 'caller':
    case 'self':
      return { from: expression.kind, bytes, at: 0, length: 32 };
    case 'const':
      return { from: 'const', bytes: expression.bytes, at: 0, length: expression.bytes.length };
    case 'args': {
      const [first, ...rest] = expression.path;
      if (first === undefined || first >= args.length || rest.length > 0) return undefined;
      const at = ends[first - 1] ?? 0;
      return { from: 'args', bytes, at, length: ends[first]! - at };
    }
    default:
      return undefined;
  }
}

/** As `Evaluator.amount` takes it. */
function isUnsigned(expression: Expression, args: readonly Layout[], piece: Piece | undefined): boolean {
  if (piece === undefined) return false;
  if (expression.kind === 'const') return piece.length > 0 && piece.length <= 32;
  return expression.kind === 'args' && /^u\d/.test(args[expression.path[0]!]!.kind);
}

/** As `Evaluator.address` takes it. */
function isAddress(expression: Expression, args: readonly Layout[], piece: Piece | undefined): boolean {
  if (piece?.length !== 32) return false;
  if (expression.kind !== 'args') return true;
  return ['address', 'hash', 'fixed'].includes(args[expression.path[0]!]!.kind);
}
