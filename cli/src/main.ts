// The command line: parse, run one command, answer with data on stdout, remarks on stderr and an exit code.
import { Command, CommanderError } from 'commander';
import { addBuild } from './commands/build.js';
import { addCall } from './commands/call.js';
import { addDemo } from './commands/demo.js';
import { addDeploy } from './commands/deploy.js';
import { addDoctor } from './commands/doctor.js';
import { addExplain } from './commands/explain.js';
import { addKeys } from './commands/keys.js';
import { addNetwork } from './commands/network.js';
import { addNode } from './commands/node.js';
import { addProfile } from './commands/profile.js';
import { addProjectCommands } from './commands/project.js';
import { addProof } from './commands/proof.js';
import { addReplay } from './commands/replay.js';
import { addSend } from './commands/send.js';
import { addSnapshot } from './commands/snapshot.js';
import { isUsageError } from './errors.js';
import { createOutput, EXIT } from './output.js';
import { version } from './version.js';

/**
 * Runs one command line (without node and script) and resolves with its exit code: 0 ok, 1 failure, 2 usage,
 * 130 interrupted.
 */
export async function main(args: readonly string[]): Promise<number> {
  const program = createProgram();
  const json = args.includes('--json');
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

/** The whole command tree; exported for help pages and completions. */
export function createProgram(): Command {
  const program = new Command('weft')
    .description('Write, run and call smart contracts that execute in parallel')
    .version(version())
    .option('--json', 'answer with one JSON value on stdout')
    .showHelpAfterError('See `weft --help`.')
    .exitOverride();
  addProjectCommands(program);
  addBuild(program);
  addNode(program);
  addNetwork(program);
  addDeploy(program);
  addCall(program);
  addSend(program);
  addKeys(program);
  addDemo(program);
  addExplain(program);
  addProfile(program);
  addReplay(program);
  addProof(program);
  addSnapshot(program);
  addDoctor(program);
  return program;
}
