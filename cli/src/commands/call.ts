// `weft call`: reads from a contract; nothing is sent, nothing changes.
import { decodeResult, encodeArguments } from '@weft/sdk/client/contract-codec';
import { fromNodeHex } from '@weft/sdk/client/node-client';
import { valueToJson } from '@weft/sdk/client/values';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { findContract, methodNamed } from '../contract-target.js';
import { parseArguments } from '../method-arguments.js';
import { asksForHelp, contractHelp, methodHelp } from '../method-help.js';
import { addCommand, shared, withAccount, withNode } from '../options.js';
import { callerOf, connect } from '../session.js';

export function addCall(program: Command): void {
  withAccount(withNode(addCommand(program, 'call [contract] [method] [arguments...]', ABOUT.call)))
    .usage('<contract> <method> [--argument value ...]')
    .helpOption(false)
    .allowUnknownOption()
    .addHelpText('after', '\nThe methods of a contract: weft call <contract> --help')
    .action(
      async (
        contract: string | undefined,
        name: string | undefined,
        words: string[],
        _options: object,
        command: Command,
      ) => {
        if (contract === undefined || contract.startsWith('-')) return command.help();
        const { output, network } = shared(command);
        const target = await network();
        const { node, status } = await connect(target);
        const { address, abi } = await findContract(node, status, contract);
        if (name === undefined || name.startsWith('-'))
          return output.result(abi.methods, contractHelp(abi, 'call', contract));
        const method = methodNamed(abi, name);
        if (asksForHelp(words)) return output.result(method, methodHelp(abi, 'call', contract, method));
        const args = encodeArguments(abi, method.args, parseArguments(abi, method.args, words));
        const sender = await callerOf(target.account);
        const view = await node.call({ contract: address, selector: method.selector, args, sender });
        for (const line of view.logs) output.note(`log: ${line}`);
        if (view.status !== 'OK') throw await failureOf(node, address, view, `${abi.name}.${name}`);
        const result = valueToJson(decodeResult(abi, method, fromNodeHex(view.result)));
        output.result(
          { result, gasUsed: view.gasUsed },
          typeof result === 'string' ? result : JSON.stringify(result, null, 2),
        );
      },
    );
}

async function failureOf(
  node: Parameters<typeof import('../known-contracts.js').createKnownContracts>[0],
  address: string,
  view: import('@weft/sdk/client/node-client').ViewJson,
  place: string,
): Promise<Error> {
  const { createKnownContracts, failureKnowledge } = await import('../known-contracts.js');
  const { viewFailure } = await import('@weft/sdk/client/failure');
  const known = createKnownContracts(node);
  return viewFailure(view, place, await failureKnowledge(known, address, view.trace, view.failure?.contract));
}
