// From options to a node and an account.
import { createNodeClient, type NodeClient, type NodeStatus } from '@weft/sdk/client/node-client';
import type { Session } from '@weft/sdk/client/session';
import type { Transport } from '@weft/sdk/client/transport';
import type { Account } from '@weft/sdk/client/wallet';
import { CliError } from './errors.js';
import { gathered } from './gathered.js';
import { httpTransport } from './http-transport.js';
import type { Network } from './network.js';
import { parseIndex } from './options.js';

/** Where a node is, and of which chain it must be. */
export type Target = Pick<Network, 'url' | 'genesisHash' | 'token'>;

/** A node that answers, and how requests reach it. */
export interface Connection {
  readonly transport: Transport;
  readonly node: NodeClient;
  readonly status: NodeStatus;
}

/** @throws CLIENT_TRANSPORT, CLI_OTHER_CHAIN for a node of another chain than the configuration names */
export async function connect({ url, genesisHash, token }: Target): Promise<Connection> {
  const transport = gathered(httpTransport(url, token));
  const node = createNodeClient(transport);
  const status = await node.status();
  if (genesisHash !== undefined && genesisHash !== status.genesisHash)
    throw new CliError('CLI_OTHER_CHAIN', { expected: genesisHash, got: status.genesisHash, place: url });
  return { transport, node, status };
}

/**
 * A node and an account that signs: a key of the keystore by name, whose password is asked for, or a development
 * account by number.
 * @throws CLI_ACCOUNT, CLI_KEY_*, CLI_SECRET, CLIENT_TRANSPORT
 */
export async function openSession(network: Network): Promise<Connection & { readonly session: Session }> {
  const connected = await connect(network);
  const account = await openAccount(connected.status, network.account);
  const { createSession } = await import('@weft/sdk/client/session');
  return { ...connected, session: createSession(connected.node, account) };
}

/** An account by name or number. @throws CLI_ACCOUNT, CLI_KEY_*, CLI_SECRET */
export async function openAccount(status: NodeStatus, name: string): Promise<Account> {
  return /^\d+$/.test(name) ? developmentAccount(status, name) : openKey(name);
}

/** A session that signs, or in the name of `impersonate` (an address) one that need not. @throws as `openAccount` */
export async function openSender(
  { node, status }: Pick<Connection, 'node' | 'status'>,
  account: string,
  impersonate: string | undefined,
): Promise<Session> {
  const { createSession } = await import('@weft/sdk/client/session');
  if (impersonate === undefined) return createSession(node, await openAccount(status, account));
  if (!status.dev) throw new CliError('CLI_ACCOUNT', { got: '--impersonate', place: status.chainName });
  const { impersonatedAccount } = await import('@weft/sdk/client/development-client');
  return createSession(node, impersonatedAccount(impersonate));
}

/** Development account 0, whose calls most views are: deriving it would take a third of such a call. */
export const FIRST_ACCOUNT = 'weft134fn2n3celv54yt5k6yxtedldvmecg04943y6uae49cz3fq7c3kq2z5v67';

async function accountNumbered(number: string): Promise<Account> {
  const { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } = await import('@weft/sdk/client/wallet');
  return accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1, parseIndex(number))[0] as Account;
}

/** Whose calls a view sees: no password, since nothing is signed. @throws CLI_KEY_* */
export async function callerOf(name: string): Promise<string> {
  if (name === '0') return FIRST_ACCOUNT;
  if (/^\d+$/.test(name)) return (await accountNumbered(name)).text;
  const { createKeystore } = await import('./keys/keystore.js');
  return (await createKeystore().show(name)).address;
}

/** Of an address, a key of the keystore, or a development account by number. @throws CLI_KEY_* */
export async function addressOf(account: string): Promise<string> {
  return account.startsWith('weft1') ? account : callerOf(account);
}

async function openKey(name: string): Promise<Account> {
  const { createKeystore, storedAccount } = await import('./keys/keystore.js');
  const { readPassword } = await import('./keys/secrets.js');
  const store = createKeystore();
  const key = await store.show(name);
  return storedAccount(key, await store.open(name, await readPassword(`Password of ${name}: `)));
}

/** @throws CLI_ACCOUNT on a chain where everybody's keys are not everybody's */
export async function developmentAccount(
  { dev, chainName }: Pick<NodeStatus, 'dev' | 'chainName'>,
  number: string,
): Promise<Account> {
  if (!dev) throw new CliError('CLI_ACCOUNT', { got: `account ${number}`, place: chainName });
  return accountNumbered(number);
}
