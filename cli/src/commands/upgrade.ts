// `weft upgrade`: other code for a contract, from the next block on.
import { cwd } from 'node:process';
import { toHex } from '@weft/runtime/base/bytes';
import { decodeAddress } from '@weft/runtime/types/address';
import { codeHash } from '@weft/runtime/wasm/code-hash';
import { encodeArguments } from '@weft/sdk/client/contract-codec';
import { transactionFailure } from '@weft/sdk/client/failure';
import { upgradeCall, uploadCall } from '@weft/sdk/client/system-abi';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { buildArtifact } from '../artifact.js';
import { findContract, methodNamed } from '../contract-target.js';
import { deploymentName, recordDeployment } from '../deployments.js';
import { parseArguments } from '../method-arguments.js';
import { addCommand, parseIndex, shared, withAccount, withNode } from '../options.js';
import { working } from '../progress.js';
import { openSession } from '../session.js';

interface UpgradeOptions {
  readonly migrate?: string;
  readonly migrateGas: number;
}

export function addUpgrade(program: Command): void {
  const command = addCommand(program, 'upgrade <contract> <source> [arguments...]', ABOUT.upgrade);
  withAccount(withNode(command))
    .usage('<contract> <source> [options] -- [--argument value ...]')
    .option('--migrate <method>', 'method the contract then calls of itself; its arguments follow `--`')
    .option('--migrate-gas <gas>', 'most the migration may use, paid in any case', parseIndex, 10_000_000)
    .addHelpText(
      'after',
      '\nThe account must be the upgrade authority: who deployed it, unless that was changed.',
    )
    .action(
      async (name: string, source: string, words: string[], options: UpgradeOptions, command: Command) => {
        const { output, network } = shared(command);
        const { wasm, abi } = await working(output, `building ${source}`, buildArtifact(source));
        const { node, status, session } = await openSession(await network());
        const { address, codeHash: before } = await findContract(node, status, name);
        const hash = codeHash(wasm);
        const migration = options.migrate === undefined ? undefined : migrationOf(abi, options, words);
        const uploadGas = 2_000_000 + 1_200 * wasm.length;
        const uploaded = await working(
          output,
          'uploading',
          session.send([uploadCall(wasm)], { gasLimit: uploadGas }),
        );
        if (uploaded.receipt.status !== 'OK') throw transactionFailure(uploaded, 'System.upload');
        const call = upgradeCall(decodeAddress(address), hash, migration);
        const gasLimit = 5_000_000 + (migration?.gasLimit ?? 0);
        const asked = await working(output, 'waiting for a block', session.send([call], { gasLimit }));
        if (asked.receipt.status !== 'OK') throw transactionFailure(asked, 'System.upgrade');
        const codeText = `0x${toHex(hash)}`;
        const known = await deploymentName(cwd(), status.genesisHash, address);
        if (known !== undefined)
          await recordDeployment(cwd(), status.genesisHash, known, { address, codeHash: codeText });
        const { height } = asked;
        output.result(
          { address, before, codeHash: codeText, height, transaction: asked.receipt.transaction },
          [
            `${abi.name} at ${address} runs ${codeText} from block ${height + 1} on`,
            ...(migration === undefined
              ? []
              : [`and calls ${options.migrate} of itself; where that fails it keeps its code`]),
          ].join('\n'),
        );
      },
    );
}

function migrationOf(
  abi: Parameters<typeof methodNamed>[0],
  { migrate = '', migrateGas }: UpgradeOptions,
  words: readonly string[],
) {
  const method = methodNamed(abi, migrate);
  const args = encodeArguments(abi, method.args, parseArguments(abi, method.args, words));
  return { gasLimit: migrateGas, selector: method.selector, args };
}
