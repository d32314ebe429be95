// `weft events`: what contracts said, block by block, as it was and as it comes.
import type { EventJson } from '@weft/sdk/client/node-client';
import { type Command, InvalidArgumentError } from 'commander';
import { findContract } from '../contract-target.js';
import { eventText } from '../event-text.js';
import { interrupted } from '../interrupt.js';
import { createKnownContracts, type KnownContracts } from '../known-contracts.js';
import { addCommand, parseIndex, shared, withNode } from '../options.js';
import { EXIT, type Output } from '../output.js';
import { type Connection, connect } from '../session.js';

interface EventsOptions {
  readonly event?: string;
  readonly from?: number;
  readonly to?: number;
  readonly follow?: boolean;
}

/** Heights looked at when none is named. */
const BLOCKS = 100;
const POLL_MS = 250;

export function addEvents(program: Command): void {
  withNode(addCommand(program, 'events [contract]', 'list events, of one contract or of all'))
    .option('--event <name>', 'those of this name alone', parseName)
    .option(
      '--from <height>',
      `first block (default: the newest ${BLOCKS}; with --follow the next)`,
      parseIndex,
    )
    .option('--to <height>', 'last block (default: the newest)', parseIndex)
    .option('--follow', 'go on with every block that comes, until interrupted')
    .addHelpText('after', '\nUnder --json each event is a line of its own.')
    .action(async (contract: string | undefined, options: EventsOptions, command: Command) => {
      const { output, network } = shared(command);
      const connection = await connect(await network());
      const { node, status } = connection;
      const address =
        contract === undefined ? undefined : (await findContract(node, status, contract)).address;
      const reader = { connection, address, options, output, known: createKnownContracts(node) };
      const { height } = status;
      const first = options.from ?? (options.follow ? height + 1 : Math.max(1, height - BLOCKS + 1));
      const last = Math.min(options.to ?? height, height);
      for (let at = first; at <= last; at++) await showBlock(reader, at);
      if (!options.follow) return;
      await Promise.race([interrupted(), follow(reader, Math.max(first, last + 1))]);
      process.exitCode = EXIT.interrupted;
    });
}

interface EventReader {
  readonly connection: Connection;
  readonly address: string | undefined;
  readonly options: EventsOptions;
  readonly output: Output;
  readonly known: KnownContracts;
}

interface FullBlock {
  readonly transactions: readonly string[];
  readonly events: readonly EventJson[];
}

async function showBlock(
  { connection, address, options, output, known }: EventReader,
  height: number,
): Promise<void> {
  const block = (await connection.transport.request('weft_getBlock', {
    height,
    detail: 'full',
  })) as FullBlock;
  const events = block.events.filter((event) => address === undefined || event.contract === address);
  await known.learn(events.map((event) => event.contract));
  for (const event of events) {
    const { json, text, name } = eventText(event, known.abiOf(event.contract));
    if (options.event !== undefined && name !== options.event) continue;
    const transaction = event.transaction === null ? null : (block.transactions[event.transaction] ?? null);
    output.result({ height, transaction, ...json }, `block ${height}: ${text}`);
  }
}

/** Every block that comes. A chain that went back is followed again from where it is. */
async function follow(reader: EventReader, from: number): Promise<never> {
  let next = from;
  for (;;) {
    const { height } = await reader.connection.node.status();
    if (height + 1 < next) {
      reader.output.note(`the chain went back to block ${height}`);
      next = height + 1;
    }
    while (next <= height) await showBlock(reader, next++);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function parseName(text: string): string {
  if (/^[A-Za-z_]\w*$/.test(text)) return text;
  throw new InvalidArgumentError('It is the name of an event class.');
}
