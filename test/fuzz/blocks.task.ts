// Random chains of blocks on the oracle and on 1, 2, 4 and 8 disturbed workers: byte for byte the same.
import { randomInt } from 'node:crypto';
import type { Task, TaskReport } from '../support/tasks.js';
import { startBlocks } from './blocks/start.js';

export const task: Task = {
  summary:
    'random chains of blocks at 1, 2, 4 and 8 workers, under random delays, give what the oracle gives',
  configure: (command) =>
    command
      .option('--count <blocks>', 'how many blocks', '2000')
      .option('--seed <number>', 'seed of all of them; default: a random one')
      .option('--block <number>', 'only this block, over the chain that led to it'),
  async run(options): Promise<TaskReport> {
    const seed = Number(options['seed'] ?? randomInt(2 ** 31));
    const block = options['block'] === undefined ? {} : { block: Number(options['block']) };
    process.stderr.write(`blocks: --seed ${seed}\n`);
    const started = performance.now();
    const report = await startBlocks({ seed, count: Number(options['count']), ...block });
    const rows = Object.entries(report.seen).map(([what, times]) => ({ what, times }));
    const seconds = Math.round((performance.now() - started) / 1000);
    return { seed, blocks: report.blocks, transactions: report.transactions, different: 0, seconds, rows };
  },
};
