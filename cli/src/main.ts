// The command line: parse, run one command, answer with data on stdout, remarks on stderr and an exit code. Only the module
// of the command that runs is loaded.
import { Command, CommanderError } from 'commander';
import { ABOUT, type CommandName, GROUPS } from './about.js';
import { isUsageError } from './errors.js';
import { jsonOption } from './options.js';
import { createOutput, EXIT } from './output.js';
import { version } from './version.js';

type Add = (program: Command) => void;

const COMMANDS: Readonly<Record<CommandName, () => Promise<Add>>> = {
  init: async () => (await import('./commands/init.js')).addInit,
  build: async () => (await import('./commands/build.js')).addBuild,
  test: async () => (await import('./commands/test.js')).addTest,
  node: async () => (await import('./commands/node.js')).addNode,
  dev: async () => (await import('./commands/dev.js')).addDev,
  network: async () => (await import('./commands/network.js')).addNetwork,
  networks: async () => (await import('./commands/networks.js')).addNetworks,
  demo: async () => (await import('./commands/demo.js')).addDemo,
  deploy: async () => (await import('./commands/deploy.js')).addDeploy,
  upgrade: async () => (await import('./commands/upgrade.js')).addUpgrade,
  verify: async () => (await import('./commands/verify.js')).addVerify,
  call: async () => (await import('./commands/call.js')).addCall,
  send: async () => (await import('./commands/send.js')).addSend,
  events: async () => (await import('./commands/events.js')).addEvents,
  balance: async () => (await import('./commands/balance.js')).addBalance,
  block: async () => (await import('./commands/block.js')).addBlock,
  receipt: async () => (await import('./commands/receipt.js')).addReceipt,
  inspect: async () => (await import('./commands/inspect.js')).addInspect,
  rpc: async () => (await import('./commands/rpc.js')).addRpc,
  keys: async () => (await import('./commands/keys.js')).addKeys,
  tx: async () => (await import('./commands/tx.js')).addTx,
  trace: async () => (await import('./commands/trace.js')).addTrace,
  explain: async () => (await import('./commands/explain.js')).addExplain,
  profile: async () => (await import('./commands/profile.js')).addProfile,
  replay: async () => (await import('./commands/replay.js')).addReplay,
  proof: async () => (await import('./commands/proof.js')).addProof,
  snapshot: async () => (await import('./commands/snapshot.js')).addSnapshot,
  doctor: async () => (await import('./commands/doctor.js')).addDoctor,
  completions: async () => (await import('./commands/completions.js')).addCompletions,
};

/**
 * Runs one command line (without node and script) and resolves with its exit code: 0 ok, 1 failure, 2 usage,
 * 130 interrupted.
 */
export async function main(args: readonly string[]): Promise<number> {
  const words = args.filter((word) => !word.startsWith('-'));
  // `weft help send` is `weft send --help`.
  if (words[0] === 'help' && isCommand(words[1])) return main([...words.slice(1), '--help']);
  const program = await createProgram(words[0]);
  const json = args.includes('--json') || process.env['WEFT_JSON'] !== undefined;
  try {
    await program.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok;
      if (json)
        process.stdout.write(`${JSON.stringify({ error: { code: 'CLI_USAGE', message: error.message } })}\n`);
      return EXIT.usage;
    }
    createOutput(json).failure(error);
    return isUsageError(error) ? EXIT.usage : EXIT.failure;
  }
}

/** The command tree: the named command whole and alone, `all` of them whole, or by default all of them as help lists them. */
export async function createProgram(load?: string): Promise<Command> {
  const program = new Command('weft')
    .description('Write, run and call smart contracts that execute in parallel')
    .version(version())
    .addOption(jsonOption())
    .showHelpAfterError('See `weft --help`.')
    .exitOverride();
  for (const [title, names] of Object.entries(GROUPS)) {
    for (const name of names) {
      if (load === name || load === 'all') (await COMMANDS[name]())(program);
      else if (!isCommand(load)) program.command(name).description(ABOUT[name]);
      program.commands.at(-1)?.helpGroup(`${title}:`);
    }
  }
  return program.configureHelp({ subcommandTerm: (command) => command.name() });
}

const isCommand = (word: string | undefined): word is CommandName =>
  word !== undefined && Object.hasOwn(COMMANDS, word);
