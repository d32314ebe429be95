// Statements: both branches of an if count, loops are entered once with what is known of their variable.

import type { Expression as AccessExpression } from '@weft/runtime/types/access';
import {
  BinaryExpression,
  BlockStatement,
  ClassDeclaration,
  DoStatement,
  type Expression,
  ExpressionStatement,
  ForStatement,
  FunctionDeclaration,
  IdentifierExpression,
  IfStatement,
  IntegerLiteralExpression,
  ReturnStatement,
  type Statement,
  SwitchStatement,
  ThrowStatement,
  UnaryPostfixExpression,
  UnaryPrefixExpression,
  VariableStatement,
  VoidStatement,
  WhileStatement,
} from 'assemblyscript';
import { CompileError } from '../errors.js';
import { placeOf, TOKENS, textOf, unwrap } from '../syntax.js';
import { assignedBelow } from './assigned-names.js';
import { followUnknown } from './follow.js';
import { expressionText, known, type Sym, toExpression, UNKNOWN } from './symbols.js';
import { innerScope, isLooped, type Scope } from './walk.js';
import { walkExpression } from './walk-expression.js';

export function walkStatement(scope: Scope, node: Statement): void {
  if (node instanceof BlockStatement) walkAll(innerScope(scope), node.statements);
  else if (node instanceof ExpressionStatement) walkExpression(scope, node.expression);
  else if (node instanceof VariableStatement) walkVariables(scope, node);
  else if (node instanceof ReturnStatement)
    scope.returns.push(node.value ? walkExpression(scope, node.value) : UNKNOWN);
  else if (node instanceof IfStatement) {
    walkExpression(scope, node.condition);
    walkStatement(innerScope(scope), node.ifTrue);
    if (node.ifFalse) walkStatement(innerScope(scope), node.ifFalse);
  } else if (node instanceof ForStatement) walkFor(scope, node);
  else if (node instanceof WhileStatement || node instanceof DoStatement) {
    const inner = innerScope(scope, { kind: 'opaque' });
    walkExpression(inner, node.condition);
    walkStatement(inner, node.body);
  } else walkRest(scope, node);
}

function walkAll(scope: Scope, statements: readonly Statement[]): void {
  for (const statement of statements) walkStatement(scope, statement);
}

function walkRest(scope: Scope, node: Statement): void {
  if (node instanceof SwitchStatement) {
    walkExpression(scope, node.condition);
    for (const one of node.cases) {
      if (one.label) walkExpression(scope, one.label);
      walkAll(innerScope(scope), one.statements);
    }
  } else if (node instanceof ThrowStatement) walkExpression(scope, node.value);
  else if (node instanceof VoidStatement) walkExpression(scope, node.expression);
  else if (node instanceof FunctionDeclaration) followUnknown(scope, node, node);
  else if (node instanceof ClassDeclaration) {
    throw new CompileError('COMPILE_STORAGE_USE', {
      expected: 'a statement AssemblyScript compiles',
      got: textOf(node).split('\n')[0] ?? '',
      place: placeOf(node),
    });
  }
}

function walkVariables(scope: Scope, node: VariableStatement): void {
  for (const declaration of node.declarations) {
    let sym: Sym = declaration.initializer ? walkExpression(scope, declaration.initializer) : UNKNOWN;
    // A declared type may convert: keep a literal or an exact value, forget anything that would change its bytes.
    if (declaration.type) {
      const type = scope.walk.resolver.typeOf(declaration.type, scope.element);
      const target = type && scope.walk.resolver.ofType(type);
      const expression = target && toExpression(sym, target.layout);
      if (target && expression) sym = known(expression, target.layout);
      else if (sym.kind === 'known' || sym.kind === 'literal') sym = UNKNOWN;
    }
    scope.names.set(declaration.name.text, sym);
  }
}

/** `for (let i = 0; i < list.length; i++)` whose body leaves i alone runs once per element; any other is opaque. */
function walkFor(scope: Scope, node: ForStatement): void {
  const outer = innerScope(scope);
  if (node.initializer) walkStatement(outer, node.initializer);
  const counted = countedList(outer, node);
  if (counted && !isLooped(scope, counted.list)) {
    const body = innerScope(outer, { kind: 'each', list: expressionText(counted.list), bound: new Set() });
    body.names.set(counted.name, { kind: 'index', list: counted.list });
    walkStatement(body, node.body);
    return;
  }
  const body = innerScope(outer, { kind: 'opaque' });
  if (node.condition) walkExpression(body, node.condition);
  if (node.incrementor) walkExpression(body, node.incrementor);
  walkStatement(body, node.body);
}

function countedList(scope: Scope, node: ForStatement): { name: string; list: AccessExpression } | undefined {
  const { initializer, condition, incrementor } = node;
  if (!(initializer instanceof VariableStatement) || !condition || !incrementor) return undefined;
  const [first, ...others] = initializer.declarations;
  const start = first?.initializer && unwrap(first.initializer);
  if (!first || !(start instanceof IntegerLiteralExpression) || textOf(start) !== '0') return undefined;
  if (others.some((other) => other.name.text === first.name.text)) return undefined;
  const name = first.name.text;
  const test = unwrap(condition);
  if (!(test instanceof BinaryExpression) || test.operator !== TOKENS.lessThan) return undefined;
  if (!isName(test.left, name)) return undefined;
  const limit = walkExpression(scope, test.right);
  if (limit.kind !== 'length' || !isIncrement(incrementor, name)) return undefined;
  return assignedBelow(node.body).has(name) ? undefined : { name, list: limit.list };
}

function isName(node: Expression, name: string): boolean {
  const inner = unwrap(node);
  return inner instanceof IdentifierExpression && inner.text === name;
}

function isIncrement(node: Expression, name: string): boolean {
  const inner = unwrap(node);
  const counts = inner instanceof UnaryPostfixExpression || inner instanceof UnaryPrefixExpression;
  return counts && inner.operator === TOKENS.plusPlus && isName(inner.operand, name);
}
