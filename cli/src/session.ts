// From options to a node and an account.
import { createNodeClient, type NodeClient, type NodeStatus } from '@weft/sdk/client/node-client';
import { createSession, type Session } from '@weft/sdk/client/session';
import { httpTransport } from '@weft/sdk/client/transport';
import { type Account, accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import { CliError } from './errors.js';
import { accountOf, createKeystore } from './keys/keystore.js';
import { readPassword } from './keys/secrets.js';
import { parseIndex } from './options.js';

/** A node that answers. @throws CLIENT_TRANSPORT */
export async function connect(
  rpcUrl: string,
): Promise<{ readonly node: NodeClient; readonly status: NodeStatus }> {
  const node = createNodeClient(httpTransport(rpcUrl));
  return { node, status: await node.status() };
}

/**
 * A node and an account that signs: a key of the keystore by name, whose password is asked for, or a development
 * account by number.
 * @throws CLI_ACCOUNT, CLI_KEY_*, CLI_SECRET, CLIENT_TRANSPORT
 */
export async function openSession(
  rpcUrl: string,
  name: string,
): Promise<{ readonly node: NodeClient; readonly status: NodeStatus; readonly session: Session }> {
  const connected = await connect(rpcUrl);
  const account = /^\d+$/.test(name) ? developmentAccount(connected.status, name) : await openKey(name);
  return { ...connected, session: createSession(connected.node, account) };
}

/** Whose calls a view sees: no password, since nothing is signed. @throws CLI_KEY_* */
export async function callerOf(name: string): Promise<string> {
  if (!/^\d+$/.test(name)) return (await createKeystore().show(name)).address;
  return (accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1, parseIndex(name))[0] as Account).text;
}

async function openKey(name: string): Promise<Account> {
  const store = createKeystore();
  await store.show(name);
  return accountOf(await store.open(name, await readPassword(`Password of ${name}: `)));
}

function developmentAccount({ dev, chainName }: NodeStatus, number: string): Account {
  if (!dev) throw new CliError('CLI_ACCOUNT', { got: `account ${number}`, place: chainName });
  return accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1, parseIndex(number))[0] as Account;
}
