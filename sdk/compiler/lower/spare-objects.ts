// Objects that need not be made. `emit(new E(…))` writes the event from its values; the error of `ensure(condition, new E(…))`
// is made when the condition fails. Put in when access is inferred, so what is inferred is of the source as it stands.

import {
  CallExpression,
  type ClassDeclaration,
  ClassPrototype,
  type Expression,
  ExpressionStatement,
  type File,
  FunctionPrototype,
  IdentifierExpression,
  LiteralExpression,
  MethodDeclaration,
  NewExpression,
  Node,
  ParameterNode,
  type Program,
  PropertyAccessExpression,
  type Source,
  ThisExpression,
  VariableDeclaration,
} from 'assemblyscript';
import type { ContractModel } from '../contract-model.js';
import { visitNodes } from '../infer/visit-nodes.js';
import { EMIT_VALUES, LIBRARY_PREFIX } from '../names.js';
import { FLAGS, hasFlag, isUserSource, TOKENS, unwrap } from '../syntax.js';

/** Changes calls in place, before anything is compiled. */
export function spareObjects(program: Program, contract: ContractModel): void {
  const events = new Set(contract.data.filter(({ kind }) => kind === 'event').map((one) => one.declaration));
  const sources = program.sources.filter(isUserSource);
  const getters = getterNames(sources);
  for (const source of sources) {
    const file = program.filesByName.get(source.internalPath);
    if (!file) continue;
    const scope = { file, hidden: localNames(source.statements), events, getters };
    for (const statement of source.statements) {
      visitNodes(statement, (node) => {
        if (node instanceof CallExpression) emitValues(scope, node);
        else if (node instanceof ExpressionStatement) failLate(scope, node);
      });
    }
  }
}

interface Scope {
  readonly file: File;
  /** Names of variables and parameters: what they hide is left alone, wherever they stand. */
  readonly hidden: ReadonlySet<string>;
  readonly events: ReadonlySet<ClassDeclaration>;
  /** Of the author's classes: reading one may do anything. */
  readonly getters: ReadonlySet<string>;
}

function getterNames(sources: readonly Source[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const source of sources) {
    visitNodes(source, (node) => {
      if (node instanceof MethodDeclaration && hasFlag(node, FLAGS.get)) names.add(node.name.text);
    });
  }
  return names;
}

function localNames(statements: readonly Node[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of statements) {
    visitNodes(statement, (node) => {
      if (node instanceof VariableDeclaration || node instanceof ParameterNode) names.add(node.name.text);
    });
  }
  return names;
}

/** `emit(new E(a, b))` becomes `E.<EMIT_VALUES>(a, b)`. */
function emitValues(scope: Scope, call: CallExpression): void {
  const [made, more] = call.args;
  if (!(made instanceof NewExpression) || more || !isLibrary(scope, call.expression, 'event/emit')) return;
  const { identifier, next } = made.typeName;
  const element = next ? undefined : lookup(scope, identifier.text);
  if (!(element instanceof ClassPrototype) || !scope.events.has(element.declaration as ClassDeclaration))
    return;
  const method = Node.createIdentifierExpression(EMIT_VALUES, call.expression.range);
  call.expression = Node.createPropertyAccessExpression(identifier, method, call.expression.range);
  call.typeArguments = null;
  call.args = made.args;
  // What is wrong with the values is wrong where the event is made.
  call.range = made.range;
}

/** `ensure(c, e)` becomes `!c && (ensure(false, e), true)` where making `e` can neither fail nor do anything. */
function failLate(scope: Scope, statement: ExpressionStatement): void {
  const call = statement.expression;
  if (!(call instanceof CallExpression)) return;
  const [condition, error, more] = call.args;
  if (!condition || !(error instanceof NewExpression) || more) return;
  if (!isLibrary(scope, call.expression, 'failure/ensure')) return;
  if (!error.args.every((one) => isPlain(scope, one))) return;
  const { range } = call;
  call.args = [Node.createFalseExpression(range), error];
  const failing = Node.createParenthesizedExpression(
    Node.createCommaExpression([call, Node.createTrueExpression(range)], range),
    range,
  );
  const failed = Node.createUnaryPrefixExpression(
    TOKENS.exclamation as never,
    Node.createParenthesizedExpression(condition, range),
    range,
  );
  statement.expression = Node.createBinaryExpression(TOKENS.and as never, failed, failing, range);
}

/** Names, literals, fields, and what a call knows of itself. */
function isPlain(scope: Scope, expression: Expression): boolean {
  const node = unwrap(expression);
  if (node instanceof IdentifierExpression || node instanceof ThisExpression) return true;
  if (node instanceof LiteralExpression) return true;
  if (node instanceof PropertyAccessExpression)
    return !scope.getters.has(node.property.text) && isPlain(scope, node.expression);
  if (!(node instanceof CallExpression) || node.args.length > 0) return false;
  return CONTEXT.some((name) => isLibrary(scope, node.expression, `context/${name}`));
}

const CONTEXT = ['self', 'caller', 'sender', 'value', 'height', 'time', 'blockHash'] as const;

function isLibrary(scope: Scope, callee: Expression, name: string): boolean {
  if (!(callee instanceof IdentifierExpression)) return false;
  const element = lookup(scope, callee.text);
  return element instanceof FunctionPrototype && element.internalName === LIBRARY_PREFIX + name;
}

function lookup({ file, hidden }: Scope, name: string): ReturnType<File['lookup']> {
  return hidden.has(name) ? null : file.lookup(name);
}
