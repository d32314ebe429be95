// `npm run simulate:network -- [--seed N] [--seeds COUNT] [--processes COUNT]`: seeds one after the other; a failure names
// its seed, and that seed alone repeats it.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { Command } from 'commander';
import { simulate } from './simulate.js';

interface Options {
  readonly seed: number;
  readonly seeds: number;
  readonly processes: number;
}

const options = new Command('npm run simulate:network --')
  .option('--seed <number>', 'the first seed', Number, 1)
  .option('--seeds <count>', 'how many', Number, 1)
  .option('--processes <count>', 'among so many processes', Number, availableParallelism())
  .parse()
  .opts<Options>();

const began = performance.now();
if (options.seeds === 1 || options.processes === 1) await runHere(options);
else await runApart(options);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
if (process.exitCode === undefined && process.send === undefined)
  process.stdout.write(`${options.seeds} seeds from ${options.seed} in ${seconds} s: all invariants held\n`);

async function runHere({ seed: first, seeds }: Options): Promise<void> {
  const runner = createSequentialExecutor();
  try {
    for (let seed = first; seed < first + seeds; seed++) {
      const { heights, transactions, crashes, fingerprint } = await simulate(seed, runner);
      if (seeds > 1) continue;
      process.stdout.write(
        `seed ${seed}: ${heights} heights, ${transactions} transactions, ${crashes} restarts, ${fingerprint}\n`,
      );
    }
  } finally {
    await runner.close();
  }
}

async function runApart({ seed, seeds, processes }: Options): Promise<void> {
  const share = Math.ceil(seeds / processes);
  const codes = await Promise.all(
    Array.from({ length: processes }, (_, index) => {
      const count = Math.min(share, seeds - index * share);
      const words = ['--seed', `${seed + index * share}`, '--seeds', `${count}`, '--processes', '1'];
      const child = fork(fileURLToPath(import.meta.url), words);
      return new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
    }),
  );
  if (codes.some((code) => code !== 0)) process.exitCode = 1;
}
