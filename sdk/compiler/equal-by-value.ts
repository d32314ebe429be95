// `===` as authors mean it.
import { BinaryExpression, type Parser } from 'assemblyscript';
import { visitNodes } from './infer/visit-nodes.js';
import { isUserSource, TOKENS } from './syntax.js';

/** `===` compares references in AssemblyScript; authors mean values, as `==` of texts, numbers and addresses does. */
export function equalByValue(parser: Parser): void {
  for (const source of parser.sources.filter(isUserSource)) {
    for (const statement of source.statements) {
      visitNodes(statement, (node) => {
        if (!(node instanceof BinaryExpression)) return;
        if (node.operator === TOKENS.same) node.operator = TOKENS.equal;
        else if (node.operator === TOKENS.notSame) node.operator = TOKENS.notEqual;
      });
    }
  }
}
