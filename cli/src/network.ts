// Which chain a command talks to and who signs there: options first, then the environment, then `weft.config.ts`.
import { cwd } from 'node:process';
import type { Command } from 'commander';
import type { NetworkConfig, WeftConfig } from './config.js';
import { CliError } from './errors.js';
import { findFile, loadModule } from './load-module.js';

/** The port a node listens on unless told otherwise. */
export const DEFAULT_PORT = 9338;
export const DEFAULT_URL = `http://127.0.0.1:${DEFAULT_PORT}`;
const CONFIG_FILES = ['weft.config.ts', 'weft.config.mts', 'weft.config.js', 'weft.config.mjs'];
const BUILT_IN: Readonly<Record<string, NetworkConfig>> = { local: { url: DEFAULT_URL } };

/** A chain to talk to. */
export interface Network {
  readonly name: string;
  readonly url: string;
  /** Name of a key, or the number of a development account. */
  readonly account: string;
  readonly genesisHash?: string | undefined;
  /** What the node asks every request to carry. */
  readonly token?: string | undefined;
}

interface NetworkOptions {
  readonly rpcUrl?: string;
  readonly network?: string;
  readonly account?: string;
  readonly config?: string;
}

/** The network of a command about to run. Runs `weft.config.ts` unless an address is given. @throws CLI_UNKNOWN_NETWORK, CLI_CONFIG */
export async function networkOf(command: Command): Promise<Network> {
  const options = command.optsWithGlobals<NetworkOptions>();
  const { rpcUrl, account } = options;
  // Of two things said, the one on the command line is meant.
  const named = command.getOptionValueSourceWithGlobals('network') === 'cli';
  const addressed = command.getOptionValueSourceWithGlobals('rpcUrl') === 'cli';
  if (rpcUrl !== undefined && (addressed || !named))
    return { name: rpcUrl, url: rpcUrl, account: account ?? '0', token: rpcToken() };
  const config = await readConfig(options.config);
  const networks = { ...BUILT_IN, ...config.networks };
  const name = options.network ?? config.defaultNetwork ?? 'local';
  const network = networkNamed(networks, name);
  const { url, genesisHash, token = rpcToken() } = network;
  return { name, url, genesisHash, token, account: account ?? network.account ?? config.account ?? '0' };
}

/** Of the environment: no command line, which other users see, has it. */
export const rpcToken = (): string | undefined => process.env['WEFT_RPC_TOKEN'] || undefined;

/** @throws CLI_UNKNOWN_NETWORK */
export function networkNamed(networks: Readonly<Record<string, NetworkConfig>>, name: string): NetworkConfig {
  const network = networks[name];
  if (network === undefined)
    throw new CliError('CLI_UNKNOWN_NETWORK', { expected: Object.keys(networks), got: name });
  return network;
}

/** Every network a folder knows, and which one is used. @throws CLI_CONFIG */
export async function listNetworks(
  path: string | undefined,
): Promise<{ readonly networks: Readonly<Record<string, NetworkConfig>>; readonly chosen: string }> {
  const config = await readConfig(path);
  return { networks: { ...BUILT_IN, ...config.networks }, chosen: config.defaultNetwork ?? 'local' };
}

/** Of a file, or of the folder; empty where there is none. @throws CLI_CONFIG, CLI_SCRIPT */
async function readConfig(given: string | undefined): Promise<WeftConfig> {
  const path = given ?? (await findFile(cwd(), CONFIG_FILES));
  if (path === undefined) return {};
  const config = await loadModule(path);
  assertConfig(config, path);
  return config;
}

function assertConfig(config: unknown, place: string): asserts config is WeftConfig {
  const known = record(config, 'a default export', place, ['defaultNetwork', 'networks', 'account']);
  text(known['defaultNetwork'], `${place} defaultNetwork`);
  text(known['account'], `${place} account`);
  const networks = record(known['networks'] ?? {}, 'networks by name', `${place} networks`);
  for (const [name, network] of Object.entries(networks)) {
    const at = `${place} networks.${name}`;
    const fields = record(network, 'a network', at, ['url', 'account', 'token', 'genesisHash']);
    if (!/^https?:\/\//.test(String(fields['url'])))
      throw new CliError('CLI_CONFIG', {
        expected: 'http:// or https://',
        got: String(fields['url']),
        place: at,
      });
    text(fields['account'], `${at} account`);
    text(fields['token'], `${at} token`);
    text(fields['genesisHash'], `${at} genesisHash`);
  }
}

function record(
  value: unknown,
  expected: string,
  place: string,
  known?: readonly string[],
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CliError('CLI_CONFIG', { expected, got: typeof value, place });
  const stranger = known && Object.keys(value).find((name) => !known.includes(name));
  if (known !== undefined && stranger !== undefined)
    throw new CliError('CLI_CONFIG', { expected: known, got: stranger, place });
  return value as Record<string, unknown>;
}

function text(value: unknown, place: string): void {
  if (value !== undefined && typeof value !== 'string')
    throw new CliError('CLI_CONFIG', { expected: 'a text', got: typeof value, place });
}
