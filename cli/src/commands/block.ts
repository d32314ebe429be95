// `weft block`: a block and what is in it.
import type { ReceiptJson } from '@weft/sdk/client/node-client';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { addCommand, parseIndex, shared, withNode } from '../options.js';
import { connect } from '../session.js';

/** `weft_getBlock` in full, as far as it is shown. */
interface FullBlock {
  readonly hash: string;
  readonly header: {
    readonly height: number;
    readonly time: number;
    readonly parent: string;
    readonly stateRoot: string;
    readonly gasUsed: number;
    readonly criticalPathGas: number;
  };
  readonly receipts: readonly ReceiptJson[];
}

export function addBlock(program: Command): void {
  withNode(addCommand(program, 'block [height]', ABOUT.block)).action(
    async (height: string | undefined, _options: object, command: Command) => {
      const { output, network } = shared(command);
      const asked = height === undefined ? {} : { height: parseIndex(height) };
      const { transport } = await connect(await network());
      const block = (await transport.request('weft_getBlock', { ...asked, detail: 'full' })) as FullBlock;
      output.result(block, blockText(block));
    },
  );
}

function blockText({ hash, header, receipts }: FullBlock): string {
  const { height, time, parent, stateRoot, gasUsed, criticalPathGas } = header;
  const longest = criticalPathGas === 0 ? '' : `, longest chain of conflicts ${criticalPathGas}`;
  return [
    `block ${height}  ${new Date(time).toISOString()}`,
    `hash        ${hash}`,
    `parent      ${parent}`,
    `state root  ${stateRoot}`,
    `gas         ${gasUsed}${longest}`,
    `${receipts.length} ${receipts.length === 1 ? 'transaction' : 'transactions'}`,
    ...receipts.map((one) => `  ${one.transaction}  ${one.status}, gas ${one.gasUsed}`),
  ].join('\n');
}
