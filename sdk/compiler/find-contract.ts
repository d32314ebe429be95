// Stage 1 (after parsing): find the @contract class, its fields and methods, and the data classes of the program.
// Only names are known here; types come in resolve-contract.ts.

import { bytesText, toHex } from '@weft/runtime/base/bytes';
import { fieldId } from '@weft/runtime/types/key';
import {
  ClassDeclaration,
  FieldDeclaration,
  MethodDeclaration,
  NamedTypeNode,
  type Parser,
  type Source,
  StringLiteralExpression,
  type TypeNode,
} from 'assemblyscript';
import {
  type ContractMethod,
  type ContractSyntax,
  type DataClass,
  type DataKind,
  type MethodKind,
  type RemoteClass,
  STORAGE_CLASSES,
  type StorageClass,
  type StorageField,
} from './contract-model.js';
import { CompileError } from './errors.js';
import { fieldMaxBytes, methodMaxBytes } from './max-bytes.js';
import { FLAGS, findDecorator, hasFlag, isUserSource, placeOf } from './syntax.js';

/** @throws COMPILE_NO_CONTRACT, COMPILE_MANY_CONTRACTS, COMPILE_CONTRACT_SHAPE, COMPILE_FIELD, COMPILE_METHOD, COMPILE_STRUCT */
export function findContract(parser: Parser, entry: string): ContractSyntax {
  const classes = parser.sources.filter(isUserSource).flatMap(topLevelClasses);
  const marked = classes.filter((declaration) => findDecorator(declaration, 'contract'));
  const [declaration, second] = marked;
  if (!declaration) throw new CompileError('COMPILE_NO_CONTRACT', { place: entry });
  if (second) {
    throw new CompileError('COMPILE_MANY_CONTRACTS', {
      got: marked.map((one) => one.name.text),
      place: placeOf(second.name),
    });
  }
  const chain = inheritance(declaration, classes);
  for (const one of chain) checkShape(one);
  return {
    name: declaration.name.text,
    declaration,
    classes: chain,
    fields: findFields(chain),
    methods: findMethods(chain),
    data: classes.flatMap((one) => dataClass(one)),
    remotes: classes.filter((one) => findDecorator(one, 'remote')).map(remoteClass),
  };
}

function topLevelClasses(source: Source): ClassDeclaration[] {
  return source.statements.filter((statement) => statement instanceof ClassDeclaration);
}

/** The contract class and its bases, by name: base classes are the author's own, not generic. */
function inheritance(
  declaration: ClassDeclaration,
  classes: readonly ClassDeclaration[],
): ClassDeclaration[] {
  const chain: ClassDeclaration[] = [];
  let current: ClassDeclaration | undefined = declaration;
  while (current) {
    if (chain.includes(current)) break;
    chain.push(current);
    const base: TypeNode | null = current.extendsType;
    if (!(base instanceof NamedTypeNode)) break;
    const name = base.name.identifier.text;
    const found: ClassDeclaration[] = classes.filter((one) => one.name.text === name);
    if (found.length !== 1) {
      throw new CompileError('COMPILE_CONTRACT_SHAPE', {
        expected: 'a base class of the same program with a name of its own',
        got: name,
        place: placeOf(base),
      });
    }
    current = found[0];
  }
  return chain;
}

function checkShape(declaration: ClassDeclaration): void {
  const refuse = (message: string, write: string, node: { range: ClassDeclaration['range'] }): never => {
    throw new CompileError('COMPILE_CONTRACT_SHAPE', { message, write, place: placeOf(node) });
  };
  if (declaration.isGeneric)
    refuse('a contract has no type parameters', 'the class with the types written out', declaration.name);
  for (const member of declaration.members) {
    if (member instanceof MethodDeclaration && hasFlag(member, FLAGS.constructor))
      refuse(
        'a contract has no constructor: it would run at every call',
        'an @init method, which runs once, when the contract is created',
        member,
      );
  }
}

