// Small tools over the AssemblyScript syntax tree: places, decorators, flags, and parsing of generated text.

import { assert } from '@weft/runtime/base/assert';
import {
  BlockStatement,
  type ClassDeclaration,
  type DeclarationStatement,
  type DecoratorNode,
  type Expression,
  FieldDeclaration,
  FunctionDeclaration,
  IdentifierExpression,
  ImportStatement,
  type Node,
  ParenthesizedExpression,
  Parser,
  type Range,
  Source,
  type Statement,
  Tokenizer,
  type TypeNode,
} from 'assemblyscript';
import { ENTRY_PATH } from './names.js';

/** Flag bits of declarations (the compiler's CommonFlags, which TypeScript cannot import as values). */
export const FLAGS = {
  export: 2,
  declare: 4,
  static: 32,
  readonly: 64,
  abstract: 128,
  private: 512,
  protected: 1024,
  get: 2048,
  set: 4096,
  definitelyAssigned: 16384,
  ambient: 32768,
  constructor: 524288,
} as const;

/** Token numbers the walker looks at. */
export const TOKENS = {
  lessThan: 72,
  greaterThan: 73,
  equal: 76,
  notEqual: 77,
  same: 78,
  notSame: 79,
  plusPlus: 87,
  minusMinus: 88,
  firstAssignment: 101,
  lastAssignment: 113,
  minus: 82,
  exclamation: 95,
  and: 97,
} as const;

/** `file:line:column` of a node, lines and columns from 1. */
export function placeOf(node: { readonly range: Range }): string {
  const source = node.range.source;
  const line = source.lineAt(node.range.start);
  return `${source.normalizedPath}:${line}:${source.columnAt()}`;
}

/** The node's own text in its source. */
export function textOf(node: { readonly range: Range }): string {
  return node.range.source.text.substring(node.range.start, node.range.end);
}

export function hasFlag(declaration: { readonly flags: number }, flag: number): boolean {
  return (declaration.flags & flag) !== 0;
}

/** The decorator of this name, or undefined. */
export function findDecorator(declaration: DeclarationStatement, name: string): DecoratorNode | undefined {
  return findDecorators(declaration, name)[0];
}

/** All decorators of this name, in order. */
export function findDecorators(declaration: DeclarationStatement, name: string): DecoratorNode[] {
  return (declaration.decorators ?? []).filter(
    (decorator) => decorator.name instanceof IdentifierExpression && decorator.name.text === name,
  );
}

/** The expression without parentheses around it. */
export function unwrap(expression: Expression): Expression {
  let inner = expression;
  while (inner instanceof ParenthesizedExpression) inner = inner.expression;
  return inner;
}

/** Statements of generated text, as if they stood in the file at `path` (imports resolve against it). */
export function parseStatements(text: string, path: string): Statement[] {
  const parser = new Parser();
  parser.parseFile(text, path, false);
  assert(
    parser.diagnostics.length === 0,
    `generated code parses: ${parser.diagnostics.map(String).join('; ')}\n${text}`,
  );
  const source = parser.sources[0];
  assert(source !== undefined, 'a parsed file has a source');
  nameGenerated(source);
  return source.statements;
}

/** The import statement of generated text. */
export function parseImport(text: string, path: string): ImportStatement {
  const statement = parseStatements(text, path)[0];
  assert(statement instanceof ImportStatement, 'generated import is an import');
  return statement;
}

/** Members of a generated class body, to be moved into a class of the contract. */
export function parseMembers(body: string, path: string): DeclarationStatement[] {
  const statement = parseStatements(`class Generated {\n${body}\n}`, path)[0] as ClassDeclaration;
  return statement.members;
}

/** The body of generated function text. */
export function parseBody(statements: string, path: string): BlockStatement {
  const statement = parseStatements(`function generated(): void {\n${statements}\n}`, path)[0];
  assert(statement instanceof FunctionDeclaration, 'generated function is a function');
  assert(statement.body instanceof BlockStatement, 'generated function has a body');
  return statement.body;
}

/** A generated type. */
export function parseType(text: string, path: string): TypeNode {
  const [member] = parseMembers(`field: ${text};`, path);
  assert(member instanceof FieldDeclaration && member.type !== null, `generated type parses: ${text}`);
  return member.type;
}

/** A generated expression. */
export function parseExpression(text: string, path: string): Expression {
  const source = new Source(0, path, text);
  nameGenerated(source);
  const expression = new Parser().parseExpression(new Tokenizer(source));
  assert(expression !== null, `generated expression parses: ${text}`);
  return expression;
}

/** Source maps count generated text to the entry, so that its lines are not taken for the author's; names resolve as before. */
function nameGenerated(source: Source): void {
  source.normalizedPath = ENTRY_PATH;
}

/** Whether the node comes from the author's files (not the library, not generated text of another source). */
export function isUserSource(source: Source): boolean {
  return !source.isLibrary && !source.isNative;
}

export type { Node };
