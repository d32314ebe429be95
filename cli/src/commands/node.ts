// `weft node`: a development chain on this machine, with funded accounts, until Ctrl-C.

import { createNode, type NodeConfig } from '@weft/runtime/node/create-node';
import { developmentGenesis } from '@weft/runtime/node/development';
import { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import type { Command } from 'commander';
import { interrupted } from '../interrupt.js';
import { type NetworkNodeOptions, runNetworkNode } from '../network-node.js';
import { addCommand, DEFAULT_PORT, parseIndex, shared } from '../options.js';
import { EXIT } from '../output.js';

interface NodeOptions extends Partial<NetworkNodeOptions> {
  readonly keep?: number;
  readonly port: number;
  readonly host: string;
  readonly data?: string;
  readonly accounts: number;
  readonly workers?: number;
  readonly treeThreads?: number;
  readonly blockTime?: number;
  readonly manual?: boolean;
}

export function addNode(program: Command): void {
  addCommand(program, 'node', 'run a development chain with funded accounts')
    .option('--port <port>', 'port of the JSON-RPC server', parseIndex, DEFAULT_PORT)
    .option('--host <host>', 'address it listens on', '127.0.0.1')
    .option('--data <folder>', 'keep the chain in this folder (default: in memory)')
    .option('--keep <blocks>', 'block records to keep (default: all)', parseIndex)
    .option('--accounts <count>', 'funded accounts of the development mnemonic', parseIndex, 10)
    .option('--workers <count>', 'threads that run contracts (default: one a core)', parseIndex)
    .option(
      '--tree-threads <count>',
      'threads that update the state tree: 1, 2, 4 or 8 (default: 1)',
      parseIndex,
    )
    .option('--block-time <ms>', 'seal a block every so many milliseconds (default: at once)', parseIndex)
    .option('--manual', 'seal blocks on request only (dev_seal)')
    .option('--home <folder>', 'run a node of a network instead, out of the home `weft network init` wrote')
    .option('--join <urls>', 'make the home first: join the network of this CometBFT RPC; listens on --host')
    .option('--trust <height:hash>', 'a block you trust, for --join (default: the first node is asked)')
    .action(async (options: NodeOptions, command: Command) => {
      const { output } = shared(command);
      if (options.home !== undefined) {
        await runNetworkNode({ ...options, home: options.home }, output);
        return;
      }
      const accounts = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, options.accounts);
      let halt: (error: unknown) => void = () => undefined;
      const halted = new Promise<unknown>((resolve) => {
        halt = resolve;
      });
      const node = createNode({
        genesis: developmentGenesis({ accounts: accounts.map(({ address }) => address) }),
        seal: { trigger: triggerOf(options) },
        rpc: { port: options.port, host: options.host },
        ...(options.data === undefined ? {} : { dataFolder: options.data }),
        ...(options.keep === undefined ? {} : { keepBlocks: options.keep }),
        ...(options.workers === undefined ? {} : { workers: options.workers }),
        ...(options.treeThreads === undefined ? {} : { treeThreads: options.treeThreads }),
        onBlock: ({ header, receipts }) =>
          output.note(`block ${header.height}: ${receipts.length} transactions`),
        onFault: (error, place) => {
          output.note(`fault in ${place}: ${error instanceof Error ? error.message : String(error)}`);
          if (place === 'engine') halt(error);
        },
      });
      await node.start();
      const { height, genesisHash } = node.query().status();
      const texts = accounts.map(({ text }) => text);
      output.result(
        { url: node.url, height, genesisHash, accounts: texts },
        [
          `Weft development chain at ${node.url}, height ${height}`,
          '',
          ...texts.map((text, index) => `account ${index}  ${text}`),
          '',
          `Mnemonic: ${DEVELOPMENT_MNEMONIC} (public: never put anything of value under it)`,
        ].join('\n'),
      );
      const failure = await Promise.race([interrupted(), halted]);
      // A node that makes no more blocks does not go on as if it did.
      await node.stop().catch((error: unknown) => output.failure(error));
      if (failure !== undefined) output.failure(failure);
      process.exitCode = failure === undefined ? EXIT.interrupted : EXIT.failure;
    });
}

function triggerOf(options: NodeOptions): NonNullable<NodeConfig['seal']>['trigger'] {
  if (options.manual) return { kind: 'manual' };
  return options.blockTime === undefined
    ? { kind: 'instant' }
    : { kind: 'interval', everyMs: options.blockTime };
}