function findFields(chain: readonly ClassDeclaration[]): StorageField[] {
  const fields: StorageField[] = [];
  const ids = new Map<string, string>();
  // Bases first, so a field keeps its place when a class is extended.
  for (const declaration of [...chain].reverse()) {
    for (const member of declaration.members) {
      if (!(member instanceof FieldDeclaration) || hasFlag(member, FLAGS.static)) continue;
      const name = member.name.text;
      const storage = storageClass(member.type);
      if (!storage || member.initializer) {
        throw new CompileError('COMPILE_FIELD', {
          got: `${name}: ${member.type ? member.type.range.toString() : 'no type'}`,
          ...fieldHint(member, storage),
          place: placeOf(member.name),
        });
      }
      const id = fieldId(slotName(member));
      const other = ids.get(bytesText(id));
      if (other !== undefined) {
        throw new CompileError('COMPILE_FIELD_ID', {
          got: [other, name],
          id: toHex(id),
          place: placeOf(member.name),
        });
      }
      ids.set(bytesText(id), name);
      fields.push({
        name,
        declaration: member,
        id,
        storage,
        immutable: findDecorator(member, 'immutable') !== undefined,
        maxBytes: fieldMaxBytes(member),
      });
    }
  }
  return fields;
}

/** What the author wanted to say. */
function fieldHint(
  member: FieldDeclaration,
  storage: StorageClass | undefined,
): { message?: string; write?: string } {
  const name = member.name.text;
  const type = member.type?.range.toString() ?? '';
  if (storage) {
    return {
      message: 'a storage field has no initial value: it is there before the contract is',
      write: `${name}: ${type}; and this.${name}.set(…) in the @init method`,
    };
  }
  if (type === '' || type.includes('Map<')) return {};
  const list = /^(.*)\[\]$/.exec(type)?.[1];
  const held = list === undefined ? `Value<${type}>` : `List<${list}>`;
  return {
    message: 'a field of a contract lasts from call to call, so it is a storage type',
    write: `${name}: ${held}; and this.${name}.get(${list === undefined ? '' : 'index'})`,
  };
}

function storageClass(type: TypeNode | null): StorageClass | undefined {
  if (!(type instanceof NamedTypeNode) || type.isNullable) return undefined;
  let last = type.name;
  while (last.next) last = last.next;
  const name = last.identifier.text;
  return Object.hasOwn(STORAGE_CLASSES, name) ? (name as StorageClass) : undefined;
}

/** The name a field's slot is made from: `@slot('old')` keeps the place of a field that was renamed. */
function slotName(member: FieldDeclaration): string {
  const decorator = findDecorator(member, 'slot');
  if (!decorator) return member.name.text;
  const [name, more] = decorator.args ?? [];
  if (name instanceof StringLiteralExpression && name.value !== '' && !more) return name.value;
  throw new CompileError('COMPILE_DECLARATION', {
    message: '@slot names the field that had this place before',
    write: "@slot('oldName')",
    place: placeOf(decorator),
  });
}

const METHOD_KINDS: readonly MethodKind[] = ['init', 'call', 'view'];

function findMethods(chain: readonly ClassDeclaration[]): ContractMethod[] {
  const methods: ContractMethod[] = [];
  const seen = new Set<string>();
  for (const owner of chain) {
    for (const member of owner.members) {
      if (!(member instanceof MethodDeclaration)) continue;
      const kinds = METHOD_KINDS.filter((kind) => findDecorator(member, kind));
      const migrate = findDecorator(member, 'migrate') !== undefined;
      if (migrate) kinds.push('call');
      const [kind] = kinds;
      const name = member.name.text;
      if (kind === undefined || seen.has(name)) continue;
      seen.add(name);
      checkMethod(member, kinds);
      methods.push({
        name,
        kind,
        payable: findDecorator(member, 'payable') !== undefined,
        migrate,
        maxBytes: methodMaxBytes(member),
        declaration: member,
        owner,
      });
    }
  }
  const inits = methods.filter((method) => method.kind === 'init');
  if (inits[1]) {
    throw new CompileError('COMPILE_METHOD', {
      message: 'two @init methods: creation runs one',
      write: 'one @init method that does both',
      got: inits.map((method) => method.name),
      place: placeOf(inits[1].declaration.name),
    });
  }
  return methods;
}

