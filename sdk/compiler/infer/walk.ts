// State of one walk: a method of the contract is followed through everything it can reach, and every storage access
// on the way becomes a template. Scopes hold names; the walk holds what was found.

import type { AccessTemplate, Expression } from '@weft/runtime/types/access';
import type {
  ClassDeclaration,
  Element,
  FunctionDeclaration,
  Node,
  Program,
  Range,
  Statement,
  Expression as SyntaxExpression,
} from 'assemblyscript';
import type { ContractModel } from '../contract-model.js';
import { CompileError } from '../errors.js';
import type { TypeResolver } from '../resolve-contract.js';
import { placeOf } from '../syntax.js';
import type { Declared } from './declared.js';
import { expressionText, type Sym, UNKNOWN } from './symbols.js';
import type { UserIndex } from './user-index.js';

/** Functions one method may be followed through; past it the source is refused, not half read. */
const STEPS_MAX = 4_000;

export interface FoundTemplate {
  readonly template: AccessTemplate;
  readonly place: string;
}

/** Entry points of the walk: the files below them call back through here, so that none import in a circle. */
export interface Visitor {
  /** Visits an expression and says what is known of its value. */
  expression(scope: Scope, node: SyntaxExpression): Sym;
  statement(scope: Scope, node: Statement): void;
}

/** The walk of one method. */
export interface Walk {
  readonly visit: Visitor;
  readonly program: Program;
  readonly contract: ContractModel;
  readonly resolver: TypeResolver;
  readonly index: UserIndex;
  readonly declared: Declared;
  readonly method: string;
  /** Whether it is the method that runs once, at creation. */
  readonly init: boolean;
  /** Locks that nobody wrote, and why. */
  readonly notes: Set<string>;
  readonly found: FoundTemplate[];
  readonly stack: FunctionDeclaration[];
  /** Functions already followed with nothing known of their arguments. */
  readonly unknownWalked: Set<Node>;
  /** Lists the method changes after they came in, by identity. */
  readonly mutatedLists: Set<string>;
  steps: number;
}

/** A loop around the walker's place: over a list whose elements are known, or any other. */
export type Loop =
  /** `bound`: other lists read at this loop's index, by identity. */
  { readonly kind: 'each'; readonly list: string; readonly bound: Set<string> } | { readonly kind: 'opaque' };

/** One function activation, or a block of it. */
export interface Scope {
  readonly walk: Walk;
  readonly names: Map<string, Sym>;
  readonly parent: Scope | undefined;
  /** Names are looked up from here when they are not local. */
  readonly element: Element;
  /** The class of the contract the function stands in; undefined outside: `this` is then just an object. */
  readonly contractClass: ClassDeclaration | undefined;
  /** Names the function assigns after declaring them: their value is unknown. */
  readonly assigned: ReadonlySet<string>;
  readonly loops: readonly Loop[];
  /** What the function returns, one entry per return statement. */
  readonly returns: Sym[];
}

/** A block inside the scope, in a further loop if one is given. */
export function innerScope(scope: Scope, loop?: Loop): Scope {
  const loops = loop ? [...scope.loops, loop] : scope.loops;
  return { ...scope, names: new Map(), parent: scope, loops };
}

/** The local of this name, or undefined when it is none. */
export function lookupLocal(scope: Scope, name: string): Sym | undefined {
  for (let current: Scope | undefined = scope; current; current = current.parent) {
    const sym = current.names.get(name);
    if (sym) return current.assigned.has(name) && sym.kind !== 'index' ? UNKNOWN : sym;
  }
  return undefined;
}

/** A list that came in and is changed is no longer what came in. */
export function noteMutation(scope: Scope, sym: Sym): void {
  if (sym.kind === 'known' && sym.layout.kind === 'list') {
    scope.walk.mutatedLists.add(expressionText(sym.expression));
  }
}

export function countStep(walk: Walk, node: { readonly range: Range }): void {
  walk.steps++;
  if (walk.steps > STEPS_MAX) {
    throw new CompileError('COMPILE_ACCESS', {
      expected: `at most ${STEPS_MAX} functions to follow`,
      method: walk.method,
      place: placeOf(node),
    });
  }
}

/** Whether a loop around stands for this list: an inner loop over it would need a second index. */
export function isLooped(scope: Scope, list: Expression): boolean {
  const text = expressionText(list);
  return scope.loops.some((loop) => loop.kind === 'each' && (loop.list === text || loop.bound.has(text)));
}

/**
 * Whether `list[index]`, the index running over `indexList`, may stand as `each(list)`: within the loops around, every
 * element of that list must be read at one and the same index.
 */
export function bindIndex(scope: Scope, list: Expression, indexList: Expression): boolean {
  const text = expressionText(list);
  const index = expressionText(indexList);
  const loop = scope.loops.find((one) => one.kind === 'each' && one.list === index);
  if (loop?.kind !== 'each') return false;
  if (text === index) return true;
  for (const other of scope.loops) {
    if (other !== loop && other.kind === 'each' && (other.list === text || other.bound.has(text)))
      return false;
  }
  loop.bound.add(text);
  return true;
}

export function addTemplate(scope: Scope, template: AccessTemplate, node: { readonly range: Range }): void {
  scope.walk.found.push({ template, place: placeOf(node) });
}

/** Refuses an access that is neither known nor declared, and says what to write. */
export function refuseUnknown(
  scope: Scope,
  node: { readonly range: Range },
  what: { readonly got: string; readonly why?: string; readonly write: readonly string[] },
): never {
  throw new CompileError('COMPILE_ACCESS', {
    got: what.got,
    ...(what.why === undefined ? {} : { why: what.why }),
    write: what.write,
    method: scope.walk.method,
    place: placeOf(node),
  });
}
