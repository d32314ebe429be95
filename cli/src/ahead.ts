// What sending a transaction asks before it signs, asked while something else is: the newest block and the sender's nonce
// come with the simulation. Each is given once; what is asked again the node answers.
import type { NodeClient, NodeStatus } from '@weft/sdk/client/node-client';

/** A node of which something may be asked ahead. */
export interface AheadNode extends NodeClient {
  ask(sender: string, lane: number): void;
}

export function aheadOf(node: NodeClient): AheadNode {
  let status: Promise<NodeStatus> | undefined;
  let nonce: { readonly of: string; readonly sequence: Promise<bigint> } | undefined;
  return {
    ...node,
    ask(sender, lane) {
      status = handled(node.status());
      nonce = { of: `${sender} ${lane}`, sequence: handled(node.nextSequence(sender, lane)) };
    },
    status() {
      const asked = status;
      status = undefined;
      return asked ?? node.status();
    },
    nextSequence(address, lane = 0) {
      const asked = nonce?.of === `${address} ${lane}` ? nonce.sequence : undefined;
      nonce = undefined;
      return asked ?? node.nextSequence(address, lane);
    },
  };
}

/** Its failure is whose who asks for it; nobody may. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
