// Stage 2 (after parsing): give the syntax tree what the author need not write. Fields get their initialisers, data
// classes their constructor and codec, methods a thunk that decodes, calls and encodes. Bodies that need a selector
// or an event id are filled in by stage 4, when types are known.

import { assert } from '@weft/runtime/base/assert';
import {
  type ClassDeclaration,
  type DeclarationStatement,
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
  type RemoteClass,
  STORAGE_CLASSES,
  type StorageField,
} from './contract-model.js';
import { fieldMaxBytes } from './max-bytes.js';
import { DISPATCH_PATH, EMIT_VALUES, ENTRY_PATH, thunkName } from './names.js';
import { FLAGS, parseImport, parseMembers, parseType, textOf } from './syntax.js';

/** Changes the tree in place. */
export function prepareContract(parser: Parser, contract: ContractSyntax): void {
  const generated = [
    ...contract.classes,
    ...contract.data.map((one) => one.declaration),
    ...contract.remotes.map((one) => one.declaration),
  ];
  for (const source of new Set(generated.map((declaration) => declaration.range.source))) {
    source.statements.unshift(
      parseImport(`import * as __weft from '${DISPATCH_PATH}';`, source.normalizedPath),
      parseImport(`import { u128 as __weft_u128 } from '${DISPATCH_PATH}';`, source.normalizedPath),
    );
  }
  for (const field of contract.fields) prepareField(field);
  for (const method of contract.methods) addMembers(method.owner, thunk(method));
  for (const data of contract.data) addMembers(data.declaration, dataMembers(data));
  for (const remote of contract.remotes) prepareRemote(remote);
  prepareEntry(parser, contract);
}

/** Nobody makes the storage objects: they stand in memory before the contract runs (`lower/storage-handles.ts`). */
function prepareField({ declaration }: StorageField): void {
  assert(declaration.type !== null, 'a storage field has a type');
  declaration.type = withNumber(declaration.type, pathOf(declaration));
  declaration.flags |= FLAGS.definitelyAssigned;
}

/** Type arguments of the cell classes, the number included. */
const CELLS: Readonly<Record<string, number>> = { Accumulator: 1, AccumulatorMap: 2, AccumulatorMap2: 3 };

const STORAGE: ReadonlySet<string> = new Set(Object.keys(STORAGE_CLASSES));

/** A cell whose number is not written holds u128, also where the author did not import that. */
function withNumber(type: TypeNode, path: string): TypeNode {
  if (!(type instanceof NamedTypeNode) || !STORAGE.has(type.name.identifier.text)) return type;
  const types = type.typeArguments?.map((one) => withNumber(one, path)) ?? [];
  if (types.length + 1 === CELLS[type.name.identifier.text]) types.push(parseType('__weft_u128', path));
  type.typeArguments = types.length > 0 ? types : null;
  return type;
}

/** Decodes the arguments strictly, calls the method, hands its result to the host. */
function thunk(method: ContractMethod): string {
  const { signature } = method.declaration;
  const names = signature.parameters.map((_, index) => `a${index}`);
  const decode = signature.parameters.map((parameter, index) => {
    const type = textOf(parameter.type);
    const limit = method.maxBytes.get(parameter.name.text);
    const check = limit === undefined ? '' : ` __weft.checkSize<${type}>(${names[index]}, ${limit});`;
    return `const ${names[index]} = __weft.decode<${type}>();${check}`;
  });
  const call = `this.${method.name}(${names.join(', ')})`;
  const result = textOf(signature.returnType);
  const run = isVoid(result) ? `${call};` : `__weft.writeOutput<${result}>(${call});`;
  const guard = method.migrate ? '__weft.onlyUpgrade(); ' : '';
  return `${thunkName(method.name)}(): void { ${guard}${decode.join(' ')} __weft.close(); ${run} }`;
}

/** An omitted return type has empty text and is void. */
export function isVoid(resultText: string): boolean {
  return resultText === '' || resultText === 'void';
}

function dataMembers(data: DataClass): string {
  const { name } = data;
  const fields = data.fields.map((field) => {
    assert(field.type !== null, 'a data field has a type');
    return { name: field.name.text, type: textOf(field.type), maxBytes: fieldMaxBytes(field) };
  });
  const values = fields.map((field) => `${field.name}: ${field.type}`).join(', ');
  const create = `constructor(${values}) {
    ${fields.map((field) => `this.${field.name} = ${field.name};`).join(' ')} }`;
  if (data.kind === 'event') {
    return `${create}
    __emit(): void { ${name}.${EMIT_VALUES}(${fields.map((field) => `this.${field.name}`).join(', ')}); }
    static ${EMIT_VALUES}(${values}): void {}`;
  }
  if (data.kind === 'error') return `${create}\n__revert(): void {}`;
  const sizes = fields.map((field) => `__weft.sizeOf<${field.type}>(this.${field.name})`);
  const writes = fields.map((field) => `at = __weft.encode<${field.type}>(at, this.${field.name});`);
  const reads = fields.map(({ type, maxBytes }, index) => {
    const check = maxBytes === undefined ? '' : ` __weft.checkSize<${type}>(f${index}, ${maxBytes});`;
    return `const f${index} = __weft.decode<${type}>();${check}`;
  });
  const zeros = fields.map((field) => `__weft.zeroOf<${field.type}>()`);
  return `${create}
    __size(): usize { return ${sizes.join(' + ')}; }
    __encode(to: usize): usize { let at = to; ${writes.join(' ')} return at; }
    __decode(): ${name} { ${reads.join(' ')} return new ${name}(${fields.map((_, index) => `f${index}`).join(', ')}); }
    __zero(): ${name} { return new ${name}(${zeros.join(', ')}); }`;
}

/** A `@remote` abstract class becomes a handle of an address; its methods get bodies in stage 4. */
function prepareRemote(remote: RemoteClass): void {
  remote.declaration.flags &= ~FLAGS.abstract;
  for (const method of remote.methods) method.flags &= ~FLAGS.abstract;
  addMembers(
    remote.declaration,
    `__address: usize; __value: usize;
    constructor(address: __weft.Address) { this.__address = changetype<usize>(address); this.__value = 0; }
    /** The same contract, called with this much native value. */
    withValue(value: __weft.u128): ${remote.name} {
      const next = new ${remote.name}(changetype<__weft.Address>(this.__address));
      next.__value = __weft.keep16(changetype<usize>(value));
      return next; }`,
  );
}

function prepareEntry(parser: Parser, contract: ContractSyntax): void {
  const entry = parser.sources.find((source) => source.normalizedPath === ENTRY_PATH);
  assert(entry !== undefined, 'the entry is parsed');
  contract.declaration.flags |= FLAGS.export;
  const from = contract.declaration.range.source.normalizedPath.replace(/\.ts$/, '');
  entry.statements.unshift(
    parseImport(`import { ${contract.name} as __Contract } from './${from}';`, ENTRY_PATH),
  );
}

function addMembers(declaration: ClassDeclaration, body: string): void {
  declaration.members.push(...parseMembers(body, pathOf(declaration)));
}

function pathOf(node: { readonly range: { readonly source: Source } }): string {
  return node.range.source.normalizedPath;
}

/** The member method of this name, generated or the author's. */
export function findMethodMember(declaration: ClassDeclaration, name: string): MethodDeclaration {
  const member = declaration.members.find(
    (one: DeclarationStatement) => one instanceof MethodDeclaration && one.name.text === name,
  );
  assert(member instanceof MethodDeclaration, `${declaration.name.text} has a method ${name}`);
  return member;
}
