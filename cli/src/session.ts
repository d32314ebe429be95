// From options to a node and an account.
import { createNodeClient, type NodeClient, type NodeStatus } from '@weft/sdk/client/node-client';
import { createSession, type Session } from '@weft/sdk/client/session';
import { httpTransport } from '@weft/sdk/client/transport';
import { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import { CliError } from './errors.js';

/** A node that answers. @throws CLIENT_TRANSPORT */
export async function connect(
  rpcUrl: string,
): Promise<{ readonly node: NodeClient; readonly status: NodeStatus }> {
  const node = createNodeClient(httpTransport(rpcUrl));
  return { node, status: await node.status() };
}

/** A node and a development account that signs. */
export async function openSession(
  rpcUrl: string,
  index: number,
): Promise<{ readonly node: NodeClient; readonly status: NodeStatus; readonly session: Session }> {
  const [account] = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1, index);
  if (!account) throw new CliError('CLI_USAGE', { expected: 'an account index', got: index });
  const connected = await connect(rpcUrl);
  return { ...connected, session: createSession(connected.node, account) };
}
