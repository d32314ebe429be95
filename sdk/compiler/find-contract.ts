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
  const refuse = (got: string, node: { range: ClassDeclaration['range'] }): never => {
    throw new CompileError('COMPILE_CONTRACT_SHAPE', {
      expected: 'a class of storage fields and methods, without constructor or type parameters',
      got,
      place: placeOf(node),
    });
  };
  if (declaration.isGeneric) refuse('a generic class', declaration.name);
  for (const member of declaration.members) {
    if (member instanceof MethodDeclaration && hasFlag(member, FLAGS.constructor))
      refuse('a constructor', member);
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
          expected: Object.keys(STORAGE_CLASSES),
          got: `${name}: ${member.type ? member.type.range.toString() : 'no type'}`,
          place: placeOf(member.name),
        });
      }
      const id = fieldId(name);
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

function storageClass(type: TypeNode | null): StorageClass | undefined {
  if (!(type instanceof NamedTypeNode) || type.isNullable) return undefined;
  let last = type.name;
  while (last.next) last = last.next;
  const name = last.identifier.text;
  return Object.hasOwn(STORAGE_CLASSES, name) ? (name as StorageClass) : undefined;
}

const METHOD_KINDS: readonly MethodKind[] = ['init', 'call', 'view'];

function findMethods(chain: readonly ClassDeclaration[]): ContractMethod[] {
  const methods: ContractMethod[] = [];
  const seen = new Set<string>();
  for (const owner of chain) {
    for (const member of owner.members) {
      if (!(member instanceof MethodDeclaration)) continue;
      const kinds = METHOD_KINDS.filter((kind) => findDecorator(member, kind));
      const [kind] = kinds;
      const name = member.name.text;
      if (kind === undefined || seen.has(name)) continue;
      seen.add(name);
      checkMethod(member, kinds);
      methods.push({
        name,
        kind,
        payable: findDecorator(member, 'payable') !== undefined,
        maxBytes: methodMaxBytes(member),
        declaration: member,
        owner,
      });
    }
  }
  const inits = methods.filter((method) => method.kind === 'init');
  if (inits[1]) {
    throw new CompileError('COMPILE_METHOD', {
      expected: 'at most one @init method',
      got: inits.map((method) => method.name),
      place: placeOf(inits[1].declaration.name),
    });
  }
  return methods;
}

function checkMethod(method: MethodDeclaration, kinds: readonly MethodKind[]): void {
  const refuse = (expected: string, got: string): never => {
    throw new CompileError('COMPILE_METHOD', { expected, got, place: placeOf(method.name) });
  };
  const name = method.name.text;
  if (kinds.length > 1) refuse('one of @init, @call, @view', kinds.map((kind) => `@${kind}`).join(' '));
  for (const [flag, word] of [
    [FLAGS.static, 'static'],
    [FLAGS.private, 'private'],
    [FLAGS.protected, 'protected'],
    [FLAGS.get, 'a getter'],
    [FLAGS.set, 'a setter'],
    [FLAGS.abstract, 'abstract'],
  ] as const) {
    if (hasFlag(method, flag)) refuse('a public instance method', `${name}, ${word}`);
  }
  if (method.isGeneric) refuse('a method without type parameters', name);
  for (const parameter of method.signature.parameters) {
    if (parameter.initializer || parameter.parameterKind !== 0) {
      refuse('parameters without default, not optional, not rest', parameter.name.text);
    }
  }
}

const DATA_KINDS: readonly DataKind[] = ['struct', 'event', 'error'];

function dataClass(declaration: ClassDeclaration): DataClass[] {
  const kinds = DATA_KINDS.filter((kind) => findDecorator(declaration, kind));
  const [kind] = kinds;
  if (kind === undefined) return [];
  const refuse = (expected: string, got: string, node: { range: ClassDeclaration['range'] }): never => {
    throw new CompileError('COMPILE_STRUCT', { expected, got, place: placeOf(node) });
  };
  const name = declaration.name;
  if (kinds.length > 1)
    refuse('one of @struct, @event, @error', kinds.map((one) => `@${one}`).join(' '), name);
  if (declaration.isGeneric || declaration.extendsType)
    refuse('a class of its own, not generic', name.text, name);
  const fields: FieldDeclaration[] = [];
  for (const member of declaration.members) {
    if (member instanceof MethodDeclaration && hasFlag(member, FLAGS.constructor)) {
      refuse('no constructor: it is generated, with the fields in order', 'a constructor', member);
    }
    if (!(member instanceof FieldDeclaration) || hasFlag(member, FLAGS.static)) continue;
    if (member.initializer || !member.type)
      refuse('fields with a type and no initialiser', member.name.text, member);
    fields.push(member);
  }
  if (kind === 'struct' && fields.length === 0) refuse('at least one field', 'none', name);
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
        expected: 'a @remote abstract class of abstract methods',
        got: member.name.text,
        place: placeOf(member),
      });
    }
    methods.push(member);
  }
  return { name: declaration.name.text, declaration, methods };
}
