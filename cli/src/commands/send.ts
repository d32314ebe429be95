// `weft send`: one call as a signed transaction, simulated first; waits for its receipt and says what it did.
import type { Call } from '@weft/runtime/types/transaction';
import { decodeResult, encodeArguments } from '@weft/sdk/client/contract-codec';
import { createCall } from '@weft/sdk/client/create-call';
import { fromNodeHex, type Located } from '@weft/sdk/client/node-client';
import type { SendOptions } from '@weft/sdk/client/session';
import { valueToJson } from '@weft/sdk/client/values';
import { type Command, Option } from 'commander';
import { ABOUT } from '../about.js';
import { aheadOf } from '../ahead.js';
import { type ContractTarget, findContract, methodNamed } from '../contract-target.js';
import { dryRun } from '../dry-run.js';
import { CliError } from '../errors.js';
import { eventText } from '../event-text.js';
import { createKnownContracts, failureKnowledge, type KnownContracts } from '../known-contracts.js';
import { parseArguments } from '../method-arguments.js';
import { asksForHelp, contractHelp, methodHelp } from '../method-help.js';
import type { Network } from '../network.js';
import { addCommand, parseAmount, parseIndex, shared, withAccount, withNode } from '../options.js';
import type { Output } from '../output.js';
import { working } from '../progress.js';
import { type Connection, callerOf, connect, openAccount, openSender } from '../session.js';

export interface SendCommandOptions {
  readonly pay?: bigint;
  readonly gasLimit?: number;
  readonly gasPrice?: bigint;
  readonly lane?: number;
  readonly payer?: string;
  readonly impersonate?: string;
  readonly dryRun?: boolean;
  readonly preflight: boolean;
}

/** Adds what every command takes that sends a transaction. */
export function withSending(command: Command): Command {
  return command
    .option('--gas-limit <gas>', 'most it may use (default: what a simulation needs)', parseIndex)
    .option('--gas-price <units>', 'native units a gas (default: 1)', parseAmount)
    .option('--lane <n>', 'nonce lane, 0 to 15 (default: 0)', parseIndex)
    .option('--payer <name>', 'key that pays the fee in place of the account, and signs too')
    .addOption(
      new Option('--impersonate <address>', 'send as anybody, unsigned: development chains only').conflicts(
        'account',
      ),
    );
}

export function addSend(program: Command): void {
  const command = addCommand(program, 'send [contract] [method] [arguments...]', ABOUT.send);
  withSending(withAccount(withNode(command)))
    .usage('<contract> <method> [--argument value ...]')
    .helpOption(false)
    .allowUnknownOption()
    .option('--pay <amount>', 'native units sent along', parseAmount)
    .option('--dry-run', 'simulate only: what it would do, touch and cost')
    .option('--no-preflight', 'sign and send without simulating first')
    .addHelpText('after', '\nThe methods of a contract: weft send <contract> --help')
    .action(
      async (
        contract: string | undefined,
        name: string | undefined,
        words: string[],
        options: SendCommandOptions,
        command: Command,
      ) => {
        if (contract === undefined || contract.startsWith('-')) return command.help();
        const { output, network } = shared(command);
        const target = await network();
        const connection = await connect(target);
        const found = await findContract(connection.node, connection.status, contract);
        const { abi } = found;
        if (name === undefined || name.startsWith('-'))
          return output.result(abi.methods, contractHelp(abi, 'send', contract));
        const method = methodNamed(abi, name);
        if (asksForHelp(words)) return output.result(method, methodHelp(abi, 'send', contract, method));
        const args = encodeArguments(abi, method.args, parseArguments(abi, method.args, words));
        const call = createCall(found.address, method.selector, args, options.pay ?? 0n);
        if (options.dryRun) {
          const sender = options.impersonate ?? (await callerOf(target.account));
          return dryRun({
            ...connection,
            sender,
            call,
            found,
            method,
            gasPrice: options.gasPrice ?? 1n,
            output,
          });
        }
        const place = `${abi.name}.${name}`;
        const located = await sendCall({ connection, target, call, found, options, output, place });
        report(located, found, method, output);
      },
    );
}

