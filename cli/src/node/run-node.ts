// What `weft node` does: a development chain until Ctrl-C. Apart from its options, which are shown without loading a node.
import { appendFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { cwd } from 'node:process';
import { createNode, type NodeConfig, type WeftNode } from '@weft/runtime/node/create-node';
import { developmentGenesis } from '@weft/runtime/node/development';
import type { LogOptions } from '@weft/runtime/node/log';
import { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import { CliError } from '../errors.js';
import { interrupted } from '../interrupt.js';
import { rpcToken } from '../network.js';
import type { NetworkNodeOptions } from '../network-node.js';
import { EXIT, type Output } from '../output.js';
import { createNodeConsole, type NodeConsole } from './console.js';
import type { Deploying } from './deploy-on-change.js';

type LogLevel = NonNullable<LogOptions['level']>;

export interface NodeOptions extends Partial<NetworkNodeOptions> {
  readonly keep?: number;
  readonly port: number;
  readonly host: string;
  readonly state?: string;
  readonly data?: string;
  readonly accounts: number;
  readonly balance?: bigint;
  readonly workers?: number;
  readonly treeThreads?: number;
  readonly blockTime?: number;
  readonly mixed?: boolean;
  readonly manual?: boolean;
  readonly watch?: string | true;
  readonly console: boolean;
  readonly quiet?: boolean;
  readonly logLevel?: LogLevel;
  readonly logFile?: string;
  readonly allowHost: readonly string[];
  readonly allowOrigin: readonly string[];
}

/** Runs a node until it is interrupted or can make no more blocks. @throws CLI_USAGE and each error of opening a chain */
export async function runNode(options: NodeOptions, output: Output): Promise<void> {
  const log = await openLog(options);
  if (options.home !== undefined) {
    const { runNetworkNode } = await import('../network-node.js');
    return runNetworkNode({ ...options, home: options.home }, output, log);
  }
  const accounts = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, options.accounts).map(({ address, text }) => ({
    address,
    text,
  }));
  let halt: (error: unknown) => void = () => undefined;
  const halted = new Promise<unknown>((resolve) => {
    halt = resolve;
  });
  let deploying: Deploying | undefined;
  const logsHere = log !== undefined && log.write === undefined;
  const isQuiet = options.quiet === true || logsHere;
  const say = (line: string): void => {
    if (!isQuiet) output.note(line);
  };
  const shown = createNodeConsole(() => node.query(), say);
  const node: WeftNode = createNode({
    ...configOf(options, accounts),
    ...(log === undefined ? {} : { log }),
    ...reactionsOf(say, options.console && !isQuiet ? shown : undefined, () => deploying),
    onFault: (error, place) => {
      if (!logsHere)
        output.note(`fault in ${place}: ${error instanceof Error ? error.message : String(error)}`);
      if (place === 'engine') halt(error);
    },
  });
  await node.start();
  announce(node, accounts, isQuiet, output);
  if (options.watch !== undefined && node.url !== undefined) {
    const { deployOnChange } = await import('./deploy-on-change.js');
    deploying = deployOnChange(options.watch === true ? cwd() : options.watch, node.url, output);
  }
  const failure = await Promise.race([interrupted(), halted]);
  await deploying?.close();
  await shown.idle();
  // A node that makes no more blocks does not go on as if it did.
  await node.stop().catch((error: unknown) => output.failure(error));
  if (failure !== undefined) output.failure(failure);
  process.exitCode = failure === undefined ? EXIT.interrupted : EXIT.failure;
}

/** Where the structured log goes; undefined: there is none. @throws CLI_FILE */
async function openLog({ logLevel, logFile }: NodeOptions): Promise<LogOptions | undefined> {
  if (logFile === undefined) return logLevel && { level: logLevel };
  // Each entry is on its way to the file before the next: a process that is killed has said what it did.
  const file = await open(logFile, 'a').catch((cause: unknown) => {
    throw new CliError('CLI_FILE', { place: logFile }, cause);
  });
  return { level: logLevel, write: (line) => appendFileSync(file.fd, line) };
}

type FundedAccount = {
  readonly address: Parameters<typeof developmentGenesis>[0]['accounts'][number];
  readonly text: string;
};

function configOf(options: NodeOptions, accounts: readonly FundedAccount[]): NodeConfig {
  const { balance, keep, workers, treeThreads } = options;
  const dataFolder = options.state ?? options.data;
  const token = rpcToken();
  return {
    genesis: developmentGenesis({
      accounts: accounts.map(({ address }) => address),
      ...(balance === undefined ? {} : { balance }),
    }),
    seal: { trigger: triggerOf(options) },
    rpc: {
      port: options.port,
      host: options.host,
      allowedHosts: options.allowHost,
      allowedOrigins: options.allowOrigin,
      ...(token === undefined ? {} : { token }),
    },
    ...(dataFolder === undefined ? {} : { dataFolder }),
    ...(keep === undefined ? {} : { keepBlocks: keep }),
    ...(workers === undefined ? {} : { workers }),
    ...(treeThreads === undefined ? {} : { treeThreads }),
  };
}

function reactionsOf(
  say: (line: string) => void,
  shown: NodeConsole | undefined,
  deploying: () => Deploying | undefined,
): Pick<NodeConfig, 'onBlock' | 'onRevert'> {
  return {
    onBlock({ header, receipts }) {
      const { height, gasUsed } = header;
      const many = receipts.length === 1 ? '1 transaction' : `${receipts.length} transactions`;
      say(`block ${height}: ${many}${receipts.length === 0 ? '' : `, gas ${gasUsed}`}`);
      shown?.block(height, receipts.length);
    },
    onRevert(height) {
      say(`back at block ${height}`);
      shown?.forget();
      deploying()?.again();
    },
  };
}

function announce(
  node: WeftNode,
  accounts: readonly FundedAccount[],
  isQuiet: boolean,
  output: Output,
): void {
  const { height, genesisHash } = node.query().status();
  const texts = accounts.map(({ text }) => text);
  output.result(
    { url: node.url, height, genesisHash, accounts: texts, mnemonic: DEVELOPMENT_MNEMONIC },
    [
      `Weft development chain at ${node.url}, height ${height}`,
      ...(isQuiet ? [] : ['', ...accountLines(texts)]),
    ].join('\n'),
  );
}

const accountLines = (texts: readonly string[]): readonly string[] => [
  ...texts.map((text, index) => `account ${index}  ${text}`),
  '',
  `Mnemonic: ${DEVELOPMENT_MNEMONIC} (public: never put anything of value under it)`,
];

/** @throws CLI_USAGE for modes that do not go together */
function triggerOf({ manual, mixed, blockTime }: NodeOptions): NonNullable<NodeConfig['seal']>['trigger'] {
  if (manual && (mixed || blockTime !== undefined))
    throw new CliError('CLI_USAGE', { expected: '--manual alone', got: '--block-time or --mixed beside it' });
  if (mixed && blockTime === undefined)
    throw new CliError('CLI_USAGE', { expected: '--block-time', got: '--mixed alone' });
  if (manual) return { kind: 'manual' };
  if (blockTime === undefined) return { kind: 'instant' };
  return { kind: mixed ? 'mixed' : 'interval', everyMs: blockTime };
}
