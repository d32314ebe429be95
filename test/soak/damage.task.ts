// Damage to data folders: detected with a coded error or harmless, never a wrong answer, never a silent hole.
import type { Task } from '../support/tasks.js';
import { runDamage } from './damage/run-damage.js';

export const task: Task = {
  summary: 'damage every kind of file of a data folder in every way; read it, and let the doctor repair it',
  configure: (command) =>
    command
      .option('--count <count>', 'damages', '2000')
      .option('--seed <seed>', 'of the choices', String(Date.now() % 2 ** 31)),
  async run(options) {
    const count = Number(options['count']);
    const seed = Number(options['seed']);
    process.stderr.write(`seed ${seed}\n`);
    const { outcomes, ...totals } = await runDamage({
      count,
      seed,
      onProgress: (done) => {
        if (done % 100 === 0) process.stderr.write(`${done} of ${count}\n`);
      },
    });
    const rows = Object.entries(outcomes).flatMap(([damage, codes]) =>
      Object.entries(codes).map(([outcome, times]) => ({ damage, outcome, times })),
    );
    return { seed, count, ...totals, rows };
  },
};
