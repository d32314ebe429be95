// Expressions: every one is visited, because any may hold a storage call; what it evaluates to comes back as a symbol.
import {
  ArrayLiteralExpression,
  AssertionExpression,
  BinaryExpression,
  CallExpression,
  ClassExpression,
  CommaExpression,
  ElementAccessExpression,
  EnumValue,
  type Expression,
  FalseExpression,
  FunctionExpression,
  FunctionPrototype,
  IdentifierExpression,
  InstanceOfExpression,
  IntegerLiteralExpression,
  NewExpression,
  NullExpression,
  ObjectLiteralExpression,
  PropertyAccessExpression,
  StringLiteralExpression,
  SuperExpression,
  TemplateLiteralExpression,
  TernaryExpression,
  ThisExpression,
  TrueExpression,
  UnaryPostfixExpression,
  UnaryPrefixExpression,
  VariableLikeElement,
} from 'assemblyscript';
import { CompileError } from '../errors.js';
import { FLAGS, placeOf, TOKENS, textOf, unwrap } from '../syntax.js';
import { contractMember, followGetter, followUnknown, staticElement } from './follow.js';
import { libraryConstant } from './library-calls.js';
import { storageCall } from './storage-access.js';
import { storagePath } from './storage-path.js';
import { expressionText, known, memberOf, type Sym, sameLayout, toExpression, UNKNOWN } from './symbols.js';
import { bindIndex, lookupLocal, noteMutation, type Scope } from './walk.js';
import { walkCall, walkNew } from './walk-call.js';

/** Visits an expression and says what is known of its value. */
export function walkExpression(scope: Scope, raw: Expression): Sym {
  const node = unwrap(raw);
  if (node instanceof CallExpression) return walkCall(scope, node);
  if (node instanceof NewExpression) return walkNew(scope, node);
  if (node instanceof PropertyAccessExpression) return walkProperty(scope, node);
  if (node instanceof ElementAccessExpression) return walkElement(scope, node);
  if (node instanceof BinaryExpression) return walkBinary(scope, node);
  if (node instanceof AssertionExpression) return walkAssertion(scope, node);
  if (node instanceof UnaryPrefixExpression) return walkPrefix(scope, node);
  if (node instanceof ThisExpression || node instanceof SuperExpression) return walkThis(scope, node);
  if (node instanceof TrueExpression) return { kind: 'literal', value: true };
  if (node instanceof FalseExpression) return { kind: 'literal', value: false };
  if (node instanceof NullExpression) return UNKNOWN;
  if (node instanceof IdentifierExpression) return walkIdentifier(scope, node);
  if (node instanceof IntegerLiteralExpression) return integerLiteral(textOf(node));
  if (node instanceof StringLiteralExpression) return { kind: 'literal', value: node.value };
  if (node instanceof TernaryExpression) return walkTernary(scope, node);
  if (node instanceof FunctionExpression) {
    followUnknown(scope, node.declaration, node);
    return UNKNOWN;
  }
  if (node instanceof ClassExpression) {
    throw new CompileError('COMPILE_STORAGE_USE', { got: 'a class expression', place: placeOf(node) });
  }
  return walkParts(scope, node);
}

/** Expressions whose parts are visited in order and whose value is not known. */
function walkParts(scope: Scope, node: Expression): Sym {
  if (node instanceof UnaryPostfixExpression) walkExpression(scope, node.operand);
  else if (node instanceof ArrayLiteralExpression)
    for (const one of node.elementExpressions) walkExpression(scope, one);
  else if (node instanceof ObjectLiteralExpression) for (const one of node.values) walkExpression(scope, one);
  else if (node instanceof TemplateLiteralExpression)
    for (const one of node.expressions) walkExpression(scope, one);
  else if (node instanceof InstanceOfExpression) walkExpression(scope, node.expression);
  else if (node instanceof CommaExpression) {
    let last = UNKNOWN;
    for (const one of node.expressions) last = walkExpression(scope, one);
    return last;
  }
  return UNKNOWN;
}

export function integerLiteral(text: string): Sym {
  const digits = text.replaceAll('_', '');
  return /^(?:0x[0-9a-f]+|0o[0-7]+|0b[01]+|\d+)$/i.test(digits)
    ? { kind: 'literal', value: BigInt(digits) }
    : UNKNOWN;
}

/** `this` is only ever a receiver: it may not be passed, stored or returned. */
function walkThis(scope: Scope, node: Expression): Sym {
  if (!scope.contractClass) return UNKNOWN;
  throw new CompileError('COMPILE_STORAGE_USE', {
    message: 'the contract itself is not a value',
    write: 'this.field.method(…) and this.method(…); what a function needs, as its arguments',
    place: placeOf(node),
  });
}

function walkIdentifier(scope: Scope, node: IdentifierExpression): Sym {
  const local = lookupLocal(scope, node.text);
  if (local) return local;
  const element = scope.element.lookup(node.text);
  if (element instanceof FunctionPrototype) {
    // A function used as a value may be called with anything.
    if (!element.declaration.range.source.isLibrary) followUnknown(scope, element.declaration as never, node);
    return UNKNOWN;
  }
  return constantOf(scope, element);
}

