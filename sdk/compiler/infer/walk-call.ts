// Calls and constructions: storage methods, methods of the contract, functions, other contracts, anything else by name.

import type { Expression as AccessExpression } from '@weft/runtime/types/access';
import {
  type CallExpression,
  type ClassDeclaration,
  ClassPrototype,
  type Expression,
  FunctionPrototype,
  IdentifierExpression,
  MethodDeclaration,
  type NewExpression,
  type Node,
  PropertyAccessExpression,
  SuperExpression,
  ThisExpression,
} from 'assemblyscript';
import { CompileError } from '../errors.js';
import { LIBRARY_PREFIX } from '../names.js';
import { FLAGS, hasFlag, placeOf, textOf, unwrap } from '../syntax.js';
import {
  findContractMethod,
  follow,
  followByName,
  followContract,
  followUnknown,
  staticElement,
  walkFieldInitialisers,
} from './follow.js';
import { libraryCall, newWide } from './library-calls.js';
import { storageCall } from './storage-access.js';
import { refuseHandle, storagePath } from './storage-path.js';
import { type ResolvedRemote, type Sym, toAmount, toExpression, UNKNOWN } from './symbols.js';
import { addTemplate, lookupLocal, noteMutation, refuseUnknown, type Scope } from './walk.js';

export function walkCall(scope: Scope, node: CallExpression): Sym {
  const callee = unwrap(node.expression);
  if (callee instanceof PropertyAccessExpression) return walkMethodCall(scope, node, callee);
  const args = walkArguments(scope, node.args);
  if (callee instanceof SuperExpression) return UNKNOWN;
  if (callee instanceof IdentifierExpression) {
    if (lookupLocal(scope, callee.text)) return UNKNOWN;
    const element = scope.element.lookup(callee.text);
    return element instanceof FunctionPrototype ? callFunction(scope, element, args, node) : UNKNOWN;
  }
  scope.walk.visit.expression(scope, callee);
  return UNKNOWN;
}

function walkArguments(scope: Scope, args: readonly Expression[]): Sym[] {
  return args.map((arg) => scope.walk.visit.expression(scope, arg));
}

/** A function, or a static method, that is known by name. */
function callFunction(scope: Scope, element: FunctionPrototype, args: readonly Sym[], node: Node): Sym {
  const { declaration } = element;
  if (declaration.range.source.isLibrary || declaration.range.source.isNative) {
    return libraryCall(scope, element.internalName, args, node);
  }
  const [owner] = scope.walk.contract.classes.filter((one) => one.members.includes(declaration as never));
  return follow(
    {
      walk: scope.walk,
      declaration: declaration as MethodDeclaration,
      args,
      element: element.parent,
      // A static method has no `this`; in the contract's classes it is refused like any other escape.
      contractClass: owner,
      loops: scope.loops,
    },
    node,
  );
}

function walkMethodCall(scope: Scope, node: CallExpression, callee: PropertyAccessExpression): Sym {
  const name = callee.property.text;
  const receiver = unwrap(callee.expression);
  if (scope.contractClass) {
    const path = storagePath(scope, receiver);
    if (path) {
      if (path.levels.length > 0 && name === 'get') refuseHandle(path, node);
      return storageCall(scope, path.field, name, [...path.keys, ...walkArguments(scope, node.args)], node);
    }
    if (receiver instanceof ThisExpression || receiver instanceof SuperExpression) {
      const above = receiver instanceof SuperExpression ? scope.contractClass : undefined;
      const method = findContractMethod(scope.walk, name, above);
      if (method) return followContract(scope, method, walkArguments(scope, node.args), node);
      throw new CompileError('COMPILE_STORAGE_USE', {
        message: `the contract has no ${name}`,
        write: 'a field or a method of the contract or of its bases',
        place: placeOf(callee),
      });
    }
  }
  const element = staticElement(scope, callee);
  if (element instanceof FunctionPrototype)
    return callFunction(scope, element, walkArguments(scope, node.args), node);
  const sym = scope.walk.visit.expression(scope, receiver);
  const args = walkArguments(scope, node.args);
  if (sym.kind === 'remote' && name === 'withValue') return { ...sym, value: args[0] ?? UNKNOWN };
  if (sym.kind === 'remote') return remoteCall(scope, sym, name, args, node);
  noteMutatingMethod(scope, sym, name);
  // A method of the author's on an object that is not known may change a list it is given.
  if (scope.walk.index.functions.has(name)) for (const arg of args) noteMutation(scope, arg);
  if (sym.kind === 'known' && isThirtyTwoBytes(sym)) {
    return libraryCall(scope, `${LIBRARY_PREFIX}address/Address#${name}`, args, node, sym);
  }
  if (sym.kind === 'unknown') refuseHiddenRemote(scope, name, node);
  followByName(scope, name, node);
  return UNKNOWN;
}

