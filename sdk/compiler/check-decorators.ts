// Decorators that mean something, and where they may stand: a misspelt @cal or an @reads on a helper would otherwise
// be dropped in silence.
import {
  ClassDeclaration,
  type DeclarationStatement,
  FieldDeclaration,
  FunctionDeclaration,
  IdentifierExpression,
  MethodDeclaration,
  type Parser,
} from 'assemblyscript';
import { CompileError } from './errors.js';
import { findDecorator, isUserSource, placeOf, textOf } from './syntax.js';

const CLASS = ['contract', 'struct', 'event', 'error', 'remote'];
const KINDS = ['init', 'call', 'view', 'migrate'];
const ACCESS = ['payable', 'maxBytes', 'reads', 'writes', 'adds', 'pasts', 'calls'];

/** @throws COMPILE_DECLARATION */
export function checkDecorators(parser: Parser): void {
  for (const source of parser.sources.filter(isUserSource)) {
    for (const statement of source.statements) {
      if (statement instanceof FunctionDeclaration) checkNames(statement, []);
      if (!(statement instanceof ClassDeclaration)) continue;
      checkNames(statement, CLASS);
      const field = fieldDecorators(statement);
      for (const member of statement.members) {
        if (member instanceof MethodDeclaration) checkMethod(member);
        else if (member instanceof FieldDeclaration) checkNames(member, field);
      }
    }
  }
}

function fieldDecorators(declaration: ClassDeclaration): string[] {
  if (findDecorator(declaration, 'event')) return ['indexed', 'maxBytes'];
  if (findDecorator(declaration, 'struct') || findDecorator(declaration, 'error')) return ['maxBytes'];
  // Storage stands in the contract class and in its bases, which carry no decorator.
  return ['immutable', 'maxBytes', 'slot'];
}

function checkMethod(method: MethodDeclaration): void {
  const reachable = KINDS.some((kind) => findDecorator(method, kind));
  checkNames(method, reachable ? [...KINDS, ...ACCESS] : KINDS);
}

/** Decorators of AssemblyScript itself (@inline, @operator, …) stay its own matter. */
function checkNames(declaration: DeclarationStatement, allowed: readonly string[]): void {
  for (const decorator of declaration.decorators ?? []) {
    if (decorator.decoratorKind !== 0) continue;
    const { name } = decorator;
    if (name instanceof IdentifierExpression && allowed.includes(name.text)) continue;
    throw new CompileError('COMPILE_DECLARATION', {
      ...hint(textOf(decorator), declaration, allowed),
      place: placeOf(decorator),
    });
  }
}

const KNOWN = [...CLASS, ...KINDS, ...ACCESS, 'indexed', 'immutable', 'slot'];

function hint(
  got: string,
  declaration: DeclarationStatement,
  allowed: readonly string[],
): { message: string; write: string } {
  const name = /^@(\w*)/.exec(got)?.[1] ?? '';
  const list = allowed.map((one) => `@${one}`).join(', ');
  if (!KNOWN.includes(name)) {
    const near = KNOWN.find((one) => distance(one, name) <= 2);
    return { message: `@${name} means nothing`, write: near ? `@${near}` : list || 'no decorator' };
  }
  if (ACCESS.includes(name) && declaration instanceof MethodDeclaration) {
    return {
      message: `@${name} stands on the method that is called from outside, and ${declaration.name.text} is a helper`,
      write: `@${name} on the @init, @call or @view method that uses ${declaration.name.text}`,
    };
  }
  return { message: `@${name} means nothing here`, write: list === '' ? 'no decorator' : `one of ${list}` };
}

/** Edits between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
