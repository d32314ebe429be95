// Every method of every contract in the repository touches only what the compiler inferred.
import { randomInt } from 'node:crypto';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { Task, TaskReport } from '../support/tasks.js';
import { compileAll } from './access/contracts.js';
import { fuzzAccess } from './access/fuzz-access.js';

/** Calls on one chain, before the next one starts empty. */
const ROUND = 2_000;

export const task: Task = {
  summary: 'methods with random arguments and states touch nothing outside their inferred access',
  configure: (command) =>
    command
      .option('--count <calls>', 'how many calls', '20000')
      .option('--seed <number>', 'first seed; default: a random one'),
  async run(options): Promise<TaskReport> {
    const count = Number(options['count']);
    const seed = Number(options['seed'] ?? randomInt(2 ** 31));
    process.stderr.write(`access: --seed ${seed}\n`);
    const contracts = await compileAll();
    const executor = createSequentialExecutor();
    const totals: Record<string, number> = {};
    let neverOk: readonly string[] | undefined;
    let methods = 0;
    try {
      for (let done = 0, round = 0; done < count; done += ROUND, round++) {
        const calls = Math.min(ROUND, count - done);
        const result = await fuzzAccess(executor, contracts, calls, seed + round);
        for (const [status, number] of Object.entries(result.outcomes))
          totals[status] = (totals[status] ?? 0) + number;
        neverOk = neverOk?.filter((name) => result.neverOk.includes(name)) ?? result.neverOk;
        methods = result.methods;
        process.stderr.write(`${done + calls} calls\n`);
      }
    } finally {
      await executor.close();
    }
    const rows = Object.entries(totals).map(([status, calls]) => ({ status, calls }));
    return { seed, count, contracts: contracts.length, methods, outside: 0, neverOk: neverOk ?? [], rows };
  },
};
