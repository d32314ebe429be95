// Names a function assigns after declaring them, or declares twice: nothing is known of their value.
import {
  BinaryExpression,
  type FunctionDeclaration,
  IdentifierExpression,
  type Node,
  UnaryPostfixExpression,
  UnaryPrefixExpression,
} from 'assemblyscript';
import { TOKENS, unwrap } from '../syntax.js';
import { visitNodes } from './visit-nodes.js';

const cache = new WeakMap<FunctionDeclaration, ReadonlySet<string>>();

export function assignedNames(declaration: FunctionDeclaration): ReadonlySet<string> {
  const known = cache.get(declaration);
  if (known) return known;
  const names = new Set<string>();
  if (declaration.body) visitNodes(declaration.body, (node) => noteName(node, names));
  cache.set(declaration, names);
  return names;
}

/** The names assigned anywhere below a node. */
export function assignedBelow(node: Node): ReadonlySet<string> {
  const names = new Set<string>();
  visitNodes(node, (one) => noteName(one, names));
  return names;
}

function noteName(node: Node, names: Set<string>): void {
  let target: Node | undefined;
  if (node instanceof BinaryExpression) {
    if (node.operator >= TOKENS.firstAssignment && node.operator <= TOKENS.lastAssignment)
      target = unwrap(node.left);
  } else if (node instanceof UnaryPostfixExpression || node instanceof UnaryPrefixExpression) {
    if (node.operator === TOKENS.plusPlus || node.operator === TOKENS.minusMinus)
      target = unwrap(node.operand);
  }
  if (target instanceof IdentifierExpression) names.add(target.text);
}
