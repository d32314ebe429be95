// `weft call`: reads from a contract; nothing is sent, nothing changes.
import { cwd } from 'node:process';
import { decodeResult, encodeArguments, methodOf } from '@weft/sdk/client/contract-codec';
import { fromNodeHex } from '@weft/sdk/client/node-client';
import { valueToJson } from '@weft/sdk/client/values';
import type { Command } from 'commander';
import { fetchAbi } from '../artifact.js';
import { resolveContract } from '../deployments.js';
import { CliError } from '../errors.js';
import { failureContext } from '../failure.js';
import { parseArguments } from '../method-arguments.js';
import { addCommand, shared, withAccount, withNode } from '../options.js';
import { callerOf, connect } from '../session.js';

export function addCall(program: Command): void {
  withAccount(
    withNode(addCommand(program, 'call <contract> <method> [arguments...]', 'read from a contract')),
  )
    .usage('<contract> <method> [--argument value ...]')
    .allowUnknownOption()
    .action(
      async (
        contract: string,
        name: string,
        words: string[],
        options: { account: string },
        command: Command,
      ) => {
        const { output, rpcUrl } = shared(command);
        const { node, status } = await connect(rpcUrl);
        const address = await resolveContract(cwd(), status.genesisHash, contract);
        const abi = await fetchAbi(node, address);
        const method = methodOf(abi, name);
        const args = encodeArguments(abi, method.args, parseArguments(abi, method.args, words));
        const view = await node.call({
          contract: address,
          selector: method.selector,
          args,
          sender: await callerOf(options.account),
        });
        for (const line of view.logs) output.note(`log: ${line}`);
        if (view.status !== 'OK')
          throw new CliError('CLI_VIEW_FAILED', failureContext(abi, view.status, view.failure));
        const result = valueToJson(decodeResult(abi, method, fromNodeHex(view.result)));
        output.result(
          { result, gasUsed: view.gasUsed },
          typeof result === 'string' ? result : JSON.stringify(result, null, 2),
        );
      },
    );
}
