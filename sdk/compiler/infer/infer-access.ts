// Access of every method: inferred from its source, joined with what its decorators declare, in canonical order.

import { assert } from '@weft/runtime/base/assert';
import { bytesText } from '@weft/runtime/base/bytes';
import type { AccessTemplate } from '@weft/runtime/types/access';
import { encodeAccessSection } from '@weft/runtime/types/access-codec';
import {
  ClassDeclaration,
  FieldDeclaration,
  FunctionDeclaration,
  NamespaceDeclaration,
  type Program,
  type Statement,
} from 'assemblyscript';
import type { AnalysedMethod, ContractModel, ResolvedMethod } from '../contract-model.js';
import { CompileError } from '../errors.js';
import { createTypeResolver } from '../resolve-contract.js';
import { FLAGS, hasFlag, isUserSource, placeOf } from '../syntax.js';
import { type Declared, readDeclared } from './declared.js';
import { findContractMethod, followContract, followUnknown } from './follow.js';
import { movingCall, type Settled, settleMoving } from './moving.js';
import { eachLists, known } from './symbols.js';
import { indexUserCode } from './user-index.js';
import type { Scope, Walk } from './walk.js';
import { walkExpression } from './walk-expression.js';
import { walkStatement } from './walk-statement.js';

const MIGRATION: Declared = {
  templates: [{ kind: 'contract', mode: 'write' }],
  calls: true,
  unrestricted: true,
  covers: () => true,
};
const NOTHING_DECLARED: Declared = { templates: [], calls: false, covers: () => false };

/** @throws COMPILE_ACCESS, COMPILE_STORAGE_USE, COMPILE_DECLARATION, COMPILE_VIEW_WRITES, COMPILE_START */
export function inferAccess(program: Program, contract: ContractModel): AnalysedMethod[] {
  const newWalk = createWalks(program, contract);
  checkStart(newWalk('start', NOTHING_DECLARED));
  return contract.methods.map((method) => inferMethod(newWalk, contract, method));
}

type NewWalk = (method: string, declared: Declared, init?: boolean) => Walk;

function createWalks(program: Program, contract: ContractModel): NewWalk {
  const index = indexUserCode(program.sources, contract);
  const resolver = createTypeResolver(program, contract.data);
  return (method, declared, init = false) => ({
    visit: { expression: walkExpression, statement: walkStatement },
    program,
    contract,
    resolver,
    index,
    declared,
    method,
    init,
    notes: new Set(),
    found: [],
    stack: [],
    unknownWalked: new Set(),
    mutatedLists: new Set(),
    steps: 0,
  });
}

function inferMethod(newWalk: NewWalk, contract: ContractModel, method: ResolvedMethod): AnalysedMethod {
  // A migration runs alone, under no access; its templates only keep others from calling it.
  const declared = method.migrate ? MIGRATION : readDeclared(method.declaration, contract, method.args);
  const walk = newWalk(method.name, declared, method.kind === 'init');
  const scope = outerScope(walk);
  const body = findContractMethod(walk, method.name);
  assert(body !== undefined, 'a method of the contract is found');
  const args = method.args.map((arg, index) => known({ kind: 'args', path: [index] }, arg.type.layout));
  followContract(scope, body, args, method.declaration);
  for (const operator of walk.index.operators) followUnknown(scope, operator, operator);
  refuseMutatedLists(walk);
  const settled = settleMoving(walk.found, declared.templates, contract);
  if (!declared.unrestricted) refuseMovingCalls(walk, settled, declared.templates);
  const found = declared.unrestricted ? [] : settled.templates.map((one) => one.template);
  const templates = distinct([...found, ...declared.templates]);
  if (method.kind === 'view') refuseWrites(walk, templates, method);
  return {
    ...method,
    templates,
    notes: [...walk.notes, ...settled.notes, ...unboundedKeys(templates, method)],
  };
}

/** Arguments of any length that become keys: a key ends at 1 KiB, and a call with a longer one fails. */
function unboundedKeys(templates: readonly AccessTemplate[], method: ResolvedMethod): string[] {
  const used = new Set<number>();
  for (const template of templates) {
    if (template.kind !== 'key' || template.key.space === 'balance') continue;
    for (const part of template.key.components) {
      const [index, ...rest] = part.kind === 'args' ? part.path : [];
      if (index !== undefined && rest.length === 0) used.add(index);
    }
  }
  const notes: string[] = [];
  for (const index of [...used].sort((a, b) => a - b)) {
    const arg = method.args[index];
    const parameter = method.declaration.signature.parameters[index];
    if (!arg || !parameter || !['string', 'bytes', 'list'].includes(arg.type.layout.kind)) continue;
    if (method.maxBytes.has(arg.name)) continue;
    notes.push(
      `${placeOf(parameter)} ${arg.name} becomes a key and may have any length, while a key ends at 1 KiB: write @maxBytes('${arg.name}', 64) on the method`,
    );
  }
  return notes;
}

