// `weft receipt`: what became of a transaction.
import type { Located } from '@weft/sdk/client/node-client';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { CliError } from '../errors.js';
import { eventText } from '../event-text.js';
import { createKnownContracts } from '../known-contracts.js';
import { addCommand, parseTransaction, shared, withNode } from '../options.js';
import { connect } from '../session.js';

export function addReceipt(program: Command): void {
  withNode(addCommand(program, 'receipt <transaction>', ABOUT.receipt)).action(
    async (text: string, _options: object, command: Command) => {
      const { output, network } = shared(command);
      const id = parseTransaction(text);
      const { node } = await connect(await network());
      const located = await node.receipt(id);
      if (located === undefined) {
        const pending = await node.pending(id);
        if (pending === undefined) throw new CliError('CLI_UNKNOWN_TRANSACTION', { got: id });
        const why = pending.wait === null ? '' : `: ${pending.wait.reason}`;
        return output.result({ id, pending: true, wait: pending.wait }, `waits for a block${why}`);
      }
      const known = createKnownContracts(node);
      await known.learn(located.events.map((event) => event.contract));
      const said = located.events.map((event) => eventText(event, known.abiOf(event.contract)));
      const { height, index, receipt } = located;
      output.result(
        { height, index, ...receipt, events: said.map(({ json }) => json) },
        [...receiptLines(located), ...said.map((event) => event.text)].join('\n'),
      );
    },
  );
}

function receiptLines({ height, index, receipt }: Located): string[] {
  const { status, phase, gasUsed, paid } = receipt;
  return [
    `${status} in block ${height}, index ${index}, ${phase} part`,
    `gas ${gasUsed}, paid ${paid}`,
    ...(status === 'OK' ? [] : [`\`weft trace ${receipt.transaction}\` shows where it failed`]),
  ];
}
