// What lowering knows of one program while it is compiled: whose code is whose, and what was noted of its syntax.

import { assert } from '@weft/runtime/base/assert';
import {
  ArrayLiteralExpression,
  BinaryExpression,
  CallExpression,
  type Expression,
  ExpressionStatement,
  FieldDeclaration,
  ForStatement,
  FunctionDeclaration,
  FunctionExpression,
  IdentifierExpression,
  type Node,
  type Program,
  type Source,
  UnaryPostfixExpression,
  UnaryPrefixExpression,
} from 'assemblyscript';
import type { StorageField } from '../contract-model.js';
import { visitNodes } from '../infer/visit-nodes.js';
import { LIBRARY_PREFIX } from '../names.js';
import { isUserSource, TOKENS, unwrap } from '../syntax.js';
import type { Code, CompilerLike, FunctionLike, TypeLike } from './compiler-internals.js';
import { StorageHandles } from './storage-handles.js';

/** Room a function takes in the arena. */
export interface Frame {
  /** Bytes of the slots of its variables. */
  slots: number;
  readonly offsets: Map<number, number>;
  /** Whether it uses the arena at all. */
  dirty: boolean;
  /** Whether the statement at work left something in the arena. */
  temporaries: boolean;
  /** Locals: where the arena ended at entry, where the slots begin and end. */
  readonly entry: number;
  readonly base: number;
  readonly top: number;
  /** Calls of `release` to be undone when the function turns out not to use the arena. */
  readonly releases: Code[];
}

export interface Lowering {
  /** Files of the author, without generated members. */
  readonly authored: ReadonlySet<Source>;
  readonly frames: WeakMap<FunctionLike, Frame>;
  /** Values that outlive their statement without being assigned: elements of array literals, results of arrows. */
  readonly kept: WeakSet<Node>;
  /** Loop conditions and steps: what they leave in the arena goes at once. */
  readonly passing: WeakSet<Node>;
  /** Values of return statements. */
  readonly returned: WeakSet<Node>;
  /** Functions called by code that is not ours: their results live on the heap. */
  readonly callbacks: ReadonlySet<FunctionDeclaration>;
  /** Loop counters that cannot pass their bound. */
  readonly counters: WeakSet<Node>;
  /** Objects of the contract's storage fields. */
  readonly handles: StorageHandles;
  /** A unary operation whose arithmetic comes next. */
  unary: boolean;
}

const WIDTHS: Readonly<Record<string, 16 | 32>> = {
  [`${LIBRARY_PREFIX}u128/u128`]: 16,
  [`${LIBRARY_PREFIX}i128/i128`]: 16,
  [`${LIBRARY_PREFIX}u256/u256`]: 32,
};

/** Bytes of a wide number, undefined for any other type. */
export function widthOf(type: TypeLike): 16 | 32 | undefined {
  const name = type.classReference?.prototype.internalName;
  return name === undefined || !Object.hasOwn(WIDTHS, name) ? undefined : WIDTHS[name];
}

export function createLowering(program: Program, fields: readonly StorageField[]): Lowering {
  const authored = new Set(program.sources.filter(isUserSource));
  const lowering: Omit<Lowering, 'callbacks' | 'unary'> = {
    authored,
    frames: new WeakMap(),
    kept: new WeakSet(),
    passing: new WeakSet(),
    returned: new WeakSet(),
    counters: new WeakSet(),
    handles: new StorageHandles(fields),
  };
  const functions: FunctionDeclaration[] = [];
  const callbacks = new Set<FunctionDeclaration>();
  const callees = new Set<Node>();
  const names: IdentifierExpression[] = [];
  for (const source of authored) {
    for (const statement of source.statements) {
      visitNodes(statement, (node) => {
        if (node instanceof ArrayLiteralExpression)
          for (const one of node.elementExpressions) lowering.kept.add(one);
        else if (node instanceof FieldDeclaration && node.initializer) lowering.kept.add(node.initializer);
        else if (node instanceof ForStatement) noteCounter(node, lowering.counters);
        else if (node instanceof FunctionExpression) {
          callbacks.add(node.declaration);
          if (node.declaration.body instanceof ExpressionStatement)
            lowering.kept.add(node.declaration.body.expression);
        } else if (node instanceof CallExpression) callees.add(node.expression);
        else if (node instanceof IdentifierExpression) names.push(node);
        if (node instanceof FunctionDeclaration) {
          functions.push(node);
          callees.add(node.name);
        }
      });
    }
  }
  const values = new Set(names.filter((name) => !callees.has(name)).map((name) => name.text));
  for (const one of functions) if (values.has(one.name.text)) callbacks.add(one);
  return { ...lowering, callbacks, unary: false };
}

/** `i < …; i++` and `i > …; i--` never leave the type. */
function noteCounter(loop: ForStatement, counters: WeakSet<Node>): void {
  const step = loop.incrementor && unwrap(loop.incrementor);
  const test = loop.condition && unwrap(loop.condition);
  if (!(step instanceof UnaryPostfixExpression || step instanceof UnaryPrefixExpression)) return;
  if (!(test instanceof BinaryExpression)) return;
  const bound = step.operator === TOKENS.plusPlus ? TOKENS.lessThan : TOKENS.greaterThan;
  const same = nameOf(step.operand) !== undefined && nameOf(step.operand) === nameOf(test.left);
  if (same && test.operator === bound) counters.add(step);
}

function nameOf(node: Expression): string | undefined {
  const inner = unwrap(node);
  return inner instanceof IdentifierExpression ? inner.text : undefined;
}

/** Code of the author's files, or made for them. */
export function isOurs(lowering: Lowering | undefined, instance: FunctionLike): boolean {
  return lowering !== undefined && isUserSource(instance.declaration.range.source);
}

/** A call of a library function by its place: `arena/mark`. */
export function callLibrary(
  compiler: CompilerLike,
  name: string,
  operands: Code[],
  result: number,
  types: readonly TypeLike[] | null = null,
): Code {
  const prototype = compiler.program.elementsByName.get(LIBRARY_PREFIX + name);
  assert(prototype !== undefined, `the library has ${name}`);
  const instance = compiler.resolver.resolveFunction(prototype, types);
  assert(instance !== null, `${name} resolves`);
  const type = compiler.currentType;
  compiler.compileFunction(instance);
  compiler.currentType = type;
  return compiler.module.call(instance.internalName, operands, result);
}
