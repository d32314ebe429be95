// Stage 4 (after types are known): the bodies that carry selectors and ids: the dispatcher, events, errors, remotes.

import { assert } from '@weft/runtime/base/assert';
import { eventId, selectorOf } from '@weft/runtime/types/layout';
import { BlockStatement, type ClassDeclaration, FunctionDeclaration, type Program } from 'assemblyscript';
import type { ContractModel, RemoteMethod, ResolvedData } from './contract-model.js';
import { bytesToU64Literal, EMIT_VALUES, ENTRY_PATH, thunkName } from './names.js';
import { findMethodMember } from './prepare-contract.js';
import { layoutsOf } from './resolve-contract.js';
import { parseBody, textOf } from './syntax.js';

/** Changes the tree in place, before anything is compiled. */
export function fillContract(program: Program, contract: ContractModel): void {
  for (const data of contract.data) {
    if (data.kind === 'event') fillMethod(data.declaration, EMIT_VALUES, emitBody(data));
    if (data.kind === 'error') fillMethod(data.declaration, '__revert', revertBody(data));
  }
  for (const remote of contract.remotes) {
    remote.methods.forEach((method, index) => {
      const resolved = remote.resolved[index];
      assert(resolved !== undefined, 'every remote method is resolved');
      const result = resolved.result ? textOf(method.signature.returnType) : undefined;
      const types = method.signature.parameters.map((parameter) => textOf(parameter.type));
      fillMethod(remote.declaration, method.name.text, remoteBody(resolved, types, result));
    });
  }
  fillEntry(program, contract);
}

/** The contract is the head of an object, which says of what class it is, and no more: its fields are nothing it holds. */
function fillEntry(program: Program, contract: ContractModel): void {
  const source = program.sources.find((one) => one.normalizedPath === ENTRY_PATH);
  const entry = source?.statements.find((statement) => statement instanceof FunctionDeclaration);
  assert(entry?.body instanceof BlockStatement, 'the entry has its function');
  const cases = contract.methods.map(
    (method) => `case ${literal(method.selector)}: contract.${thunkName(method.name)}(); break;`,
  );
  const body = `
    __weft.readInput(length);
    const contract = changetype<__Contract>(memory.data<u32>([0, 0, 0, idof<__Contract>(), 0]) + 20);
    switch (selector) { ${cases.join('\n')} default: __weft.unknownMethod(); }`;
  entry.body.statements = parseBody(body, ENTRY_PATH).statements;
}

function literal(selector: number): string {
  return `0x${selector.toString(16).padStart(8, '0')}`;
}

/**
 * Topics are a Borsh list of bytes (the indexed fields), then the data: all other fields in order. The
 * parameters are named like the fields, so the body uses no name that a field could have.
 */
function emitBody(event: ResolvedData): string {
  const types = event.fields.map((field) => (field.type ? textOf(field.type) : ''));
  const fields = event.members.map((member, index) => ({ ...member, code: types[index] ?? '' }));
  const size = (indexed: boolean, extra: number): string =>
    fields
      .filter((field) => field.indexed === indexed)
      .map((field) => `${extra > 0 ? `${extra} + ` : ''}__weft.sizeOf<${field.code}>(${field.name})`)
      .join(' + ') || '0';
  const topics = fields.filter((field) => field.indexed);
  const data = fields.filter((field) => !field.indexed);
  const id = bytesToU64Literal(eventId(event.name, layoutsOf(event.members)));
  return `
    const __topics: usize = 4 + ${size(true, 4)};
    const __data: usize = ${size(false, 0)};
    const __at = __weft.eventRoom(__topics + __data);
    let __to = __weft.beginTopics(__at, ${topics.length});
    ${topics.map((field) => `__to = __weft.encodeTopic<${field.code}>(__to, ${field.name});`).join('\n')}
    ${data.map((field) => `__to = __weft.encode<${field.code}>(__to, ${field.name});`).join('\n')}
    __weft.emitBytes(${id}, __at, __topics, __data);`;
}

function revertBody(error: ResolvedData): string {
  const types = error.fields.map((field) => (field.type ? textOf(field.type) : ''));
  const names = error.members.map((member) => `this.${member.name}`);
  const selector = literal(selectorOf(error.name, layoutsOf(error.members)));
  return `${encodeAll(types, names, 4)}
    store<u32>(__at, ${selector});
    __weft.fail(__at, __size);`;
}

function remoteBody(method: RemoteMethod, types: readonly string[], result: string | undefined): string {
  const selector = literal(method.selector);
  const call = `${encodeAll(
    types,
    method.args.map((arg) => arg.name),
    0,
  )}
    const __length = __weft.callContract(this.__address, ${selector}, __at, __size, this.__value);`;
  return result === undefined ? call : `${call}\n return __weft.readReturned<${result}>(__length);`;
}

/** Sizes, allocates and writes values behind `head` bytes: declares `__size`, `__at` and the end `__to`. */
function encodeAll(types: readonly string[], values: readonly string[], head: number): string {
  const sizes = values.map((value, index) => ` + __weft.sizeOf<${types[index]}>(${value})`).join('');
  return `const __size: usize = ${head}${sizes};
    const __at = __weft.allocate(__size);
    let __to = __at + ${head};
    ${values.map((value, index) => `__to = __weft.encode<${types[index]}>(__to, ${value});`).join('\n')}`;
}

function fillMethod(declaration: ClassDeclaration, name: string, body: string): void {
  const method = findMethodMember(declaration, name);
  method.body = parseBody(body, declaration.range.source.normalizedPath);
}
