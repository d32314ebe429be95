// What a build takes: a process of its own (`weft build`), the first one in a process, and the warm rebuild that
// `weft build --watch` and `weft test` make, beside a bare `asc` of an empty program in the same run.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { compileContract } from '@weft/sdk/compiler/compile';
import { compileString } from 'assemblyscript/asc';
import { alternate, rounded, type Spread } from '../support/measure.js';
import { ROOT } from '../support/source-tree.js';
import type { Task, TaskReport } from '../support/tasks.js';

const CLI = path.join(ROOT, 'cli/bin/weft.js');
const CONTRACTS = path.join(ROOT, 'contracts');

export const task: Task = {
  summary: 'a build: cold process, first in a process, warm rebuild; ms',
  configure: (command) => command.option('--runs <count>', 'measured runs of each row', '5'),
  async run(options): Promise<TaskReport> {
    const runs = Number(options['runs']);
    const names = await contractNames();
    const folder = await mkdtemp(path.join(os.tmpdir(), 'weft-bench-build-'));
    const first = new Map<string, number>();
    for (const name of names) {
      const started = performance.now();
      await compileContract({ entry: path.join(CONTRACTS, name) });
      first.set(name, performance.now() - started);
    }
    try {
      const spreads = await alternate(
        {
          'asc, empty program': () => compileString('', { optimizeLevel: 3, shrinkLevel: 1 }),
          ...Object.fromEntries(
            names.flatMap((name) => [
              [`${name}, warm`, () => compileContract({ entry: path.join(CONTRACTS, name) })],
              [`${name}, process`, () => buildInProcess(name, folder)],
            ]),
          ),
        },
        runs,
      );
      const rows = Object.entries(spreads).map(([name, spread]) => ({ case: name, ...figures(spread) }));
      const firsts = names.map((name) => ({
        case: `${name}, first of the process`,
        median: rounded(first.get(name)!),
        runs: 1,
      }));
      const warm = (name: string): number => spreads[`${name}, warm`]!.median;
      const slowest = names.reduce((a, b) => (warm(b) > warm(a) ? b : a));
      return {
        slowest,
        warmMs: rounded(warm(slowest)),
        processMs: rounded(spreads[`${slowest}, process`]!.median),
        processOverWarm: rounded(spreads[`${slowest}, process`]!.median / warm(slowest)),
        rows: [...rows, ...firsts],
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function contractNames(): Promise<string[]> {
  const entries = await readdir(CONTRACTS, { withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const files = await readdir(path.join(CONTRACTS, entry.name));
    if (files.includes(`${entry.name}.ts`)) names.push(entry.name);
  }
  return names;
}

function buildInProcess(name: string, folder: string): void {
  const args = [CLI, 'build', path.join(CONTRACTS, name), '--out', folder, '--frozen-lock'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`weft build ${name}: ${stderr}`);
}

function figures({ median, minimum, maximum, runs }: Spread) {
  return { median: rounded(median), minimum: rounded(minimum), maximum: rounded(maximum), runs };
}
