// `weft dev`: what a development chain can do that no other can.
import { cwd } from 'node:process';
import {
  type BlockPoint,
  createDevelopmentClient,
  type DevelopmentClient,
} from '@weft/sdk/client/development-client';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { pruneDeployments } from '../deployments.js';
import { CliError } from '../errors.js';
import { addCommand, addGroup, parseAmount, parseIndex, shared, withNode } from '../options.js';
import type { Output } from '../output.js';
import { addressOf, type Connection, connect } from '../session.js';

type Run = (development: DevelopmentClient, output: Output, connection: Connection) => Promise<void>;

export function addDev(program: Command): void {
  const dev = addGroup(program, 'dev', ABOUT.dev);
  addBlocks(dev);
  addTime(dev);
  addBalances(dev);
  addReturns(dev);
}

function addBlocks(dev: Command): void {
  addCase(dev, 'mine [count]', 'seal blocks now (default: 1)').action(
    (count: string | undefined, _options: object, command: Command) =>
      drive(command, async (development, output) =>
        report(output, await development.seal(parseIndex(count ?? '1'))),
      ),
  );
  addCase(dev, 'mode [mode] [ms]', 'what makes blocks: instant, interval MS, mixed MS, manual').action(
    (mode: string | undefined, ms: string | undefined, _options: object, command: Command) =>
      drive(command, async (development, output) => {
        const every = ms === undefined ? undefined : parseIndex(ms);
        const now =
          mode === undefined ? await development.mode() : await development.setMode(modeNamed(mode), every);
        output.result(now, now.everyMs === null ? now.mode : `${now.mode}, every ${now.everyMs} ms`);
      }),
  );
  addCase(dev, 'drop [transaction]', 'take pending transactions out: one, or all').action(
    (id: string | undefined, _options: object, command: Command) =>
      drive(command, async (development, output) => {
        const dropped = await development.drop(id);
        output.result({ dropped }, `${dropped} dropped`);
      }),
  );
}

function addTime(dev: Command): void {
  addCase(dev, 'time <time>', 'seal a block at a time, and go on from there')
    .addHelpText(
      'after',
      '\nA time is a date (2027-01-01T00:00:00Z), milliseconds since 1970, or how much later: +90s, +15m, +2h, +30d.',
    )
    .action((time: string, _options: object, command: Command) =>
      drive(command, async (development, output) => {
        const later = parseLater(time);
        const point =
          later === undefined ? development.setTime(parseTime(time)) : development.increaseTime(later);
        report(output, await point);
      }),
    );
}

function addBalances(dev: Command): void {
  addCase(
    dev,
    'balance <account> <units>',
    'give an account (address, key or number) a native balance',
  ).action((account: string, units: string, _options: object, command: Command) =>
    drive(command, async (development, output) => {
      const address = await addressOf(account);
      report(output, await development.setBalance(address, parseAmount(units)), { address });
    }),
  );
  addCase(dev, 'faucet <account> [units]', 'add native units to an account (default: 10^21)').action(
    (account: string, units: string | undefined, _options: object, command: Command) =>
      drive(command, async (development, output, { node }) => {
        const address = await addressOf(account);
        const amount = units === undefined ? undefined : parseAmount(units);
        const point = await development.faucet(address, amount);
        const balance = await node.balance(address);
        output.result({ ...point, address, balance }, `${address} has ${balance} native units`);
      }),
  );
}

function addReturns(dev: Command): void {
  addCase(dev, 'snapshot', 'remember everything as it is now; prints its number').action(
    (_options: object, command: Command) =>
      drive(command, async (development, output) => {
        const snapshot = await development.snapshot();
        output.result(snapshot, snapshot.id);
      }),
  );
  addCase(
    dev,
    'revert <snapshot>',
    'everything is as it was then: state, blocks, time, pending transactions',
  ).action((id: string, _options: object, command: Command) =>
    drive(command, async (development, output, connection) =>
      reportBack(output, await development.revert(id), connection),
    ),
  );
  addCase(dev, 'reset', 'everything is as it was in the beginning').action(
    (_options: object, command: Command) =>
      drive(command, async (development, output, connection) =>
        reportBack(output, await development.reset(), connection),
      ),
  );
}

function addCase(dev: Command, nameAndArguments: string, description: string): Command {
  return withNode(addCommand(dev, nameAndArguments, description));
}

async function drive(command: Command, run: Run): Promise<void> {
  const { output, network } = shared(command);
  const connection = await connect(await network());
  const { status, transport } = connection;
  if (!status.dev) throw new CliError('CLI_DEV_ONLY', { place: status.chainName });
  await run(createDevelopmentClient(transport), output, connection);
}

function report(output: Output, point: BlockPoint, more: object = {}): void {
  output.result({ ...point, ...more }, `block ${point.height}, ${new Date(point.time).toISOString()}`);
}

/** Contracts that are gone are no longer called by name. */
async function reportBack(output: Output, point: BlockPoint, { node, status }: Connection): Promise<void> {
  const isThere = async ({ address }: { address: string }) => (await node.contract(address)) !== undefined;
  const forgotten = await pruneDeployments(cwd(), status.genesisHash, isThere);
  if (forgotten.length > 0) output.note(`no longer deployed: ${forgotten.join(', ')}`);
  report(output, point, { forgotten });
}

function modeNamed(text: string): Parameters<DevelopmentClient['setMode']>[0] {
  if (text === 'instant' || text === 'interval' || text === 'mixed' || text === 'manual') return text;
  throw new CliError('CLI_USAGE', { expected: 'instant, interval, mixed or manual', got: text });
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `+90s`; undefined for what is no such text. */
function parseLater(text: string): number | undefined {
  const [, count, unit] = /^\+(\d{1,12})(ms|s|m|h|d)?$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit ?? 'ms'] as number);
}

/** @throws CLI_USAGE */
function parseTime(text: string): number {
  const time = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time))
    throw new CliError('CLI_USAGE', { expected: 'a date, milliseconds, or +90s', got: text });
  return time;
}
