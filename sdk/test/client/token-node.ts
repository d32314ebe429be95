// A development node of this process with the token's code, for tests of the client against a real chain.
import { fileURLToPath } from 'node:url';
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import { developmentGenesis } from '@weft/runtime/node/development';
import type { Parameters } from '@weft/runtime/types/genesis';
import { createNodeClient, type NodeClient } from '@weft/sdk/client/node-client';
import { createSession, type Session } from '@weft/sdk/client/session';
import type { Transport } from '@weft/sdk/client/transport';
import { type Account, accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import { nodeTransport } from '@weft/sdk/testing/node-transport';

export const TOKEN_FOLDER = fileURLToPath(new URL('../../../contracts/token', import.meta.url));

export interface TestNode {
  readonly node: WeftNode;
  readonly transport: Transport;
  readonly client: NodeClient;
  readonly accounts: readonly Account[];
  /** Of the account at an index. */
  session(index: number): Session;
}

/** A running node with ten funded accounts. `trigger`: default seals a block a transaction. */
export async function startNode(
  trigger: 'instant' | 'manual' = 'instant',
  parameters: Partial<Parameters> = {},
): Promise<TestNode> {
  const accounts = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 10);
  const genesis = developmentGenesis({ accounts: accounts.map(({ address }) => address), parameters });
  const node = createNode({
    genesis,
    executor: 'sequential',
    rpc: false,
    seal: { trigger: { kind: trigger }, timeOf: (height) => genesis.time + height },
  });
  await node.start();
  const transport = nodeTransport(node);
  const client = createNodeClient(transport, { pollMs: 1, timeoutMs: 10_000 });
  const session = (index: number) => createSession(client, accounts[index] as Account);
  return { node, transport, client, accounts, session };
}
