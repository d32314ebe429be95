// Visits every node under a node, generically: the syntax tree is plain objects whose node-valued fields are children.
import { Node } from 'assemblyscript';

/** Calls back for the node and all nodes below it. */
export function visitNodes(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    if (value instanceof Node) visitNodes(value, visit);
    else if (Array.isArray(value)) {
      for (const item of value) if (item instanceof Node) visitNodes(item, visit);
    }
  }
}
