// Where in storage an expression stands: `this.field`, or `this.grid.get(a)` in maps that hold storage themselves.

import {
  CallExpression,
  type Expression,
  type Node,
  PropertyAccessExpression,
  ThisExpression,
} from 'assemblyscript';
import type { ResolvedField } from '../contract-model.js';
import { CompileError } from '../errors.js';
import { placeOf, textOf, unwrap } from '../syntax.js';
import type { Sym } from './symbols.js';
import type { Scope } from './walk.js';

export interface StoragePath {
  readonly field: ResolvedField;
  /** Keys given so far. */
  readonly keys: readonly Sym[];
  /** Numbers of keys of the maps still to come before the storage that holds values. */
  readonly levels: readonly number[];
}

/** The path of an expression, or undefined when it is no storage. Visits the keys on the way. */
export function storagePath(scope: Scope, node: Node): StoragePath | undefined {
  if (!scope.contractClass) return undefined;
  if (node instanceof CallExpression) {
    const callee = unwrap(node.expression);
    if (!(callee instanceof PropertyAccessExpression) || callee.property.text !== 'get') return undefined;
    if (!leadsToStorage(scope, unwrap(callee.expression))) return undefined;
    const outer = storagePath(scope, unwrap(callee.expression));
    const [count, ...levels] = outer?.levels ?? [];
    if (!outer || count === undefined) return undefined;
    const keys = node.args.map((arg) => scope.walk.visit.expression(scope, arg)).slice(0, count);
    return { field: outer.field, keys: [...outer.keys, ...keys], levels };
  }
  const field = fieldOf(scope, node);
  return field && { field, keys: [], levels: field.levels };
}

/** Whether `.get(…)` on the expression gives storage and not a value; visits nothing. */
function leadsToStorage(scope: Scope, node: Expression): boolean {
  let depth = 0;
  let current: Expression = node;
  while (current instanceof CallExpression) {
    const callee = unwrap(current.expression);
    if (!(callee instanceof PropertyAccessExpression) || callee.property.text !== 'get') return false;
    depth++;
    current = unwrap(callee.expression);
  }
  const field = fieldOf(scope, current);
  return field !== undefined && depth < field.levels.length;
}

function fieldOf(scope: Scope, node: Node): ResolvedField | undefined {
  if (!(node instanceof PropertyAccessExpression) || !(unwrap(node.expression) instanceof ThisExpression))
    return undefined;
  return scope.walk.contract.fields.find((field) => field.name === node.property.text);
}

/** Storage inside a map is used at once: kept in a variable, the walker would lose it. */
export function refuseHandle(path: StoragePath, node: Node & { readonly range: Node['range'] }): never {
  throw new CompileError('COMPILE_STORAGE_USE', {
    message: `what ${path.field.name} holds is storage, and storage is not a value`,
    write: `${textOf(node)}.method(…), each time`,
    place: placeOf(node),
  });
}
