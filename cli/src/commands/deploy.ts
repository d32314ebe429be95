// `weft deploy`: a contract onto a chain, remembered under a name; or, without one, everything `weft.deploy.ts` plans.
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { cwd } from 'node:process';
import { toHex } from '@weft/runtime/base/bytes';
import { encodeArguments, initParameters } from '@weft/sdk/client/contract-codec';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { buildArtifact } from '../artifact.js';
import { assertPlan } from '../deploy/order.js';
import { deploymentsPath, journalPath, recordDeployment } from '../deployments.js';
import { CliError } from '../errors.js';
import { findFile, loadModule } from '../load-module.js';
import { parseArguments } from '../method-arguments.js';
import { asksForHelp, methodHelp } from '../method-help.js';
import type { Network } from '../network.js';
import { addCommand, collect, parseAmount, parseSalt, shared, withAccount, withNode } from '../options.js';
import type { Output } from '../output.js';
import { working } from '../progress.js';
import { connect, openAccount, openSession } from '../session.js';

interface DeployOptions {
  readonly as?: string;
  readonly salt?: Uint8Array;
  readonly pay?: bigint;
  readonly gasPrice?: bigint;
  readonly plan?: string;
  readonly replace: readonly string[];
  readonly dryRun?: boolean;
}

const PLAN_FILES = ['weft.deploy.ts', 'weft.deploy.mts', 'weft.deploy.js', 'weft.deploy.mjs'];

export function addDeploy(program: Command): void {
  const command = addCommand(program, 'deploy [contract] [arguments...]', ABOUT.deploy);
  withAccount(withNode(command))
    .usage('[contract] [options] -- [--argument value ...]')
    .option('--as <name>', 'name to call it by from this folder (default: the class name in lower case)')
    .option('--salt <hex>', '32 bytes that tell it from others of the same code (default: random)', parseSalt)
    .option('--pay <amount>', 'native units it is created with', parseAmount)
    .option('--gas-price <units>', 'native units a gas (default: 1)', parseAmount)
    .option('--plan <file>', 'in place of weft.deploy.ts')
    .option('--replace <step>', 'of the plan: do it anew though it changed', collect, [])
    .option('--dry-run', 'of the plan: say what would be done')
    .addHelpText('after', HELP)
    .action(
      async (contract: string | undefined, words: string[], options: DeployOptions, command: Command) => {
        const { output, network } = shared(command);
        if (contract === undefined) return deployPlan(await network(), options, output);
        const { wasm, abi } = await working(output, `building ${contract}`, buildArtifact(contract));
        const init = abi.methods.find(({ kind }) => kind === 'init');
        if (asksForHelp(words))
          return output.result(
            init,
            init ? methodHelp(abi, 'deploy', contract, init) : 'It takes no arguments.',
          );
        const parameters = initParameters(abi);
        const args = encodeArguments(abi, parameters, parseArguments(abi, parameters, words));
        const { session, status } = await openSession(await network());
        output.note(`deploying ${abi.name} (${wasm.length} bytes) from ${session.account.text}`);
        const { salt = randomBytes(32), pay, gasPrice } = options;
        const deploying = session.deploy(wasm, args, {
          salt,
          abi,
          ...(pay === undefined ? {} : { value: pay }),
          ...(gasPrice === undefined ? {} : { gasPrice }),
        });
        const { address, codeHash, created } = await working(output, 'waiting for two blocks', deploying);
        const name = options.as ?? abi.name.toLowerCase();
        const deployment = { address, codeHash: `0x${toHex(codeHash)}` };
        await recordDeployment(cwd(), status.genesisHash, name, deployment);
        output.result(
          { name, ...deployment, height: created.height, gasUsed: created.receipt.gasUsed },
          `${name} is ${address}\nremembered in ${deploymentsPath('.', status.genesisHash)}`,
        );
      },
    );
}

async function deployPlan(target: Network, options: DeployOptions, output: Output): Promise<void> {
  const path = options.plan ?? (await findFile(cwd(), PLAN_FILES));
  if (path === undefined)
    throw new CliError('CLI_USAGE', {
      expected: `a contract, or ${PLAN_FILES[0]} in this folder`,
      got: 'neither',
    });
  const { runPlan } = await import('../deploy/run-plan.js');
  const { openJournal } = await import('../deploy/journal.js');
  const plan = await loadModule(path);
  assertPlan(plan, path);
  const connection = await connect(target);
  const account = await openAccount(connection.status, target.account);
  const journal = await openJournal(journalPath(dirname(path), connection.status.genesisHash));
  const results = await runPlan({
    plan,
    path,
    connection,
    account,
    journal,
    output,
    gasPrice: options.gasPrice ?? 1n,
    replace: new Set(options.replace),
    dryRun: options.dryRun === true,
  });
  const done = results.filter(({ state }) => state === 'done').length;
  const open = results.filter(({ state }) => state === 'to do').length;
  output.result(
    { network: target.name, steps: results },
    options.dryRun
      ? `${open} of ${results.length} steps to do on ${target.name}`
      : `${done} steps done, ${results.length - done} were done before`,
  );
}

const HELP = `
Arguments of the init method follow \`--\`, by name: weft deploy token -- --name Gold --symbol GLD
What they are: weft deploy token -- --help`;
