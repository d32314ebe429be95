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
const KINDS = ['init', 'call', 'view'];
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
  return ['immutable', 'maxBytes'];
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
      expected: allowed.length > 0 ? allowed.map((one) => `@${one}`) : 'no decorator',
      got: textOf(decorator),
      place: placeOf(decorator),
    });
  }
}
