// Random histories of the ready contracts, as many as there is time for: what must always hold is checked after each block.
import { ALL_HISTORIES } from '../../contracts/test/histories/all.js';
import { runHistories } from '../../contracts/test/support/histories.js';
import type { Task } from '../support/tasks.js';

export const task: Task = {
  summary: 'random histories of each ready contract on the real machine; invariants after every block',
  configure: (command) =>
    command
      .option('--histories <count>', 'of each contract', '20000')
      .option('--only <name>', 'one contract')
      .option('--seed <seed>', 'of the histories', String(Date.now() % 2 ** 31)),
  async run(options) {
    const runs = Number(options['histories']);
    const seed = Number(options['seed']);
    process.stderr.write(`seed ${seed}\n`);
    const rows: Record<string, string | number>[] = [];
    for (const [name, { holds, scene }] of Object.entries(ALL_HISTORIES)) {
      if (options['only'] !== undefined && options['only'] !== name) continue;
      const { refused, ...counts } = await runHistories(scene, { seed, runs });
      rows.push({ contract: name, holds, ...counts, kindsOfRefusal: Object.keys(refused).length });
      process.stderr.write(`${name}: ${counts.histories} histories\n`);
    }
    return { seed, rows };
  },
};
