// `weft deploy`: a built contract onto a chain, remembered under a name.
import { randomBytes } from 'node:crypto';
import { cwd } from 'node:process';
import { toHex } from '@weft/runtime/base/bytes';
import { encodeArguments, initParameters } from '@weft/sdk/client/contract-codec';
import type { Command } from 'commander';
import { readArtifact } from '../artifact.js';
import { deploymentsPath, recordDeployment } from '../deployments.js';
import { parseArguments } from '../method-arguments.js';
import { addCommand, parseSalt, shared, withAccount, withNode } from '../options.js';
import { openSession } from '../session.js';

interface DeployOptions {
  readonly account: string;
  readonly as?: string;
  readonly salt?: Uint8Array;
}

export function addDeploy(program: Command): void {
  withAccount(
    withNode(addCommand(program, 'deploy <contract> [arguments...]', 'put a built contract on a chain')),
  )
    .usage('<contract> [options] -- [--argument value ...]')
    .option('--as <name>', 'name to call it by from this folder (default: the class name in lower case)')
    .option('--salt <hex>', '32 bytes that tell it from others of the same code (default: random)', parseSalt)
    .addHelpText(
      'after',
      '\nArguments of the init method follow `--`, by name: weft deploy token -- --name Gold --symbol GLD',
    )
    .action(async (contract: string, words: string[], options: DeployOptions, command: Command) => {
      const { output, rpcUrl } = shared(command);
      const { wasm, abi } = await readArtifact(contract);
      const parameters = initParameters(abi);
      const init = encodeArguments(abi, parameters, parseArguments(abi, parameters, words));
      const { session, status } = await openSession(rpcUrl, options.account);
      output.note(`deploying ${abi.name} (${wasm.length} bytes) from ${session.account.text}`);
      const { address, codeHash, created } = await session.deploy(wasm, init, {
        salt: options.salt ?? randomBytes(32),
      });
      const name = options.as ?? abi.name.toLowerCase();
      const deployment = { address, codeHash: `0x${toHex(codeHash)}` };
      await recordDeployment(cwd(), status.genesisHash, name, deployment);
      output.result(
        { name, ...deployment, height: created.height, gasUsed: created.receipt.gasUsed },
        `${name} is ${address}\nremembered in ${deploymentsPath('.', status.genesisHash)}`,
      );
    });
}
