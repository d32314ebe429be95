// `weft explain`: what a code means; why a transaction waited, or who waited in a block.
import type { ExplainRecord } from '@weft/runtime/types/explain-record';
import { explainTransaction, type TransactionExplanation } from '@weft/runtime/types/explain-transaction';
import type { AbiOf } from '@weft/sdk/client/profile/names';
import { blockStory, transactionStory } from '@weft/sdk/client/profile/story';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { CliError } from '../errors.js';
import type { Network } from '../network.js';
import { addCommand, parseIndex, shared, withNode } from '../options.js';
import type { Output } from '../output.js';
import { explainNode } from '../profile/explained-blocks.js';
import { connect, type Target } from '../session.js';

interface ExplainOptions {
  readonly data?: string;
  readonly height?: number;
}

export function addExplain(program: Command): void {
  withNode(addCommand(program, 'explain [what]', ABOUT.explain))
    .usage('[CODE | 0x… | --height <height>]')
    .option('--height <height>', 'a block, or the block of a transaction in a data folder', parseIndex)
    .option('--data <folder>', 'data folder of a stopped node, instead of a running one')
    .action(async (id: string | undefined, options: ExplainOptions, command: Command) => {
      const { output, network } = shared(command);
      if (id !== undefined && /^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$/.test(id))
        return explainCode(id, output);
      if (id !== undefined && !/^0x[0-9a-f]{64}$/.test(id))
        throw new CliError('CLI_USAGE', {
          expected: "a code, or a transaction's id, 0x and 64 digits",
          got: id,
        });
      const { record, abiOf } = await findBlock(id, options, network);
      if (id === undefined) {
        output.result(record, blockStory(record, abiOf));
        return;
      }
      const explained = explanationOf(record, id);
      output.result(explained, transactionStory(explained, abiOf));
    });
}

/** @throws CLI_UNKNOWN_CODE with codes that look like it */
async function explainCode(given: string, output: Output): Promise<void> {
  const { errorPage, explainedCodes, pageText } = await import('../explain/error-page.js');
  const code = given.toUpperCase();
  const page = errorPage(code);
  if (page !== undefined) return output.result(page, pageText(page));
  const [first = ''] = code.split('_');
  const alike = explainedCodes().filter((one) => one.startsWith(first) || one.includes(code));
  throw new CliError('CLI_UNKNOWN_CODE', { expected: alike.length > 0 ? alike : 'a code', got: code });
}

async function findBlock(
  id: string | undefined,
  { data, height }: ExplainOptions,
  network: () => Promise<Network>,
): Promise<{ readonly record: ExplainRecord; readonly abiOf: AbiOf }> {
  let found: { readonly record: ExplainRecord; readonly abiOf: AbiOf } | undefined;
  const keep = (record: ExplainRecord, abiOf: AbiOf): void => {
    if (id === undefined || record.transactions.some((one) => one.id === id)) found = { record, abiOf };
  };
  if (data !== undefined) {
    const { explainFolder } = await import('../profile/explained-folder.js');
    await explainFolder(data, { from: height, to: height }, keep);
  } else {
    const target = await network();
    const at = height ?? (await heightOf(id, target));
    await explainNode(target, { from: at, to: at }, keep);
  }
  if (found === undefined) throw new CliError('CLI_UNKNOWN_TRANSACTION', { got: id ?? height ?? 'nothing' });
  return found;
}

/** The block of a transaction, or the newest. @throws CLI_UNKNOWN_TRANSACTION */
async function heightOf(id: string | undefined, target: Target): Promise<number> {
  const { node, status } = await connect(target);
  if (id === undefined) return status.height;
  const located = await node.receipt(id);
  if (located === undefined) throw new CliError('CLI_UNKNOWN_TRANSACTION', { got: id });
  return located.height;
}

function explanationOf(record: ExplainRecord, id: string): TransactionExplanation {
  const index = record.transactions.findIndex((one) => one.id === id);
  const explained = explainTransaction(record, index);
  if (explained === undefined) throw new CliError('CLI_UNKNOWN_TRANSACTION', { got: id });
  return explained;
}
