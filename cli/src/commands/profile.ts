// `weft profile`: what keeps a workload from running side by side, ranked, with what to change; and whether it still runs
// as much in parallel as it should.
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { AbiOf } from '@weft/sdk/client/profile/names';
import type { Profile } from '@weft/sdk/client/profile/profile';
import { Profiler } from '@weft/sdk/client/profile/profile';
import { profileText } from '@weft/sdk/client/profile/text';
import { TraceWriter } from '@weft/sdk/client/profile/trace';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { CliError } from '../errors.js';
import type { Network } from '../network.js';
import { addCommand, parseIndex, shared, withNode } from '../options.js';
import { EXIT, type Output } from '../output.js';
import { explainNode, type OnExplained, type Range } from '../profile/explained-blocks.js';

interface ProfileOptions extends Range {
  readonly data?: string;
  readonly demo?: boolean;
  readonly transfers: number;
  readonly accounts: number;
  readonly blockSize: number;
  readonly top: number;
  readonly budget?: number;
  readonly trace?: string;
  readonly workers?: number;
  readonly clock: 'gas' | 'measured';
}

export function addProfile(program: Command): void {
  withNode(addCommand(program, 'profile', ABOUT.profile))
    .option('--data <folder>', 'data folder of a stopped node, instead of a running one')
    .option('--demo', 'run the demo and profile its workloads')
    .option('--from <height>', 'first block (default: the oldest; of a node, the newest 100)', parseIndex)
    .option('--to <height>', 'last block (default: the newest)', parseIndex)
    .option('--top <count>', 'fields to show', parseIndex, 10)
    .option('--budget <parallelism>', 'fail when the workload runs less in parallel', parseBudget)
    .option('--trace <file>', 'write a Chrome trace: a row a worker, an arrow a wait')
    .option('--workers <count>', 'workers of the trace (default: one a core)', parseIndex)
    .option(
      '--clock <clock>',
      'durations in the trace: gas (repeats anywhere), or measured',
      parseClock,
      'gas',
    )
    .option('--transfers <count>', "the demo's token transfers", parseIndex, 2_000)
    .option('--accounts <count>', "the demo's accounts", parseIndex, 200)
    .option('--block-size <count>', "transactions in the demo's blocks", parseIndex, 1_000)
    .action(async (options: ProfileOptions, command: Command) => {
      const { output, network } = shared(command);
      const profiler = new Profiler();
      const workers = workersOf(options);
      const trace =
        options.trace === undefined ? undefined : new TraceWriter({ workers, clock: options.clock });
      let names: AbiOf = () => undefined;
      await explain(options, network, output, (record, abiOf) => {
        names = abiOf;
        profiler.add(record);
        trace?.add(record, abiOf);
      });
      if (options.trace !== undefined) await writeTrace(options.trace, trace, output);
      report(profiler.finish(names), options, output);
    });
}

async function explain(
  options: ProfileOptions,
  network: () => Promise<Network>,
  output: Output,
  onExplained: OnExplained,
): Promise<void> {
  if (options.data !== undefined) {
    const timed = options.trace !== undefined && options.clock === 'measured';
    const { explainFolder } = await import('../profile/explained-folder.js');
    return explainFolder(options.data, options, onExplained, timed ? workersOf(options) : undefined);
  }
  if (!options.demo) return explainNode(await network(), options, onExplained);
  const { runDemo } = await import('../demo/run-demo.js');
  const demo = await runDemo({ ...options, epcis: [], port: 0 }, output);
  try {
    const { blocks, workloads } = demo.report;
    const own = workloads.reduce((sum, workload) => sum + workload.blocks, 0);
    await explainNode(
      { url: demo.url },
      { from: options.from ?? blocks - own + 1, to: options.to },
      onExplained,
    );
  } finally {
    await demo.stop();
  }
}

function workersOf({ workers }: ProfileOptions): number {
  return Math.max(1, workers ?? availableParallelism());
}

async function writeTrace(path: string, trace: TraceWriter | undefined, output: Output): Promise<void> {
  await writeFile(path, `${JSON.stringify(trace?.finish())}\n`).catch((cause: unknown) => {
    throw new CliError('CLI_FILE', { place: path }, cause);
  });
  output.note(`trace in ${path}: open it in chrome://tracing or ui.perfetto.dev`);
}

/** One JSON value, in which a broken budget is an `error` beside the figures. */
function report(profile: Profile, { budget, top }: ProfileOptions, output: Output): void {
  if (budget === undefined || profile.parallelism >= budget) {
    output.result(profile, profileText(profile, top));
    return;
  }
  const got = Math.round(profile.parallelism * 100) / 100;
  const error = new CliError('CLI_PROFILE_BUDGET', {
    expected: `at least ${budget}`,
    got,
    unit: 'parallelism',
  });
  output.result({ ...profile, error: error.toJSON() }, profileText(profile, top));
  if (!output.json) output.failure(error);
  process.exitCode = EXIT.failure;
}

/** @throws CLI_USAGE */
function parseBudget(text: string): number {
  if (!/^\d{1,6}(\.\d{1,6})?$/.test(text) || Number(text) < 1)
    throw new CliError('CLI_USAGE', { expected: 'a number of 1 or more', got: text, place: '--budget' });
  return Number(text);
}

/** @throws CLI_USAGE */
function parseClock(text: string): 'gas' | 'measured' {
  if (text === 'gas' || text === 'measured') return text;
  throw new CliError('CLI_USAGE', { expected: 'gas or measured', got: text, place: '--clock' });
}
