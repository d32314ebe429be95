// A large state to a snapshot, elsewhere and on: equal roots.
import type { Task } from '../support/tasks.js';
import { runSnapshot } from './snapshot/run-snapshot.js';

export const task: Task = {
  summary: 'export a large state, import it elsewhere, continue with the same roots',
  configure: (command) =>
    command
      .option('--keys <count>', 'keys of the state', '333000')
      .option('--seed <seed>', 'of the chain', String(Date.now() % 2 ** 31)),
  async run(options) {
    const seed = Number(options['seed']);
    process.stderr.write(`seed ${seed}\n`);
    const report = await runSnapshot({
      keys: Number(options['keys']),
      seed,
      onStep: (step) => void process.stderr.write(`${step}\n`),
    });
    return { seed, ...report, rows: [] };
  },
};
