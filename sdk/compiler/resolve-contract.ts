// Stage 3 (after initialisation): types. Every field, parameter, result and data member gets a layout and an ABI name.

import { assert } from '@weft/runtime/base/assert';
import type { KeyKind } from '@weft/runtime/types/key';
import { type Layout, selectorOf } from '@weft/runtime/types/layout';
import type { ClassDeclaration, Element, MethodDeclaration, Program, Type, TypeNode } from 'assemblyscript';
import {
  type ContractModel,
  type ContractSyntax,
  type ContractType,
  type DataClass,
  type NamedType,
  type ResolvedData,
  type ResolvedField,
  type ResolvedMethod,
  STORAGE_CLASSES,
  type StorageClass,
  type StorageField,
} from './contract-model.js';
import { CompileError } from './errors.js';
import { LIBRARY_PREFIX } from './names.js';
import { isVoid } from './prepare-contract.js';
import { findDecorator, placeOf, textOf } from './syntax.js';

/** Resolves types against one initialised program. */
export interface TypeResolver {
  /** @throws COMPILE_TYPE */
  resolve(node: TypeNode, owner: ClassDeclaration): ContractType;
  /** The resolved compiler type, undefined when it does not resolve. */
  typeOf(node: TypeNode, owner: Element): Type | undefined;
  /** The contract type of a compiler type; undefined when it has no encoding. */
  ofType(type: Type): ContractType | undefined;
}

/** @throws COMPILE_TYPE, COMPILE_SELECTOR, COMPILE_FIELD */
export function resolveContract(program: Program, syntax: ContractSyntax): ContractModel {
  const resolver = createTypeResolver(program, syntax.data);
  const methods = syntax.methods.map((method): ResolvedMethod => {
    const { args, result } = resolveSignature(resolver, method.declaration, method.owner);
    return { ...method, args, result, selector: selectorOf(method.name, layoutsOf(args)) };
  });
  refuseEqualSelectors(methods.map((method) => ({ ...method, node: method.declaration.name })));
  const data = syntax.data.map((one) => resolveData(resolver, one));
  const errors = data.filter((one) => one.kind === 'error');
  refuseEqualSelectors(
    errors.map((error) => ({
      name: error.name,
      selector: selectorOf(error.name, layoutsOf(error.members)),
      node: error.declaration.name,
    })),
  );
  return {
    ...syntax,
    fields: syntax.fields.map((field) => resolveField(program, resolver, field, syntax)),
    methods,
    data,
    remotes: syntax.remotes.map((remote) => ({
      ...remote,
      resolved: remote.methods.map((method) => {
        const { args, result } = resolveSignature(resolver, method, remote.declaration);
        const name = method.name.text;
        return { name, args, result, selector: selectorOf(name, layoutsOf(args)) };
      }),
    })),
  };
}

export function layoutsOf(args: readonly NamedType[]): Layout[] {
  return args.map((arg) => arg.type.layout);
}

function resolveSignature(
  resolver: TypeResolver,
  method: MethodDeclaration,
  owner: ClassDeclaration,
): { args: NamedType[]; result: ContractType | undefined } {
  const args = method.signature.parameters.map((parameter) => ({
    name: parameter.name.text,
    type: resolver.resolve(parameter.type, owner),
  }));
  const { returnType } = method.signature;
  const result = isVoid(textOf(returnType)) ? undefined : resolver.resolve(returnType, owner);
  return { args, result };
}

function resolveData(resolver: TypeResolver, data: DataClass): ResolvedData {
  const members = data.fields.map((field) => {
    assert(field.type !== null, 'a data field has a type');
    return {
      name: field.name.text,
      type: resolver.resolve(field.type, data.declaration),
      indexed: findDecorator(field, 'indexed') !== undefined,
    };
  });
  return { ...data, members };
}

function resolveField(
  program: Program,
  resolver: TypeResolver,
  field: StorageField,
  syntax: ContractSyntax,
): ResolvedField {
  const owner = syntax.classes.find((one) => one.members.includes(field.declaration));
  const node = field.declaration.type;
  assert(owner !== undefined && node !== null, 'a field has an owner and a type');
  const refuse = (): never => {
    throw new CompileError('COMPILE_FIELD', { got: textOf(node), place: placeOf(field.declaration.name) });
  };
  const element = program.getElementByDeclaration(owner);
  assert(element !== null, 'the contract class is an element');
  const type = resolver.typeOf(node, element);
  const shape = type && storageShape(resolver, type);
  if (!shape) return refuse();
  const { keys, value, leaf, levels } = shape;
  const { cell } = STORAGE_CLASSES[leaf];
  if (!value || keys.some((key) => key === undefined)) {
    throw new CompileError('COMPILE_TYPE', { got: textOf(node), ...plainHint(type), place: placeOf(node) });
  }
  let kind: KeyKind = 0;
  if (cell) {
    const cellKind = CELL_KINDS[value.text];
    if (cellKind === undefined) {
      throw new CompileError('COMPILE_TYPE', {
        expected: Object.keys(CELL_KINDS),
        got: value.text,
        place: placeOf(node),
      });
    }
    kind = cellKind;
  }
  return { ...field, kind, leaf, levels, keys: keys as ContractType[], value };
}

function refuseEqualSelectors(
  items: readonly { name: string; selector: number; node: Parameters<typeof placeOf>[0] }[],
): void {
  const seen = new Map<number, string>();
  for (const { name, selector, node } of items) {
    const other = seen.get(selector);
    if (other !== undefined)
      throw new CompileError('COMPILE_SELECTOR', { got: [other, name], place: placeOf(node) });
    seen.set(selector, name);
  }
}

