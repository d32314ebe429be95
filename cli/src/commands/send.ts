// `weft send`: one call as a signed transaction; waits for its receipt and says what it did.
import { cwd } from 'node:process';
import type { Abi } from '@weft/runtime/types/abi';
import { decodeEvent, decodeResult, encodeArguments, methodOf } from '@weft/sdk/client/contract-codec';
import { type EventJson, fromNodeHex } from '@weft/sdk/client/node-client';
import { createCall } from '@weft/sdk/client/transaction';
import { valueToJson } from '@weft/sdk/client/values';
import type { Command } from 'commander';
import { fetchAbi } from '../artifact.js';
import { resolveContract } from '../deployments.js';
import { CliError } from '../errors.js';
import { failureContext } from '../failure.js';
import { parseArguments } from '../method-arguments.js';
import { addCommand, parseAmount, parseIndex, shared, withAccount, withNode } from '../options.js';
import { openSession } from '../session.js';

interface SendCommandOptions {
  readonly account: string;
  readonly pay?: bigint;
  readonly gasLimit?: number;
}

export function addSend(program: Command): void {
  withAccount(
    withNode(
      addCommand(program, 'send <contract> <method> [arguments...]', 'call a contract in a transaction'),
    ),
  )
    .usage('<contract> <method> [--argument value ...]')
    .allowUnknownOption()
    .option('--pay <amount>', 'native units sent along', parseAmount)
    .option('--gas-limit <gas>', 'most it may use', parseIndex)
    .action(
      async (
        contract: string,
        name: string,
        words: string[],
        options: SendCommandOptions,
        command: Command,
      ) => {
        const { output, rpcUrl } = shared(command);
        const { node, session, status } = await openSession(rpcUrl, options.account);
        const address = await resolveContract(cwd(), status.genesisHash, contract);
        const abi = await fetchAbi(node, address);
        const method = methodOf(abi, name);
        const args = encodeArguments(abi, method.args, parseArguments(abi, method.args, words));
        const call = createCall(address, method.selector, args, options.pay ?? 0n);
        const gas = options.gasLimit === undefined ? {} : { gasLimit: options.gasLimit };
        const { height, receipt, events } = await session.send([call], gas);
        if (receipt.status !== 'OK') {
          const facts = failureContext(abi, receipt.status, receipt.failure);
          throw new CliError('CLI_TRANSACTION_FAILED', {
            ...facts,
            transaction: receipt.transaction,
            height,
            gasUsed: receipt.gasUsed,
          });
        }
        const result = valueToJson(decodeResult(abi, method, fromNodeHex(receipt.results[0] ?? '0x')));
        const said = events.map((event) => eventText(abi, address, event));
        output.result(
          {
            transaction: receipt.transaction,
            height,
            gasUsed: receipt.gasUsed,
            phase: receipt.phase,
            result,
            events: said.map(({ json }) => json),
          },
          [
            `included in block ${height}, gas ${receipt.gasUsed}`,
            ...(result === null ? [] : [`returned ${JSON.stringify(result)}`]),
            ...said.map(({ text }) => text),
          ].join('\n'),
        );
      },
    );
}

/** An event by name where the contract's own ABI knows it. */
function eventText(abi: Abi, address: string, event: EventJson): { json: unknown; text: string } {
  const decoded =
    event.contract === address
      ? decodeEvent(abi, {
          event: fromNodeHex(event.event),
          topics: event.topics.map(fromNodeHex),
          data: fromNodeHex(event.data),
        })
      : undefined;
  if (!decoded) return { json: event, text: `event ${event.event} of ${event.contract}` };
  const fields = valueToJson(decoded.fields);
  return {
    json: { contract: address, name: decoded.name, fields },
    text: `event ${decoded.name} ${JSON.stringify(fields)}`,
  };
}