function checkMethod(method: MethodDeclaration, kinds: readonly MethodKind[]): void {
  const refuse = (message: string, write: string): never => {
    throw new CompileError('COMPILE_METHOD', { message, write, place: placeOf(method.name) });
  };
  const name = method.name.text;
  if (kinds.length > 1) {
    refuse(`${name} is ${kinds.map((kind) => `@${kind}`).join(' and ')}`, 'one of @init, @call and @view');
  }
  for (const [flag, word] of [
    [FLAGS.static, 'static'],
    [FLAGS.private, 'private'],
    [FLAGS.protected, 'protected'],
    [FLAGS.get, 'a getter'],
    [FLAGS.set, 'a setter'],
    [FLAGS.abstract, 'abstract'],
  ] as const) {
    if (!hasFlag(method, flag)) continue;
    refuse(
      `${name} is ${word}, and nobody outside could call it`,
      `the method without \`${word}\`, or without @${kinds[0]} if it is a helper`,
    );
  }
  if (method.isGeneric) refuse(`${name} has type parameters`, 'a method for each type it is called with');
  for (const parameter of method.signature.parameters) {
    if (parameter.initializer || parameter.parameterKind !== 0) {
      const plain = parameter.name.text;
      refuse(
        `${plain} may be left out, but a caller sends every argument`,
        `${plain} without default, \`?\` and \`...\`; for "maybe" the type T | null`,
      );
    }
  }
}

const DATA_KINDS: readonly DataKind[] = ['struct', 'event', 'error'];

function dataClass(declaration: ClassDeclaration): DataClass[] {
  const kinds = DATA_KINDS.filter((kind) => findDecorator(declaration, kind));
  const [kind] = kinds;
  if (kind === undefined) return [];
  const refuse = (message: string, write: string, node: { range: ClassDeclaration['range'] }): never => {
    throw new CompileError('COMPILE_STRUCT', { message, write, place: placeOf(node) });
  };
  const name = declaration.name;
  if (kinds.length > 1) refuse('a class is one thing', 'one of @struct, @event and @error', name);
  if (declaration.isGeneric || declaration.extendsType)
    refuse(`a @${kind} class has no base and no type parameters`, 'a class with all its fields', name);
  const fields: FieldDeclaration[] = [];
  for (const member of declaration.members) {
    if (member instanceof MethodDeclaration && hasFlag(member, FLAGS.constructor)) {
      refuse(
        `a @${kind} class gets its constructor: all fields, in the order they stand`,
        `the class without constructor, and new ${name.text}(…)`,
        member,
      );
    }
    if (!(member instanceof FieldDeclaration) || hasFlag(member, FLAGS.static)) continue;
    if (member.initializer || !member.type)
      refuse(
        'a field has a type and no initial value',
        `${member.name.text}: u64; the value comes with new`,
        member,
      );
    fields.push(member);
  }
  if (kind === 'struct' && fields.length === 0) refuse('an empty struct', 'at least one field', name);
  return [{ kind, name: name.text, declaration, fields }];
}

function remoteClass(declaration: ClassDeclaration): RemoteClass {
  const methods: MethodDeclaration[] = [];
  for (const member of declaration.members) {
    const plain =
      member instanceof MethodDeclaration &&
      !hasFlag(member, FLAGS.constructor | FLAGS.static | FLAGS.get | FLAGS.set) &&
      !member.isGeneric &&
      !member.body;
    if (!plain) {
      throw new CompileError('COMPILE_STRUCT', {
        message: 'a @remote class only says which methods another contract has',
        write: `abstract ${member.name.text}(…): void; in an abstract class`,
        place: placeOf(member),
      });
    }
    methods.push(member);
  }
  return { name: declaration.name.text, declaration, methods };
}
