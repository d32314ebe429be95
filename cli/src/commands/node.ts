// `weft node`: a development chain on this machine, with funded accounts, until Ctrl-C.
import { type Command, Option } from 'commander';
import { ABOUT } from '../about.js';
import { DEFAULT_PORT } from '../network.js';
import type { NodeOptions } from '../node/run-node.js';
import { addCommand, collect, parseAmount, parseIndex, shared } from '../options.js';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'];

export function addNode(program: Command): void {
  addCommand(program, 'node', ABOUT.node)
    .option('-p, --port <port>', 'port of the JSON-RPC server', parseIndex, DEFAULT_PORT)
    .option('--host <host>', 'address it listens on', '127.0.0.1')
    .option('--state <folder>', 'keep the chain in this folder, and go on from it (default: in memory)')
    .option('--data <folder>', 'the same')
    .option('--keep <blocks>', 'block records to keep (default: all)', parseIndex)
    .option('-a, --accounts <count>', 'funded accounts of the development mnemonic', parseIndex, 10)
    .option('--balance <units>', 'native units each begins with (default: 10^24)', parseAmount)
    .option('--block-time <ms>', 'seal a block every so many milliseconds (default: at once)', parseIndex)
    .option('--mixed', 'with --block-time: at once as well')
    .option('--manual', 'seal blocks on request only (weft dev mine)')
    .option(
      '--watch [folder]',
      'deploy the contracts of a folder, and again when they change (default: this one)',
    )
    .option('--no-console', 'do not show what contracts log and where they fail')
    .option('-q, --quiet', 'say only where it listens and what goes wrong')
    .addOption(
      new Option('--log-level <level>', 'a line of JSON an entry on stderr, in place of lines for people')
        .choices(LOG_LEVELS)
        .env('WEFT_LOG_LEVEL'),
    )
    .option('--log-file <file>', 'the log goes there, beside lines for people (default level: info)')
    .option('--allow-host <name>', 'a name it is reached by besides its address; repeatable', collect, [])
    .option('--allow-origin <origin>', 'a web page that may call it (https://…); repeatable', collect, [])
    .option('--workers <count>', 'threads that run contracts (default: one a core)', parseIndex)
    .option(
      '--tree-threads <count>',
      'threads that update the state tree: 1, 2, 4 or 8 (default: 1)',
      parseIndex,
    )
    .option('--home <folder>', 'run a node of a network instead, out of the home `weft network init` wrote')
    .option('--join <urls>', 'make the home first: join the network of this CometBFT RPC; listens on --host')
    .option('--trust <height:hash>', 'a block you trust, for --join (default: the first node is asked)')
    .addHelpText(
      'after',
      '\nWEFT_RPC_TOKEN: what every request must carry, here and where `weft` asks a node.',
    )
    .action(async (options: NodeOptions, command: Command) => {
      const { runNode } = await import('../node/run-node.js');
      await runNode(options, shared(command).output);
    });
}