interface StorageShape {
  readonly leaf: StorageClass;
  readonly levels: readonly number[];
  readonly keys: readonly (ContractType | undefined)[];
  readonly value: ContractType | undefined;
}

const INDEX: ContractType = { layout: { kind: 'u32' }, text: 'u32' };

/** A storage class with all its keys; maps of storage continue with what they hold. */
function storageShape(resolver: TypeResolver, type: Type): StorageShape | undefined {
  const reference = type.classReference;
  const { internalName, name } = reference?.prototype ?? {};
  if (!internalName?.startsWith(LIBRARY_PREFIX) || !name || !Object.hasOwn(STORAGE_CLASSES, name))
    return undefined;
  const storage = name as StorageClass;
  const types = reference?.typeArguments ?? [];
  const count = STORAGE_CLASSES[storage].keys;
  const keys = types.slice(0, count).map((one) => resolver.ofType(one));
  const held = types[count];
  const inner = held && storageShape(resolver, held);
  if (inner && storage.startsWith('Map')) {
    return { ...inner, keys: [...keys, ...inner.keys], levels: [count, ...inner.levels] };
  }
  const value = held && resolver.ofType(held);
  return { leaf: storage, levels: [], keys: storage === 'List' ? [...keys, INDEX] : keys, value };
}

/** The author's class in a type, which lacks its mark. */
function plainClass(type: Type | undefined): { message?: string; write?: string } {
  const reference = type?.classReference;
  if (!reference || reference.prototype.declaration.range.source.isLibrary) return {};
  const { name } = reference.prototype;
  return { message: `${name} cannot be stored or sent as it is`, write: `@struct before class ${name}` };
}

function plainHint(type: Type): { message?: string; write?: string } {
  for (const part of type.classReference?.typeArguments ?? []) {
    const hint = plainClass(part);
    if (hint.write !== undefined) return hint;
  }
  return {};
}

const CELL_KINDS: Readonly<Record<string, KeyKind>> = { u64: 1, u128: 2, u256: 3 };

/** Type kinds of the compiler that are our integers. */
const INTEGERS: Readonly<Record<number, Layout['kind']>> = {
  0: 'bool',
  1: 'i8',
  2: 'i16',
  3: 'i32',
  4: 'i64',
  6: 'u8',
  7: 'u16',
  8: 'u32',
  9: 'u64',
};
const LIBRARY_TYPES: Readonly<Record<string, Layout['kind']>> = {
  '~lib/string/String': 'string',
  '~lib/typedarray/Uint8Array': 'bytes',
  [`${LIBRARY_PREFIX}u128/u128`]: 'u128',
  [`${LIBRARY_PREFIX}u256/u256`]: 'u256',
  [`${LIBRARY_PREFIX}i128/i128`]: 'i128',
  [`${LIBRARY_PREFIX}address/Address`]: 'address',
  [`${LIBRARY_PREFIX}address/Hash`]: 'hash',
};
const NULLABLE = 512;

/** Structs are found by their class; a struct that contains itself has no encoding. */
export function createTypeResolver(program: Program, data: readonly DataClass[]): TypeResolver {
  const structs = new Map(data.filter((one) => one.kind === 'struct').map((one) => [one.declaration, one]));
  const open = new Set<DataClass>();
  const typeOf = (node: TypeNode, owner: Element): Type | undefined =>
    program.resolver.resolveType(node, null, owner, new Map(), 1) ?? undefined;

  const ofType = (type: Type): ContractType | undefined => {
    if ((type.flags & NULLABLE) !== 0) {
      const item = ofType(type.nonNullableType);
      return item && { layout: { kind: 'option', item: item.layout }, text: `${item.text}?` };
    }
    const reference = type.classReference;
    if (!reference) {
      const kind = INTEGERS[type.kind];
      return kind && simple(kind);
    }
    const kind = LIBRARY_TYPES[reference.prototype.internalName];
    if (kind) return simple(kind);
    if (reference.prototype.internalName === '~lib/array/Array') {
      const argument = reference.typeArguments?.[0];
      const item = argument && ofType(argument);
      return item && { layout: { kind: 'list', item: item.layout }, text: `${item.text}[]` };
    }
    const struct = structs.get(reference.prototype.declaration as ClassDeclaration);
    return struct && ofStruct(struct);
  };
  const ofStruct = (struct: DataClass): ContractType | undefined => {
    if (open.has(struct)) return undefined;
    open.add(struct);
    const fields = struct.fields.map((field) => ({
      name: field.name.text,
      layout: field.type ? resolve(field.type, struct.declaration).layout : { kind: 'bool' as const },
    }));
    open.delete(struct);
    return { layout: { kind: 'struct', fields }, text: struct.name };
  };
  const resolve = (node: TypeNode, owner: ClassDeclaration): ContractType => {
    const element = program.getElementByDeclaration(owner);
    assert(element !== null, 'a class is an element');
    const type = typeOf(node, element);
    const resolved = type && ofType(type);
    if (!resolved)
      throw new CompileError('COMPILE_TYPE', {
        got: textOf(node),
        ...plainClass(type),
        place: placeOf(node),
      });
    return resolved;
  };
  return { resolve, typeOf, ofType };
}

function simple(kind: Layout['kind']): ContractType {
  return { layout: { kind } as Layout, text: kind };
}
