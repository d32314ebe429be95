// Random contracts give the same receipts whether their instances come out of the pool or are made anew for every call.
import { randomInt } from 'node:crypto';
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import type { Task, TaskReport } from '../support/tasks.js';
import { runModule } from './instances/compare.js';

export const task: Task = {
  summary: 'random contracts run the same in pooled and in fresh instances',
  configure: (command) =>
    command
      .option('--count <modules>', 'how many modules', '10000')
      .option('--seed <number>', 'first seed; default: a random one')
      .option('--fresh', 'no pool at all: its digest is that of a run with the pool'),
  async run(options): Promise<TaskReport> {
    const count = Number(options['count']);
    const seed = Number(options['seed'] ?? randomInt(2 ** 31));
    process.stderr.write(`instances: --seed ${seed}\n`);
    const forms = options['fresh'] ? (['fresh'] as const) : (['pooled', 'fresh'] as const);
    const statuses: Record<string, number> = {};
    let digest = new Uint8Array(32);
    let reused = 0;
    for (let index = 0; index < count; index++) {
      const [run, reference] = runModule(seed + index, forms);
      const text = run!.outcomes.join('\n');
      if (reference !== undefined && reference.outcomes.join('\n') !== text) {
        throw new RangeError(
          `module of seed ${seed + index}: pooled\n${text}\nfresh\n${reference.outcomes.join('\n')}`,
        );
      }
      for (const outcome of run!.outcomes) {
        const status = outcome.split(':')[1]!;
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
      reused += run!.pooled;
      digest = Uint8Array.from(sha256(utf8(toHex(digest) + text)));
      if (index % 1000 === 999) process.stderr.write(`${index + 1} modules\n`);
    }
    const rows = Object.entries(statuses).map(([status, transactions]) => ({ status, transactions }));
    return { seed, count, digest: toHex(digest), modulesReused: reused, rows };
  },
};
