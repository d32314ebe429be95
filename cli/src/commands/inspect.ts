// `weft inspect`: what a contract on chain is and says of itself.
import { writeFile } from 'node:fs/promises';
import type { Abi, AbiParameter } from '@weft/runtime/types/abi';
import { decodeAddress, encodeAddress } from '@weft/runtime/types/address';
import { contractKey, decodeContractRecord } from '@weft/runtime/types/system';
import type { NodeClient } from '@weft/sdk/client/node-client';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { findContract } from '../contract-target.js';
import { CliError } from '../errors.js';
import { addCommand, shared, withNode } from '../options.js';
import { connect } from '../session.js';

export function addInspect(program: Command): void {
  withNode(addCommand(program, 'inspect <contract>', ABOUT.inspect))
    .option('--abi', 'its ABI alone, as JSON')
    .option('--code <file>', 'write its module there')
    .action(async (name: string, options: { abi?: boolean; code?: string }, command: Command) => {
      const { output, network } = shared(command);
      const { node, status } = await connect(await network());
      const { address, abi, codeHash } = await findContract(node, status, name);
      if (options.code !== undefined) await writeCode(node, codeHash, options.code);
      if (options.abi) return output.result(abi, JSON.stringify(abi, null, 2));
      const record = await recordOf(node, address);
      output.result({ address, codeHash, ...record, abi }, text(address, codeHash, record, abi));
    });
}

interface Creation {
  readonly creator: string | null;
  /** Null: nobody may upgrade it, ever. */
  readonly upgradeAuthority: string | null;
}

/** Who made a contract, and who may upgrade it. */
async function recordOf(node: NodeClient, address: string): Promise<Creation> {
  const stored = await node.state(contractKey(decodeAddress(address)));
  if (stored === undefined) return { creator: null, upgradeAuthority: null };
  const { creator, authority } = decodeContractRecord(stored);
  return {
    creator: encodeAddress(creator),
    upgradeAuthority: authority === undefined ? null : encodeAddress(authority),
  };
}

/** @throws CLI_USAGE for the system contract, CLI_FILE */
async function writeCode(node: NodeClient, codeHash: string | undefined, path: string): Promise<void> {
  const code = codeHash === undefined ? undefined : await node.code(codeHash);
  if (code === undefined)
    throw new CliError('CLI_USAGE', { expected: 'a contract with code', place: '--code' });
  await writeFile(path, code).catch((cause: unknown) => {
    throw new CliError('CLI_FILE', { place: path }, cause);
  });
}

function text(address: string, codeHash: string | undefined, record: Creation, abi: Abi): string {
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
  return [
    `${abi.name}  ${address}`,
    ...(codeHash === undefined ? [] : [`code hash  ${codeHash}`]),
    ...(record.creator === null
      ? []
      : [`creator    ${record.creator}`, `upgrades   ${record.upgradeAuthority ?? 'nobody, ever'}`]),
    ...section(
      'methods',
      abi.methods.flatMap(({ kind, payable, name, args, result, access }) => [
        `${kind} ${payable ? 'payable ' : ''}${name}(${parameters(args)})${result === undefined ? '' : `: ${result}`}`,
        ...access.map((line) => `  ${line}`),
      ]),
    ),
    ...section(
      'events',
      abi.events.map(({ name, fields }) => {
        const said = fields.map((one) => `${one.indexed ? 'indexed ' : ''}${one.name}: ${one.type}`);
        return `${name}(${said.join(', ')})`;
      }),
    ),
    ...section(
      'errors',
      abi.errors.map(({ name, args }) => `${name}(${parameters(args)})`),
    ),
    ...section(
      'storage',
      abi.fields.map(({ name, keys, type }) => `${name}${keys.map((key) => `[${key}]`).join('')}: ${type}`),
    ),
  ].join('\n');
}

const parameters = (list: readonly AbiParameter[]): string =>
  list.map(({ name, type }) => `${name}: ${type}`).join(', ');