/** One call to be sent. */
interface Sending {
  readonly connection: Connection;
  readonly target: Network;
  readonly call: Call;
  readonly found: ContractTarget;
  readonly options: SendCommandOptions;
  readonly output: Output;
  /** `Contract.method`. */
  readonly place: string;
}

/** The included transaction, which succeeded. @throws CLIENT_SIMULATION_FAILED unsent, CLIENT_FAILED included, CLIENT_* */
async function sendCall(sending: Sending): Promise<Located> {
  const { connection, target, call, options, output, place, found } = sending;
  const node = aheadOf(connection.node);
  const session = await openSender({ ...connection, node }, target.account, options.impersonate);
  const sendOptions = await sendOptionsOf(connection, options);
  // After the last password: whoever types takes his time.
  node.ask(session.account.text, options.lane ?? 0);
  const known = createKnownContracts(connection.node);
  const gasLimit = options.gasLimit ?? (options.preflight ? undefined : DEFAULT_GAS);
  const { extraAccess, gasLimit: needed } = options.preflight
    ? await checked(session, call, known, sending)
    : { extraAccess: [], gasLimit: DEFAULT_GAS };
  const sent = session.send([call], { ...sendOptions, extraAccess, gasLimit: gasLimit ?? needed });
  const located = await working(output, 'waiting for a block', sent);
  if (located.receipt.status === 'OK') return located;
  const { transactionFailure } = await import('@weft/sdk/client/failure');
  const { failure, transaction } = located.receipt;
  // Where it failed; a node that does not keep the block's state any more cannot say.
  const trace = await connection.node.trace(transaction).catch(() => undefined);
  const knowledge = await failureKnowledge(known, found.address, trace?.trace ?? null, failure?.contract);
  throw transactionFailure(located, place, knowledge, {
    trace: trace?.trace ?? null,
    abort: trace?.abort ?? null,
  });
}

/** Without a simulation. */
const DEFAULT_GAS = 10_000_000;

/** What a simulation says it needs. @throws CLIENT_SIMULATION_FAILED with the line where it would fail */
async function checked(
  session: Awaited<ReturnType<typeof openSender>>,
  call: Call,
  known: KnownContracts,
  { found, place, output }: Sending,
) {
  const preflight = await session.preflight([call]);
  const { simulation } = preflight;
  for (const { text } of simulation.logs) output.note(`log: ${text}`);
  if (simulation.status === 'OK') return preflight;
  const { simulationFailure } = await import('@weft/sdk/client/failure');
  const { trace, failure } = simulation;
  throw simulationFailure(
    simulation,
    place,
    await failureKnowledge(known, found.address, trace, failure?.contract),
  );
}

/** What a session is told beside the calls. @throws CLI_ACCOUNT, CLI_KEY_* */
export async function sendOptionsOf(
  { status }: Pick<Connection, 'status'>,
  { gasPrice, lane, payer }: Pick<SendCommandOptions, 'gasPrice' | 'lane' | 'payer'>,
): Promise<SendOptions> {
  if (lane !== undefined && lane > 15)
    throw new CliError('CLI_USAGE', { expected: '0 to 15', got: lane, place: '--lane' });
  return {
    ...(gasPrice === undefined ? {} : { gasPrice }),
    ...(lane === undefined ? {} : { lane }),
    ...(payer === undefined ? {} : { payer: await openAccount(status, payer) }),
  };
}

function report(
  { height, receipt, events }: Located,
  { abi, address }: ContractTarget,
  method: Parameters<typeof decodeResult>[1],
  output: Output,
): void {
  const result = valueToJson(decodeResult(abi, method, fromNodeHex(receipt.results[0] ?? '0x')));
  const said = events.map((event) => eventText(event, event.contract === address ? abi : undefined));
  const { transaction, gasUsed, phase, paid } = receipt;
  output.result(
    { transaction, height, gasUsed, paid, phase, result, events: said.map(({ json }) => json) },
    [
      `included in block ${height}, gas ${gasUsed}`,
      `transaction ${transaction}`,
      ...(result === null ? [] : [`returned ${JSON.stringify(result)}`]),
      ...said.map(({ text }) => text),
    ].join('\n'),
  );
}
