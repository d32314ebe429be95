// The second opinion: from the compiled module's call graph, which host functions can a method reach at all? One its
// templates do not allow is refused, so a hole in the source walker is a compile error and not a slow transaction.
import { assert } from '@weft/runtime/base/assert';
import type { AccessTemplate } from '@weft/runtime/types/access';
import type { AnalysedMethod, ContractModel } from './contract-model.js';
import { CompileError } from './errors.js';
import { thunkName } from './names.js';
import { placeOf } from './syntax.js';

/** What must stand in the templates for a host function to be reached. */
const NEEDS: Readonly<Record<string, (template: AccessTemplate) => boolean>> = {
  storage_get: (template) => reads(template) && isStorage(template),
  storage_has: (template) => reads(template) && isStorage(template),
  storage_set: (template) => writes(template) && isStorage(template),
  storage_delete: (template) => writes(template) && isStorage(template),
  storage_past: (template) => isPast(template) && isStorage(template),
  cell_get: (template) => reads(template) && isStorage(template),
  cell_set: (template) => writes(template) && isStorage(template),
  cell_add: (template) => adds(template) && isStorage(template),
  cell_sub: (template) => adds(template) && isStorage(template),
  cell_past: (template) => isPast(template) && isStorage(template),
  balance: (template) => reads(template) && !isStorage(template),
  balance_past: (template) => isPast(template) && !isStorage(template),
  transfer: (template) => adds(template) && !isStorage(template),
  call: isCall,
  try_call: isCall,
};

function isStorage(template: AccessTemplate): boolean {
  return template.kind !== 'key' || template.key.space === 'storage';
}
function isCall(template: AccessTemplate): boolean {
  return template.kind === 'call' || template.kind === 'payload';
}
function modeOf(template: AccessTemplate): string {
  return template.kind === 'call' || template.kind === 'payload' ? 'none' : template.mode;
}
function reads(template: AccessTemplate): boolean {
  return modeOf(template) === 'read' || modeOf(template) === 'write';
}
function writes(template: AccessTemplate): boolean {
  return modeOf(template) === 'write';
}
function adds(template: AccessTemplate): boolean {
  return modeOf(template) === 'add' || modeOf(template) === 'write';
}
function isPast(template: AccessTemplate): boolean {
  return modeOf(template) === 'past';
}

/**
 * `graph`: of the module before optimisation, one function per source function.
 * @throws COMPILE_CROSS_CHECK
 */
export function crossCheck(
  graph: CallGraph,
  contract: ContractModel,
  methods: readonly AnalysedMethod[],
): void {
  for (const method of methods.filter((one) => !one.migrate)) {
    const reached = reachableImports(graph, thunkOf(graph, method));
    for (const name of reached) {
      const need = Object.hasOwn(NEEDS, name) ? NEEDS[name] : undefined;
      if (!need || method.templates.some(need)) continue;
      throw new CompileError('COMPILE_CROSS_CHECK', {
        expected: `access that allows ${name}`,
        got: method.templates.length === 0 ? 'no access' : `${method.templates.length} templates`,
        method: `${contract.name}.${method.name}`,
        place: placeOf(method.declaration.name),
      });
    }
  }
}

export interface CallGraph {
  /** Callees of each defined function. */
  readonly calls: ReadonlyMap<string, ReadonlySet<string>>;
  /** Imported name by internal name. */
  readonly imports: ReadonlyMap<string, string>;
  /** Functions in tables: an indirect call may reach any of them. */
  readonly table: ReadonlySet<string>;
}

const NAME = '\\$(?:"[^"]*"|[^\\s()]+)';
const LINE = new RegExp(
  `\\(import "([^"]*)" "([^"]*)" \\(func (${NAME})|\\(func (${NAME})|\\(call (${NAME})|\\((call_indirect)|\\(elem .*? func (.*)\\)$|\\(elem (.*)\\)$`,
  'gm',
);

/** Reads the text form, which the compiler's own writer emits one construct a line. */
export function readCallGraph(text: string): CallGraph {
  const calls = new Map<string, Set<string>>();
  const imports = new Map<string, string>();
  const table = new Set<string>();
  let current: Set<string> | undefined;
  for (const match of text.matchAll(LINE)) {
    const [, module, imported, importName, defined, called, indirect, elements, otherElements] = match;
    if (importName !== undefined) {
      if (module === 'weft' && imported !== undefined) imports.set(importName, imported);
    } else if (defined !== undefined) {
      current = new Set();
      calls.set(defined, current);
    } else if (called !== undefined) current?.add(called);
    else if (indirect !== undefined) current?.add('*');
    else {
      for (const [name] of (elements ?? otherElements ?? '').matchAll(new RegExp(NAME, 'g'))) table.add(name);
    }
  }
  return { calls, imports, table };
}

/** The compiled function that decodes and calls a method. */
export function thunkOf(graph: CallGraph, method: AnalysedMethod): string {
  const owner = method.owner.name.text;
  const ending = new RegExp(`/${owner}#${thunkName(method.name)}"?$`);
  const found = [...graph.calls.keys()].filter((name) => ending.test(name));
  const [name] = found;
  assert(name !== undefined && found.length === 1, `one compiled function for ${owner}.${method.name}`);
  return name;
}

/** Names of host functions, sorted. */
function reachableImports(graph: CallGraph, start: string): string[] {
  const reached = new Set<string>();
  for (const name of reachableFunctions(graph, start)) {
    const imported = graph.imports.get(name);
    if (imported !== undefined) reached.add(imported);
  }
  return [...reached].sort();
}

/** Functions and imports a function can reach, itself included. */
export function reachableFunctions(graph: CallGraph, start: string): ReadonlySet<string> {
  const seen = new Set<string>([start]);
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const callees = name === '*' ? graph.table : (graph.calls.get(name) ?? new Set<string>());
    for (const callee of callees) {
      if (seen.has(callee)) continue;
      seen.add(callee);
      open.push(callee);
    }
  }
  return seen;
}
