// Coverage builds: a call before each statement the author wrote tells that it runs. Put in after access is inferred, so
// that access, methods and types are those of the ordinary build; gas and code hash are not.
import {
  BlockStatement,
  ClassDeclaration,
  DoStatement,
  ForStatement,
  FunctionDeclaration,
  IfStatement,
  ImportStatement,
  MethodDeclaration,
  Node,
  type Parser,
  type Program,
  type Source,
  type Statement,
  SwitchStatement,
  WhileStatement,
} from 'assemblyscript';
import { DISPATCH_PATH, ENTRY_PATH } from './names.js';
import { isUserSource, parseImport, parseStatements } from './syntax.js';

/** Where a counted statement begins. Its number is its index. */
export interface CoverPoint {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** As many as the library has room for; later statements are not counted. */
const POINTS_MAX = 16_384;

/** Gives every file of the contract the name under which it counts. */
export function importCover(parser: Parser): void {
  for (const source of parser.sources) {
    if (!isCounted(source)) continue;
    const known = source.statements.some(
      (one) => one instanceof ImportStatement && one.namespaceName?.text === '__weft',
    );
    if (known) continue;
    source.statements.unshift(
      parseImport(`import * as __weft from '${DISPATCH_PATH}';`, source.normalizedPath),
    );
  }
}

/** Changes the bodies of functions and methods in place; what was counted, by number. */
export function coverStatements(program: Program): CoverPoint[] {
  const points: CoverPoint[] = [];
  for (const source of program.sources) {
    if (!isCounted(source)) continue;
    for (const statement of source.statements) coverDeclaration(statement, source, points);
  }
  return points;
}

function isCounted(source: Source): boolean {
  return (
    isUserSource(source) &&
    !/^~|node_modules/.test(source.normalizedPath) &&
    source.normalizedPath !== ENTRY_PATH
  );
}

function coverDeclaration(declaration: Statement, source: Source, points: CoverPoint[]): void {
  if (declaration instanceof FunctionDeclaration && !(declaration instanceof MethodDeclaration)) {
    if (declaration.body) coverStatement(declaration.body, source, points);
  } else if (declaration instanceof ClassDeclaration) {
    for (const member of declaration.members) {
      const written = member instanceof MethodDeclaration && member.range.source === source;
      if (written && member.body && member.name.text !== 'constructor')
        coverStatement(member.body, source, points);
    }
  }
}

/** Below a statement; what stands alone under an `if` or a loop becomes a block. */
function coverStatement(node: Statement, source: Source, points: CoverPoint[]): void {
  if (node instanceof BlockStatement) node.statements = coverAll(node.statements, source, points);
  else if (node instanceof IfStatement) {
    node.ifTrue = blockOf(node.ifTrue, source, points);
    if (node.ifFalse) node.ifFalse = blockOf(node.ifFalse, source, points);
  } else if (node instanceof ForStatement || node instanceof WhileStatement || node instanceof DoStatement)
    node.body = blockOf(node.body, source, points);
  else if (node instanceof SwitchStatement) {
    for (const one of node.cases) one.statements = coverAll(one.statements, source, points);
  }
}

function blockOf(node: Statement, source: Source, points: CoverPoint[]): Statement {
  const block = node instanceof BlockStatement ? node : Node.createBlockStatement([node], node.range);
  coverStatement(block, source, points);
  return block;
}

function coverAll(statements: readonly Statement[], source: Source, points: CoverPoint[]): Statement[] {
  return statements.flatMap((statement) => {
    if (statement.range.source !== source || points.length === POINTS_MAX) return [statement];
    const call = parseStatements(`__weft.cover(${points.length});`, source.normalizedPath);
    points.push({ file: source.normalizedPath, line: source.lineAt(statement.range.start) });
    coverStatement(statement, source, points);
    return [...call, statement];
  });
}
