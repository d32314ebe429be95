// `weft trace`: how a transaction of a recent block ran, call by call.
import { tracedContracts, traceStory } from '@weft/sdk/client/trace-story';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { CliError } from '../errors.js';
import { createKnownContracts } from '../known-contracts.js';
import { addCommand, parseTransaction, shared, withNode } from '../options.js';
import { working } from '../progress.js';
import { connect } from '../session.js';

export function addTrace(program: Command): void {
  withNode(addCommand(program, 'trace <transaction>', ABOUT.trace)).action(
    async (text: string, _options: object, command: Command) => {
      const { output, network } = shared(command);
      const id = parseTransaction(text);
      const { node } = await connect(await network());
      const trace = await working(output, 'running its block again', node.trace(id));
      if (trace === undefined) throw new CliError('CLI_UNKNOWN_TRANSACTION', { got: id });
      const known = createKnownContracts(node);
      await known.learn(tracedContracts(trace));
      const sourceMaps = await known.sourceMaps();
      output.result(trace, traceStory(trace, { abiOf: (contract) => known.abiOf(contract), sourceMaps }));
    },
  );
}
