// What a contract may import and declare: our library by its front door and its own files. Host functions are
// reached through the library only, so that every access has a form the walker knows.
import {
  ClassDeclaration,
  ExportStatement,
  FunctionDeclaration,
  ImportStatement,
  type Parser,
  type Source,
  VariableStatement,
} from 'assemblyscript';
import { CompileError } from './errors.js';
import { BASES_PATH, LIBRARY_PATH } from './names.js';
import { FLAGS, hasFlag, isUserSource, placeOf, textOf } from './syntax.js';

/** @throws COMPILE_IMPORT */
export function checkImports(parser: Parser, entryPath: string): void {
  for (const source of parser.sources.filter(isUserSource)) {
    if (source.normalizedPath !== entryPath) checkSource(source);
  }
}

function checkSource(source: Source): void {
  for (const statement of source.statements) {
    if (statement instanceof ImportStatement || statement instanceof ExportStatement) {
      const path = statement.path?.value;
      if (path === undefined || path === LIBRARY_PATH || path.startsWith(BASES_PATH) || path.startsWith('.'))
        continue;
      throw new CompileError('COMPILE_IMPORT', { got: path, place: placeOf(statement) });
    }
    const declares =
      (statement instanceof FunctionDeclaration || statement instanceof ClassDeclaration) &&
      hasFlag(statement, FLAGS.declare | FLAGS.ambient);
    const declaresVariable =
      statement instanceof VariableStatement &&
      statement.declarations.some((one) => hasFlag(one, FLAGS.declare | FLAGS.ambient));
    if (declares || declaresVariable) {
      throw new CompileError('COMPILE_IMPORT', {
        expected: 'no declare',
        got: textOf(statement).split('\n')[0] ?? '',
        place: placeOf(statement),
      });
    }
  }
}