/** A call, or a balance, that hangs on storage the method changes cannot be widened: a contract is no field. */
function refuseMovingCalls(walk: Walk, settled: Settled, declared: readonly AccessTemplate[]): void {
  const all = [...settled.templates.map((one) => one.template), ...declared];
  for (const { template, place } of settled.templates) {
    const field = movingCall(template, all, walk.contract);
    if (field === undefined) continue;
    throw new CompileError('COMPILE_ACCESS', {
      got: `an address or argument read from ${field}, which the same method changes`,
      write: ['pass it as an argument of the method', `read it as it was: this.${field}.past(…)`],
      method: walk.method,
      place,
    });
  }
}

function outerScope(walk: Walk): Scope {
  const element = walk.program.getElementByDeclaration(walk.contract.declaration);
  assert(element !== null, 'the contract is an element');
  return {
    walk,
    names: new Map(),
    parent: undefined,
    element,
    contractClass: undefined,
    assigned: new Set(),
    loops: [],
    returns: [],
  };
}

/** An element of a list the method changed is not an element of the argument. */
function refuseMutatedLists(walk: Walk): void {
  if (walk.mutatedLists.size === 0) return;
  for (const { template, place } of walk.found) {
    const used = listsOf(template);
    if ([...used].some((list) => walk.mutatedLists.has(list))) {
      throw new CompileError('COMPILE_ACCESS', {
        got: 'an element of a list the method changes',
        write: ['const copy = list.slice(), and the changes to the copy'],
        method: walk.method,
        place,
      });
    }
  }
}

function listsOf(template: AccessTemplate): Set<string> {
  const lists = new Set<string>();
  if (template.kind === 'key') {
    if (template.key.space === 'balance') eachLists(template.key.address, lists);
    else for (const component of template.key.components) eachLists(component, lists);
    if (template.amount) eachLists(template.amount, lists);
    if (template.bound) eachLists(template.bound, lists);
  } else if (template.kind === 'call') {
    for (const part of [template.contract, ...template.args]) eachLists(part, lists);
  }
  return lists;
}

/** Equal reads and writes say nothing more; every add and every call counts. */
function distinct(templates: readonly AccessTemplate[]): AccessTemplate[] {
  const seen = new Set<string>();
  return templates.filter((template) => {
    if (template.kind === 'call' || template.kind === 'payload') return true;
    if (template.kind === 'key' && template.mode === 'add') return true;
    const text = templateText(template);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function templateText(template: AccessTemplate): string {
  const method = { selector: 0, view: false, payable: false, init: false, args: [], templates: [template] };
  return bytesText(encodeAccessSection({ version: 1, methods: [method] }));
}

function refuseWrites(walk: Walk, templates: readonly AccessTemplate[], method: ResolvedMethod): void {
  for (const template of templates) {
    if (template.kind === 'call' || template.kind === 'payload') continue;
    if (template.mode === 'read' || template.mode === 'past') continue;
    const place =
      walk.found.find((one) => one.template === template)?.place ?? placeOf(method.declaration.name);
    throw new CompileError('COMPILE_VIEW_WRITES', { method: method.name, place });
  }
}

/** Top-level code runs before every call, under no method's access. */
function checkStart(walk: Walk): void {
  const { program } = walk;
  for (const source of program.sources.filter(isUserSource)) {
    const file = program.filesByName.get(source.internalPath);
    if (!file) continue;
    const scope = { ...outerScope(walk), element: file };
    for (const statement of source.statements) walkTopLevel(scope, statement);
  }
  const [first] = walk.found;
  if (first) throw new CompileError('COMPILE_START', { place: first.place });
}

function walkTopLevel(scope: Scope, statement: Statement): void {
  if (statement instanceof ClassDeclaration) {
    for (const member of statement.members) {
      const isStatic = member instanceof FieldDeclaration && hasFlag(member, FLAGS.static);
      if (isStatic && member.initializer) walkExpression(scope, member.initializer);
    }
  } else if (statement instanceof NamespaceDeclaration) {
    for (const member of statement.members) walkTopLevel(scope, member);
  } else if (!(statement instanceof FunctionDeclaration)) {
    walkStatement(scope, statement);
  }
}
