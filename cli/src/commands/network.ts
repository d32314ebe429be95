// `weft network`: a network of validators on CometBFT: write it, run it on this machine, see where it stands.
import type { NodeReport } from '@weft/runtime/node/network/status';
import { decodeAddress } from '@weft/runtime/types/address';
import type { Genesis } from '@weft/runtime/types/genesis';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { CliError } from '../errors.js';
import { interrupted } from '../interrupt.js';
import { parseTrust, weftCommand } from '../network-node.js';
import { addCommand, addGroup, parseAmount, parseIndex, shared } from '../options.js';
import { EXIT } from '../output.js';

/** Milliseconds the first blocks may take. */
const START_MS = 60_000;
const LOOK_MS = 250;

interface InitOptions {
  readonly validators: number;
  readonly output: string;
  readonly hosts?: string;
  readonly chainName: string;
  readonly dev?: boolean;
  readonly fund: Genesis['accounts'];
  readonly blockTime: number;
  readonly snapshotEvery: number;
  readonly workers?: number;
}

export function addNetwork(program: Command): void {
  const network = addGroup(program, 'network', ABOUT.network);
  addInit(network);
  addStart(network);
  addStatus(network);
  addResync(network);
}

function addInit(network: Command): void {
  addCommand(network, 'init', 'write homes, keys, genesis, CometBFT configuration, start scripts and units')
    .requiredOption('--output <folder>', 'where the network goes')
    .option('--validators <count>', 'validators on this machine, at 127.0.0.1 and up', parseIndex, 4)
    .option('--hosts <list>', 'machines instead: addresses with commas between, one validator each')
    .option('--chain-name <name>', 'name of the chain', 'weft-network')
    .option('--dev', 'fund the ten development accounts, whose keys everybody knows')
    .option('--fund <address=amount>', 'an account that begins with an amount; repeatable', parseFund, [])
    .option('--block-time <ms>', 'milliseconds between a block and the next', parseIndex, 200)
    .option('--snapshot-every <blocks>', 'blocks between snapshots for nodes that join', parseIndex, 100)
    .option('--workers <count>', 'threads of each node that run contracts (default: one a core)', parseIndex)
    .action(async (options: InitOptions, command: Command) => {
      const { output } = shared(command);
      const { workers, blockTime: commitMs, snapshotEvery } = options;
      const { initNetwork, loopbackHosts } = await import('@weft/runtime/node/network/init');
      const made = await initNetwork(options.output, {
        hosts: options.hosts?.split(',') ?? loopbackHosts(options.validators),
        genesis: await genesisOf(options),
        command: weftCommand(),
        commitMs,
        snapshotEvery,
        ...(workers === undefined ? {} : { workers }),
      });
      const lines = made.nodes.map(({ home, rpc }) => `${home}  ${rpc}`);
      output.result(
        made,
        ['Wrote a network:', ...lines, `Run it: weft network start ${options.output}`].join('\n'),
      );
    });
}

function addStart(network: Command): void {
  addCommand(network, 'start <folder>', 'run all nodes of a network on this machine until Ctrl-C').action(
    async (folder: string, _options: unknown, command: Command) => {
      const { output } = shared(command);
      const { superviseNetwork } = await import('@weft/runtime/node/network/supervise');
      const { networkStatus } = await import('@weft/runtime/node/network/status');
      const { network: found, nodes } = await superviseNetwork(folder, weftCommand(), (home, how) =>
        output.note(`${home} ended (${how}); starting it again`),
      );
      const end = interrupted();
      for (const node of nodes) node.start();
      const started = await Promise.race([
        end.then(() => undefined),
        firstBlocks(() => networkStatus(found)),
      ]);
      if (started === false) {
        for (const node of nodes) await node.stop();
        throw new CliError('CLI_NETWORK', {
          expected: `a block within ${START_MS} ms`,
          place: `${folder}/node*/node.log`,
        });
      }
      if (started) {
        const lines = found.nodes.map(({ home, rpc }) => `${home}  ${rpc}`);
        output.result(found, [`${found.chainName} makes blocks`, ...lines].join('\n'));
        await end;
      }
      await Promise.all(nodes.map((node) => node.stop()));
      process.exitCode = EXIT.interrupted;
    },
  );
}

/** Whether every node has a block before time is up. */
async function firstBlocks(look: () => Promise<readonly NodeReport[]>): Promise<boolean> {
  for (let waited = 0; waited < START_MS; waited += LOOK_MS) {
    if ((await look()).every(({ height }) => (height ?? 0) > 0)) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
}

function addStatus(network: Command): void {
  addCommand(network, 'status <folder>', 'height, header hash and peers of every node').action(
    async (folder: string, _options: unknown, command: Command) => {
      const { output } = shared(command);
      const { readNetwork } = await import('@weft/runtime/node/network/supervise');
      const { networkStatus } = await import('@weft/runtime/node/network/status');
      const nodes = await networkStatus(await readNetwork(folder));
      const lines = nodes.map(({ home, rpc, height, hash, peers, catchingUp }) =>
        height === undefined
          ? `${home}  ${rpc}  does not answer`
          : `${home}  ${rpc}  height ${height}  ${hash}  ${peers ?? 0} peers${catchingUp ? ', catching up' : ''}`,
      );
      output.result({ nodes }, lines.join('\n'));
      if (nodes.some(({ height }) => height === undefined)) process.exitCode = EXIT.failure;
    },
  );
}

function addResync(network: Command): void {
  addCommand(network, 'resync <home>', 'let a stopped node with a damaged folder begin anew, its keys kept')
    .requiredOption('--from <urls>', 'CometBFT RPC of a running node; more with commas between')
    .option('--trust <height:hash>', 'a block you trust (default: the first node is asked)', parseTrust)
    .action(
      async (
        home: string,
        { from, trust }: { from: string; trust?: ReturnType<typeof parseTrust> },
        command: Command,
      ) => {
        const { output } = shared(command);
        const { resyncNode } = await import('@weft/runtime/node/network/join');
        const { stateSync } = await resyncNode(home, { from: from.split(','), ...(trust && { trust }) });
        const how = stateSync ? 'a snapshot' : 'all blocks, since nobody offers a snapshot';
        output.result({ home, stateSync }, `${home} will take ${how} when it starts`);
      },
    );
}

async function genesisOf({
  chainName,
  dev = false,
  fund,
}: InitOptions): Promise<Omit<Genesis, 'time' | 'validators'>> {
  const { developmentGenesis } = await import('@weft/runtime/node/development');
  const { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } = await import('@weft/sdk/client/wallet');
  const accounts = dev ? accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 10).map(({ address }) => address) : [];
  const { time: _time, validators: _validators, ...genesis } = developmentGenesis({ accounts, chainName });
  return { ...genesis, dev, accounts: [...genesis.accounts, ...fund] };
}

/** @throws CLI_USAGE */
function parseFund(text: string, before: Genesis['accounts']): Genesis['accounts'] {
  const [address = '', amount = ''] = text.split('=');
  return [...before, { address: decodeAddress(address), balance: parseAmount(amount) }];
}
