// `weft node`: a development chain on this machine, with funded accounts, until Ctrl-C.
import { cwd } from 'node:process';
import { createNode, type NodeConfig, type WeftNode } from '@weft/runtime/node/create-node';
import { developmentGenesis } from '@weft/runtime/node/development';
import { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import type { Command } from 'commander';
import { CliError } from '../errors.js';
import { interrupted } from '../interrupt.js';
import { DEFAULT_PORT } from '../network.js';
import type { NetworkNodeOptions } from '../network-node.js';
import { createNodeConsole, type NodeConsole } from '../node/console.js';
import type { Deploying } from '../node/deploy-on-change.js';
import { addCommand, parseAmount, parseIndex, shared } from '../options.js';
import { EXIT, type Output } from '../output.js';

interface NodeOptions extends Partial<NetworkNodeOptions> {
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
}

export function addNode(program: Command): void {
  addCommand(program, 'node', 'run a development chain with funded accounts')
    .option('--port <port>', 'port of the JSON-RPC server', parseIndex, DEFAULT_PORT)
    .option('--host <host>', 'address it listens on', '127.0.0.1')
    .option('--state <folder>', 'keep the chain in this folder, and go on from it (default: in memory)')
    .option('--data <folder>', 'the same')
    .option('--keep <blocks>', 'block records to keep (default: all)', parseIndex)
    .option('--accounts <count>', 'funded accounts of the development mnemonic', parseIndex, 10)
    .option('--balance <units>', 'native units each begins with (default: 10^24)', parseAmount)
    .option('--block-time <ms>', 'seal a block every so many milliseconds (default: at once)', parseIndex)
    .option('--mixed', 'with --block-time: at once as well')
    .option('--manual', 'seal blocks on request only (weft dev mine)')
    .option(
      '--watch [folder]',
      'deploy the contracts of a folder, and again when they change (default: this one)',
    )
    .option('--no-console', 'do not show what contracts log and where they fail')
    .option('--workers <count>', 'threads that run contracts (default: one a core)', parseIndex)
    .option(
      '--tree-threads <count>',
      'threads that update the state tree: 1, 2, 4 or 8 (default: 1)',
      parseIndex,
    )
    .option('--home <folder>', 'run a node of a network instead, out of the home `weft network init` wrote')
    .option('--join <urls>', 'make the home first: join the network of this CometBFT RPC; listens on --host')
    .option('--trust <height:hash>', 'a block you trust, for --join (default: the first node is asked)')
    .action(runNode);
}

async function runNode(options: NodeOptions, command: Command): Promise<void> {
  const { output } = shared(command);
  if (options.home !== undefined) {
    const { runNetworkNode } = await import('../network-node.js');
    return runNetworkNode({ ...options, home: options.home }, output);
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
  const shown = createNodeConsole(
    () => node.query(),
    (line) => output.note(line),
  );
  const node: WeftNode = createNode({
    ...configOf(options, accounts),
    ...reactionsOf(output, options.console ? shown : undefined, () => deploying),
    onFault: (error, place) => {
      output.note(`fault in ${place}: ${error instanceof Error ? error.message : String(error)}`);
      if (place === 'engine') halt(error);
    },
  });
  await node.start();
  announce(node, accounts, output);
  if (options.watch !== undefined && node.url !== undefined) {
    const { deployOnChange } = await import('../node/deploy-on-change.js');
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

type FundedAccount = {
  readonly address: Parameters<typeof developmentGenesis>[0]['accounts'][number];
  readonly text: string;
};

function configOf(options: NodeOptions, accounts: readonly FundedAccount[]): NodeConfig {
  const { balance, keep, workers, treeThreads } = options;
  const dataFolder = options.state ?? options.data;
  return {
    genesis: developmentGenesis({
      accounts: accounts.map(({ address }) => address),
      ...(balance === undefined ? {} : { balance }),
    }),
    seal: { trigger: triggerOf(options) },
    rpc: { port: options.port, host: options.host },
    ...(dataFolder === undefined ? {} : { dataFolder }),
    ...(keep === undefined ? {} : { keepBlocks: keep }),
    ...(workers === undefined ? {} : { workers }),
    ...(treeThreads === undefined ? {} : { treeThreads }),
  };
}

function reactionsOf(
  output: Output,
  shown: NodeConsole | undefined,
  deploying: () => Deploying | undefined,
): Pick<NodeConfig, 'onBlock' | 'onRevert'> {
  return {
    onBlock({ header, receipts }) {
      const { height, gasUsed } = header;
      const many = receipts.length === 1 ? '1 transaction' : `${receipts.length} transactions`;
      output.note(`block ${height}: ${many}${receipts.length === 0 ? '' : `, gas ${gasUsed}`}`);
      shown?.block(height, receipts.length);
    },
    onRevert(height) {
      output.note(`back at block ${height}`);
      shown?.forget();
      deploying()?.again();
    },
  };
}

function announce(node: WeftNode, accounts: readonly FundedAccount[], output: Output): void {
  const { height, genesisHash } = node.query().status();
  const texts = accounts.map(({ text }) => text);
  output.result(
    { url: node.url, height, genesisHash, accounts: texts, mnemonic: DEVELOPMENT_MNEMONIC },
    [
      `Weft development chain at ${node.url}, height ${height}`,
      '',
      ...texts.map((text, index) => `account ${index}  ${text}`),
      '',
      `Mnemonic: ${DEVELOPMENT_MNEMONIC} (public: never put anything of value under it)`,
    ].join('\n'),
  );
}

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
