// Following: from a call to the body it runs, with what is known of the arguments; and the members of the contract.

import { assert } from '@weft/runtime/base/assert';
import {
  type ClassDeclaration,
  ClassPrototype,
  type Element,
  Enum,
  FieldDeclaration,
  type FunctionDeclaration,
  IdentifierExpression,
  MethodDeclaration,
  Namespace,
  type Node,
  PropertyAccessExpression,
} from 'assemblyscript';
import { CompileError } from '../errors.js';
import { FLAGS, hasFlag, placeOf, textOf, unwrap } from '../syntax.js';
import { assignedNames } from './assigned-names.js';
import { outlives, type Sym, UNKNOWN } from './symbols.js';
import { countStep, type Loop, lookupLocal, type Scope, type Walk } from './walk.js';

interface Activation {
  readonly walk: Walk;
  readonly declaration: FunctionDeclaration;
  readonly args: readonly Sym[];
  readonly element: Element;
  readonly contractClass: ClassDeclaration | undefined;
  readonly loops: readonly Loop[];
}

/** Runs the walker over a body; what it returns is known if it returns one thing in one place. */
export function follow(activation: Activation, node: Node): Sym {
  const { walk, declaration, args } = activation;
  if (walk.stack.includes(declaration)) return followRecursion(activation, node);
  countStep(walk, node);
  const { body } = declaration;
  if (!body) return UNKNOWN;
  const scope: Scope = {
    walk,
    names: new Map(),
    parent: undefined,
    element: activation.element,
    contractClass: activation.contractClass,
    assigned: assignedNames(declaration),
    loops: activation.loops,
    returns: [],
  };
  walk.stack.push(declaration);
  for (const [index, parameter] of declaration.signature.parameters.entries()) {
    const sym =
      args[index] ?? (parameter.initializer ? walk.visit.expression(scope, parameter.initializer) : UNKNOWN);
    scope.names.set(parameter.name.text, sym);
  }
  walk.visit.statement(scope, body);
  walk.stack.pop();
  const [only, second] = scope.returns;
  return only && !second && !outlives(only, loopLists(activation.loops)) ? only : UNKNOWN;
}

/** The lists whose elements the loops stand for. */
function loopLists(loops: readonly Loop[]): Set<string> {
  return new Set(loops.flatMap((loop) => (loop.kind === 'each' ? [loop.list, ...loop.bound] : [])));
}

/** A function inside itself is followed once more with nothing known, which covers every depth. */
function followRecursion(activation: Activation, node: Node): Sym {
  const { walk, declaration } = activation;
  if (walk.unknownWalked.has(declaration)) return UNKNOWN;
  walk.unknownWalked.add(declaration);
  const outer = walk.stack.splice(0);
  const args = declaration.signature.parameters.map(() => UNKNOWN);
  follow({ ...activation, args, loops: [...activation.loops, { kind: 'opaque' }] }, node);
  walk.stack.push(...outer);
  return UNKNOWN;
}

/** A body that may run with any arguments, any number of times. */
export function followUnknown(scope: Scope, declaration: FunctionDeclaration, node: Node): void {
  const { walk } = scope;
  if (walk.unknownWalked.has(declaration)) return;
  walk.unknownWalked.add(declaration);
  const owner = walk.index.owners.get(declaration);
  const place = owner
    ? walk.program.getElementByDeclaration(owner)
    : walk.program.getElementByDeclaration(declaration);
  follow(
    {
      walk,
      declaration,
      args: declaration.signature.parameters.map(() => UNKNOWN),
      element: place ?? scope.element,
      contractClass: undefined,
      loops: [{ kind: 'opaque' }],
    },
    node,
  );
}

/** All of the author's methods of this name, wherever they stand. */
export function followByName(scope: Scope, name: string, node: Node): void {
  for (const declaration of scope.walk.index.functions.get(name) ?? [])
    followUnknown(scope, declaration, node);
}

/** A property of an object that is not known may be a getter or a setter. */
export function followGetter(scope: Scope, name: string, node: Node): void {
  followByName(scope, name, node);
}

/** The contract's own method or static of this name, nearest class first; `above`: only bases of that class. */
export function findContractMethod(
  walk: Walk,
  name: string,
  above?: ClassDeclaration,
): { declaration: MethodDeclaration; owner: ClassDeclaration } | undefined {
  const from = above ? walk.contract.classes.indexOf(above) + 1 : 0;
  for (const owner of walk.contract.classes.slice(from)) {
    for (const member of owner.members) {
      if (member instanceof MethodDeclaration && member.name.text === name && member.body) {
        return { declaration: member, owner };
      }
    }
  }
  return undefined;
}

/** Follows a method of the contract, `this` being the contract. */
export function followContract(
  scope: Scope,
  method: { declaration: MethodDeclaration; owner: ClassDeclaration },
  args: readonly Sym[],
  node: Node,
): Sym {
  const element = scope.walk.program.getElementByDeclaration(method.owner);
  assert(element !== null, 'a class is an element');
  return follow(
    {
      walk: scope.walk,
      declaration: method.declaration,
      args,
      element,
      contractClass: method.owner,
      loops: scope.loops,
    },
    node,
  );
}

/** `this.name` that is not called: a getter of the contract. A storage field by itself may not be used. */
export function contractMember(scope: Scope, node: PropertyAccessExpression, isSuper: boolean): Sym {
  const name = node.property.text;
  const getter = findContractMethod(scope.walk, name, isSuper ? scope.contractClass : undefined);
  if (getter && hasFlag(getter.declaration, FLAGS.get)) return followContract(scope, getter, [], node);
  const isField = scope.walk.contract.fields.some((field) => field.name === name);
  throw new CompileError('COMPILE_STORAGE_USE', {
    message: isField
      ? `${name} is storage, and storage is not a value`
      : `${textOf(node)} is neither storage nor a getter`,
    write: isField ? `this.${name}.get(…), this.${name}.set(…), each time` : `this.${name}(…)`,
    place: placeOf(node),
  });
}

/** The element that `A.b` names when A is a namespace, an enum or a class; undefined when A is a value. */
export function staticElement(scope: Scope, node: PropertyAccessExpression): Element | undefined {
  const owner = namedElement(scope, unwrap(node.expression));
  if (!(owner instanceof Namespace || owner instanceof Enum || owner instanceof ClassPrototype))
    return undefined;
  return owner.getMember(node.property.text) ?? undefined;
}

function namedElement(scope: Scope, node: Node): Element | undefined {
  if (node instanceof IdentifierExpression) {
    if (lookupLocal(scope, node.text)) return undefined;
    return scope.element.lookup(node.text) ?? undefined;
  }
  return node instanceof PropertyAccessExpression ? staticElement(scope, node) : undefined;
}

/** Initialisers of a class's fields run at every `new`. */
export function walkFieldInitialisers(scope: Scope, declaration: ClassDeclaration): void {
  for (const member of declaration.members) {
    if (member instanceof FieldDeclaration && member.initializer && !hasFlag(member, FLAGS.static)) {
      scope.walk.visit.expression({ ...scope, contractClass: undefined }, member.initializer);
    }
  }
}
