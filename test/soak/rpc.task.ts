// The RPC under attack: slow heads and bodies, bodies and batches past every bound, idle connections, subscribers that never
// read, senders without end. Beside them an honest client, whose p99 at most doubles. It is judged twice: as the client's
// clock says, against the node alone or a server beside it that is not attacked, whichever waits longer; and by the
// processor time that went by before an answer, which other work on the machine does not stretch. Attackers get what
// processor is left, as theirs would be machines of their own; the best of three attempts counts.
import { execSync } from 'node:child_process';
import type { Task } from '../support/tasks.js';
import { runRpcSoak } from './rpc/run-rpc.js';

/** File descriptors of the largest attack, both processes' shares alike. */
const FILES = 5_600;

export const task: Task = {
  summary: 'attacks on the RPC: memory bounded, refusals coded, an honest client served as before',
  configure: (command) =>
    command
      .option('--seconds <count>', 'of each attack', '10')
      .option('--only <text>', 'attacks whose name holds it', '')
      .option('--senders <count>', 'cheap transactions, a sender each', '100000')
      .option('--no-judge', 'tell the honest client’s times and do not judge them: for a busy machine'),
  async run(options) {
    const limit = Number(execSync('ulimit -n', { shell: '/bin/sh', encoding: 'utf8' }));
    const scale = Number.isFinite(limit) ? Math.min(1, limit / FILES) : 1;
    if (scale < 1)
      process.stderr.write(`ulimit -n is ${limit}: attacks at ${Math.round(100 * scale)} % of their size\n`);
    const rows = await runRpcSoak({
      seconds: Number(options['seconds']),
      only: String(options['only']),
      scale,
      senders: Number(options['senders']),
      poolCountMax: 65_536,
      judgeTimes: options['judge'] !== false,
      onStep: (step) => void process.stderr.write(`${step}\n`),
    });
    return { scale, rows: rows.map((row) => ({ ...row })) };
  },
};
