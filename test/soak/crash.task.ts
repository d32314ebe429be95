// SIGKILL at random moments and at every write boundary: no acknowledged block lost, never a state between blocks.
import type { Task } from '../support/tasks.js';
import { runCrash } from './crash/run-crash.js';

export const task: Task = {
  summary: 'kill a process that writes blocks, at random moments and at every write boundary',
  configure: (command) =>
    command
      .option('--cycles <count>', 'kills', '200')
      .option('--seed <seed>', 'of the choices', String(Date.now() % 2 ** 31)),
  async run(options) {
    const cycles = Number(options['cycles']);
    const seed = Number(options['seed']);
    process.stderr.write(`seed ${seed}\n`);
    const report = await runCrash({
      cycles,
      seed,
      onProgress: (done, height) => {
        if (done % 10 === 0) process.stderr.write(`${done} of ${cycles}, height ${height}\n`);
      },
    });
    return { seed, cycles, ...report, rows: [] };
  },
};
