// Options every command shares, wherever on the line they stand.

import { fromHex } from '@weft/runtime/base/bytes';
import { type Command, Option } from 'commander';
import { CliError } from './errors.js';
import { DEFAULT_URL, type Network, networkOf } from './network.js';
import { createOutput, type Output } from './output.js';

/** What every command is told. */
export interface Shared {
  readonly output: Output;
  /** Which chain, and who signs. May run `weft.config.ts`. @throws CLI_UNKNOWN_NETWORK, CLI_CONFIG */
  network(): Promise<Network>;
}

/** Of every command, and of the program. */
export const jsonOption = (): Option =>
  new Option('--json', 'answer with one JSON value on stdout').env('WEFT_JSON');

/** A sub-command that takes the shared options after its own name too. */
export function addCommand(program: Command, nameAndArguments: string, description: string): Command {
  return program.command(nameAndArguments).description(description).addOption(jsonOption()).exitOverride();
}

/** A command that only holds others. */
export function addGroup(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).exitOverride();
}

/** Adds the options of commands that talk to a node. */
export function withNode(command: Command): Command {
  return command
    .addOption(
      new Option('-n, --network <name>', 'chain of weft.config.ts (default: local)').env('WEFT_NETWORK'),
    )
    .addOption(
      new Option('--rpc-url <url>', `node to talk to (of local: ${DEFAULT_URL})`).env('WEFT_RPC_URL'),
    )
    .addOption(new Option('--config <file>', 'in place of weft.config.ts').env('WEFT_CONFIG'));
}

/** Adds the option of commands that sign. */
export function withAccount(command: Command): Command {
  return command.addOption(
    new Option(
      '--account <name>',
      'key that signs and pays, or the number of a development account (default: 0)',
    ).env('WEFT_ACCOUNT'),
  );
}

/** The shared options of a command about to run. */
export function shared(command: Command): Shared {
  const { json } = command.optsWithGlobals<{ json?: boolean }>();
  return { output: createOutput(json === true), network: () => networkOf(command) };
}

/** Values of an option that may be said more than once. */
export const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

/** A whole number of 0 or more. @throws CLI_USAGE */
export function parseIndex(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new CliError('CLI_USAGE', { expected: 'a whole number', got: text });
  return Number(text);
}

/** An amount of native units. @throws CLI_USAGE */
export function parseAmount(text: string): bigint {
  if (!/^\d{1,39}$/.test(text)) throw new CliError('CLI_USAGE', { expected: 'a whole number', got: text });
  return BigInt(text);
}

/** A transaction's id. @throws CLI_USAGE */
export function parseTransaction(text: string): string {
  if (/^0x[0-9a-f]{64}$/.test(text)) return text;
  throw new CliError('CLI_USAGE', { expected: "a transaction's id, 0x and 64 digits", got: text });
}

/** 32 bytes of 0x hex. @throws CLI_USAGE */
export function parseSalt(text: string): Uint8Array {
  if (!/^0x[0-9a-f]{64}$/.test(text))
    throw new CliError('CLI_USAGE', { expected: '0x and 64 hexadecimal digits', got: text });
  return fromHex(text.slice(2));
}