/** Constants with a literal initialiser, and enum values. */
function constantOf(scope: Scope, element: unknown): Sym {
  if (!(element instanceof VariableLikeElement)) return UNKNOWN;
  const isConstant = element instanceof EnumValue || element.is(8) || element.is(FLAGS.readonly);
  const initializer = isConstant ? element.initializerNode : null;
  if (!initializer) return UNKNOWN;
  const node = unwrap(initializer);
  const sym = walkLiteral(scope, node);
  const type = element.typeNode && scope.walk.resolver.typeOf(element.typeNode, scope.element);
  const contractType = type ? scope.walk.resolver.ofType(type) : undefined;
  const expression = contractType && toExpression(sym, contractType.layout);
  return expression && contractType ? known(expression, contractType.layout) : sym;
}

/** Initialisers of constants run once at the start; only plain constants count here. */
function walkLiteral(scope: Scope, node: Expression): Sym {
  if (node instanceof IntegerLiteralExpression) return integerLiteral(textOf(node));
  if (node instanceof StringLiteralExpression) return { kind: 'literal', value: node.value };
  if (node instanceof TrueExpression) return { kind: 'literal', value: true };
  if (node instanceof FalseExpression) return { kind: 'literal', value: false };
  if (node instanceof UnaryPrefixExpression) return negated(node, walkLiteral(scope, unwrap(node.operand)));
  if (node instanceof CallExpression && /^(?:u128|u256|i128)\.from\(\s*[\d_]+\s*\)$/.test(textOf(node)))
    return walkCall(scope, node);
  return UNKNOWN;
}

function negated(node: UnaryPrefixExpression, sym: Sym): Sym {
  return node.operator === TOKENS.minus && sym.kind === 'literal' && typeof sym.value === 'bigint'
    ? { kind: 'literal', value: -sym.value }
    : UNKNOWN;
}

function walkPrefix(scope: Scope, node: UnaryPrefixExpression): Sym {
  return negated(node, walkExpression(scope, node.operand));
}

function walkTernary(scope: Scope, node: TernaryExpression): Sym {
  walkExpression(scope, node.condition);
  const a = walkExpression(scope, node.ifThen);
  const b = walkExpression(scope, node.ifElse);
  const same =
    a.kind === 'known' &&
    b.kind === 'known' &&
    sameLayout(a.layout, b.layout) &&
    expressionText(a.expression) === expressionText(b.expression);
  return same ? a : UNKNOWN;
}

function walkBinary(scope: Scope, node: BinaryExpression): Sym {
  const assigns = node.operator >= TOKENS.firstAssignment && node.operator <= TOKENS.lastAssignment;
  if (!assigns) {
    walkExpression(scope, node.left);
    walkExpression(scope, node.right);
    return UNKNOWN;
  }
  const target = unwrap(node.left);
  if (target instanceof ElementAccessExpression) {
    const base = walkExpression(scope, target.expression);
    walkExpression(scope, target.elementExpression);
    noteMutation(scope, base);
  } else if (!(target instanceof IdentifierExpression)) walkExpression(scope, target);
  walkExpression(scope, node.right);
  return UNKNOWN;
}

/** `x as T`, `<T>x`, `x!`: kept when the value's bytes stay what they are. */
function walkAssertion(scope: Scope, node: AssertionExpression): Sym {
  const sym = walkExpression(scope, node.expression);
  if (!node.toType) return UNKNOWN;
  const type = scope.walk.resolver.typeOf(node.toType, scope.element);
  const target = type && scope.walk.resolver.ofType(type);
  if (!target) return UNKNOWN;
  const expression = toExpression(sym, target.layout);
  return expression ? known(expression, target.layout) : UNKNOWN;
}

function walkElement(scope: Scope, node: ElementAccessExpression): Sym {
  const base = walkExpression(scope, node.expression);
  const index = walkExpression(scope, node.elementExpression);
  if (base.kind !== 'known' || base.layout.kind !== 'list' || index.kind !== 'index') return UNKNOWN;
  if (!bindIndex(scope, base.expression, index.list)) return UNKNOWN;
  return known({ kind: 'each', list: base.expression }, base.layout.item);
}

function walkProperty(scope: Scope, node: PropertyAccessExpression): Sym {
  const name = node.property.text;
  const receiver = unwrap(node.expression);
  const path = storagePath(scope, receiver);
  if (path) return storageCall(scope, path.field, name, path.keys, node);
  if (scope.contractClass && (receiver instanceof ThisExpression || receiver instanceof SuperExpression)) {
    return contractMember(scope, node, receiver instanceof SuperExpression);
  }
  const element = staticElement(scope, node);
  if (element) {
    const constant = libraryConstant(element.internalName);
    return constant.kind === 'unknown' ? constantOf(scope, element) : constant;
  }
  const sym = walkExpression(scope, receiver);
  if (sym.kind === 'known' && sym.layout.kind === 'list') {
    return name === 'length' ? { kind: 'length', list: sym.expression } : UNKNOWN;
  }
  if (!scope.walk.index.assignedProperties.has(name)) {
    const member = memberOf(sym, name);
    if (member.kind !== 'unknown') return member;
  }
  followGetter(scope, name, node);
  return UNKNOWN;
}
