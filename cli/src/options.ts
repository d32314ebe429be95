// Options every command shares, wherever on the line they stand.

import { fromHex } from '@weft/runtime/base/bytes';
import type { Command } from 'commander';
import { CliError } from './errors.js';
import { createOutput, type Output } from './output.js';

/** The port a node listens on unless told otherwise. */
export const DEFAULT_PORT = 9338;
const DEFAULT_URL = `http://127.0.0.1:${DEFAULT_PORT}`;

/** What every command is told. */
export interface Shared {
  readonly output: Output;
  readonly rpcUrl: string;
}

/** A sub-command that takes the shared options after its own name too. */
export function addCommand(program: Command, nameAndArguments: string, description: string): Command {
  return program
    .command(nameAndArguments)
    .description(description)
    .option('--json', 'answer with one JSON value on stdout')
    .exitOverride();
}

/** Adds the option of commands that talk to a node. */
export function withNode(command: Command): Command {
  return command.option('--rpc-url <url>', `node to talk to (WEFT_RPC_URL, default ${DEFAULT_URL})`);
}

/** Adds the option of commands that sign. */
export function withAccount(command: Command): Command {
  return command.option(
    '--account <name>',
    'key that signs and pays, or the number of a development account (WEFT_ACCOUNT, default 0)',
    process.env['WEFT_ACCOUNT'] ?? '0',
  );
}

/** The shared options of a command about to run. */
export function shared(command: Command): Shared {
  const options = command.optsWithGlobals<{ json?: boolean; rpcUrl?: string }>();
  return {
    output: createOutput(options.json === true),
    rpcUrl: options.rpcUrl ?? process.env['WEFT_RPC_URL'] ?? DEFAULT_URL,
  };
}

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

/** 32 bytes of 0x hex. @throws CLI_USAGE */
export function parseSalt(text: string): Uint8Array {
  if (!/^0x[0-9a-f]{64}$/.test(text))
    throw new CliError('CLI_USAGE', { expected: '0x and 64 hexadecimal digits', got: text });
  return fromHex(text.slice(2));
}