function isThirtyTwoBytes(sym: Sym & { kind: 'known' }): boolean {
  return sym.layout.kind === 'address' || sym.layout.kind === 'hash';
}

const MUTATORS = new Set([
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
  'fill',
  'copyWithin',
]);

function noteMutatingMethod(scope: Scope, sym: Sym, name: string): void {
  if (MUTATORS.has(name)) noteMutation(scope, sym);
}

/** A method of a `@remote` class: a call template with the arguments as they are known here. */
function remoteCall(
  scope: Scope,
  sym: Sym & { kind: 'remote' },
  name: string,
  args: readonly Sym[],
  node: Node,
): Sym {
  const method = sym.remote.resolved.find((one) => one.name === name);
  if (!method) return UNKNOWN;
  const contract = toExpression(sym.address, { kind: 'address' });
  const known = method.args.map((arg, index) => toExpression(args[index] ?? UNKNOWN, arg.type.layout));
  const value = sym.value && toAmount(sym.value, { kind: 'u128' });
  const isKnown = known.every((arg): arg is AccessExpression => arg !== undefined);
  if (contract && isKnown && (value || !sym.value)) {
    const template = { kind: 'call', contract, selector: method.selector, args: known } as const;
    addTemplate(scope, value ? { ...template, value } : template, node);
  } else if (!scope.walk.declared.calls) {
    refuseUnknown(scope, node, {
      got: textOf(node),
      write: [
        'pass the contract and the values it is called with as arguments of the method',
        `declare the call: @calls("contract", "${name}(…)", …) on the method`,
      ],
    });
  }
  return UNKNOWN;
}

/** A value the walker lost sight of may be a remote contract. */
function refuseHiddenRemote(scope: Scope, name: string, node: Node): void {
  const remote = scope.walk.contract.remotes.find((one) =>
    one.resolved.some((method) => method.name === name),
  );
  if (!remote || scope.walk.declared.calls) return;
  refuseUnknown(scope, node, {
    got: textOf(node),
    write: [
      `new ${remote.name}(address).${name}(…), the object made where it is used`,
      `declare the call: @calls("contract", "${name}(…)", …) on the method`,
    ],
  });
}

export function walkNew(scope: Scope, node: NewExpression): Sym {
  const args = walkArguments(scope, node.args);
  const element = newElement(scope, node);
  if (!(element instanceof ClassPrototype)) return UNKNOWN;
  const declaration = element.declaration as ClassDeclaration;
  refuseStorageNew(scope, element, declaration, node);
  const { contract } = scope.walk;
  const remote: ResolvedRemote | undefined = contract.remotes.find((one) => one.declaration === declaration);
  if (remote) return { kind: 'remote', remote, address: args[0] ?? UNKNOWN };
  const data = contract.data.find((one) => one.declaration === declaration);
  if (data) return { kind: 'struct', data, members: args };
  const wide = newWide(element.internalName, args);
  if (wide) return wide;
  if (declaration.range.source.isLibrary) return UNKNOWN;
  for (const arg of args) noteMutation(scope, arg);
  for (let current: ClassPrototype | null = element; current; current = current.basePrototype) {
    const own = current.declaration as ClassDeclaration;
    if (own.range.source.isLibrary) break;
    walkFieldInitialisers(scope, own);
    const created = own.members.find(
      (member) => member instanceof MethodDeclaration && hasFlag(member, FLAGS.constructor),
    );
    if (created instanceof MethodDeclaration) followUnknown(scope, created, node);
  }
  return UNKNOWN;
}

function newElement(scope: Scope, node: NewExpression) {
  let element = scope.element.lookup(node.typeName.identifier.text, true);
  for (let next = node.typeName.next; next && element; next = next.next) {
    element = element.getMember(next.identifier.text);
  }
  return element;
}

const STORAGE_FILES = ['storage/', 'accumulator/', 'list/', 'key/'].map((file) => `${LIBRARY_PREFIX}${file}`);

/** Storage objects are made for fields by the compiler, and nowhere else. */
function refuseStorageNew(
  scope: Scope,
  element: ClassPrototype,
  declaration: ClassDeclaration,
  node: Node,
): void {
  const storage = STORAGE_FILES.some((prefix) => element.internalName.startsWith(prefix));
  if (!storage && !scope.walk.contract.classes.includes(declaration)) return;
  throw new CompileError('COMPILE_STORAGE_USE', {
    message: storage
      ? 'storage is declared as a field of the contract, and made nowhere else'
      : 'a contract is not made by new',
    write: storage
      ? ['a field of the contract, if it is to last', 'an array, if it is for this call only']
      : ['this.method(…) for this contract', 'a @remote class for another one'],
    place: placeOf(node),
  });
}
