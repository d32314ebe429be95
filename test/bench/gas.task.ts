// Calibrates the gas schedule: every instruction class, host function, call, upload, resolve and plan, its time per gas,
// in a process that has Liftoff alone and whose caches are emptied before each run. Holds when the worst takes at most
// three times as long for its gas as the median does.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rounded, spreadOf } from '../support/measure.js';
import type { Task, TaskReport } from '../support/tasks.js';
import type { ProbeRow } from './gas/probe.js';

const CHILD = fileURLToPath(new URL('./gas/child.ts', import.meta.url));
/** What runtime/docs/spec/gas.md shows. */
const PUBLISHED = fileURLToPath(new URL('../../runtime/docs/spec/gas-calibration.json', import.meta.url));
const WORST_MAX = 3;

export const task: Task = {
  summary: 'time per gas of everything that has a price; the worst is at most 3 times the median',
  configure: (command) =>
    command
      .option('--runs <count>', 'measured runs of each row', '9')
      .option('--write', 'publish the table: then `npm run generate`'),
  async run(options): Promise<TaskReport> {
    const args = ['--liftoff-only', '--import', 'tsx', CHILD, String(options['runs'])];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 16 * 1024 * 1024 });
    const measured = JSON.parse(stdout) as ProbeRow[];
    const { median } = spreadOf(measured.map(({ nsPerGas }) => nsPerGas));
    const rows = measured
      .map((row) => ({ ...row, ofMedian: rounded(row.nsPerGas / median) }))
      .sort((a, b) => b.nsPerGas - a.nsPerGas);
    const worst = rows[0]!;
    const machine = `${os.cpus()[0]?.model ?? 'unknown'}, node ${process.version}, --liftoff-only`;
    const report = {
      machine,
      medianNsPerGas: rounded(median),
      worst: worst.name,
      worstOverMedian: worst.ofMedian,
      holds: worst.nsPerGas <= WORST_MAX * median,
    };
    if (options['write'])
      await writeFile(PUBLISHED, `${JSON.stringify({ ...report, rows }, undefined, 2)}\n`);
    return { ...report, rows };
  },
};
