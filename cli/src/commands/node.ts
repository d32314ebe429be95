// `weft node`: a development chain on this machine, with funded accounts, until Ctrl-C.
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { DEFAULT_PORT } from '../network.js';
import type { NodeOptions } from '../node/run-node.js';
import { addCommand, parseAmount, parseIndex, shared } from '../options.js';

export function addNode(program: Command): void {
  addCommand(program, 'node', ABOUT.node)
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
    .action(async (options: NodeOptions, command: Command) => {
      const { runNode } = await import('../node/run-node.js');
      await runNode(options, shared(command).output);
    });
}
