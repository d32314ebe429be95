// A node in the same process as a transport: requests go through the node's own RPC methods and JSON, without a socket.
import type { WeftNode } from '@weft/runtime/node/create-node';
import type { DevelopmentChain } from '@weft/runtime/ports/development';
import { createDispatcher } from '@weft/runtime/rpc/dispatch';
import { createMethods } from '@weft/runtime/rpc/methods';
import { createTransport, type Transport } from '../client/transport.js';

/** What a transport needs of a node; `dev_*` needs the last. */
export type ServingNode = Pick<WeftNode, 'query' | 'submit'> & Partial<Pick<WeftNode, 'development'>>;

/** A transport to a running node of this process. `dev_*` exists where it has them and its chain is for development. */
export function nodeTransport(node: ServingNode): Transport {
  const methods = createMethods(
    {
      query: () => node.query(),
      submit: (bytes) => node.submit(bytes),
      checkSignatures: () => Promise.resolve(),
      ...(node.development && { development: () => node.development?.() as DevelopmentChain }),
      engine: () => ({ engine: 'seal', producing: true }),
    },
    node.query().status().dev,
  );
  return createTransport(createDispatcher(methods), 'the node of this process');
}
