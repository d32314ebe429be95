// `weft rpc`: any method of a node's RPC, as it stands in its document (`weft rpc rpc.discover`).
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { CliError } from '../errors.js';
import { httpTransport } from '../http-transport.js';
import { addCommand, shared, withNode } from '../options.js';

export function addRpc(program: Command): void {
  withNode(addCommand(program, 'rpc <method> [parameters]', ABOUT.rpc))
    .addHelpText('after', '\nParameters are a JSON object: weft rpc weft_getBlock \'{"height":1}\'')
    .action(async (method: string, parameters: string | undefined, _options: object, command: Command) => {
      const { output, network } = shared(command);
      const { url, token } = await network();
      const result = await httpTransport(url, token).request(method, parseParameters(parameters ?? '{}'));
      output.result(result, JSON.stringify(result, null, 2));
    });
}

/** @throws CLI_USAGE */
function parseParameters(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CliError('CLI_USAGE', { expected: 'JSON', got: text.slice(0, 80), place: 'parameters' }, cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new CliError('CLI_USAGE', { expected: 'a JSON object', got: text.slice(0, 80), place: 'parameters' });
}
