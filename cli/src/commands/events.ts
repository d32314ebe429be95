// `weft events`: what contracts said, as it was and as it comes.
import { type Command, InvalidArgumentError } from 'commander';
import { ABOUT } from '../about.js';
import { CliError } from '../errors.js';
import type { EventsAsk } from '../events/event-reader.js';
import { addCommand, collect, parseIndex, shared, withNode } from '../options.js';
import { EXIT } from '../output.js';
import { connect } from '../session.js';

interface EventsOptions {
  readonly event?: string;
  readonly where: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly follow?: boolean;
}

/** Events shown where neither a first block nor a number is given. */
const LIMIT = 100;

export function addEvents(program: Command): void {
  withNode(addCommand(program, 'events [contract]', ABOUT.events))
    .option('--event <name>', 'those of this name alone', parseName)
    .option(
      '--where <field=value>',
      'of a contract and --event: an indexed field is this; repeatable',
      collect,
      [],
    )
    .option(
      '--from <height>',
      'first block (default: as far back as --limit goes; with --follow the next)',
      parseIndex,
    )
    .option('--to <height>', 'last block (default: the newest)', parseIndex)
    .option('--limit <count>', 'the newest so many, where no first block is named', parseIndex, LIMIT)
    .option('--follow', 'go on with every block that comes, until interrupted')
    .addHelpText('after', '\nUnder --json each event is a line of its own.')
    .action(async (contract: string | undefined, options: EventsOptions, command: Command) => {
      const { output, network } = shared(command);
      const { follow, to } = options;
      if (follow && to !== undefined)
        throw new CliError('CLI_USAGE', { expected: 'one of --follow and --to', got: 'both' });
      const target = await network();
      const connection = await connect(target);
      const { createEventReader } = await import('../events/event-reader.js');
      const ask: EventsAsk = { contract, ...options };
      const reader = await createEventReader(connection, ask, output);
      if (!follow) return reader.list();
      const { followEvents } = await import('../events/follow.js');
      await followEvents(target, reader, ask, output);
      process.exitCode = EXIT.interrupted;
    });
}

function parseName(text: string): string {
  if (/^[A-Za-z_]\w*$/.test(text)) return text;
  throw new InvalidArgumentError('It is the name of an event class.');
}
