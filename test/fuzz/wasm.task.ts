// Random modules before and after instrumentation, their gas against a count of what was executed, and broken bytes.

import { fileURLToPath } from 'node:url';
import { compileContract } from '@weft/sdk/compiler/compile';
import type { Task } from '../support/tasks.js';
import type { Bytes } from './wasm/generator.js';
import { fuzzWasm } from './wasm/run.js';

/** Folders of every contract of the repository: the ready ones, and those projects begin with. */
const CONTRACTS = [
  'contracts/token',
  'contracts/trace-ledger',
  'cli/templates/empty/contracts/counter',
  'cli/templates/escrow/contracts/escrow',
];

export const task: Task = {
  summary: 'instrumented modules do what they did, at exact gas; broken bytes are refused in linear steps',
  configure: (command) => {
    command.option('--count <n>', 'random modules', '2000');
    command.option('--seed <n>', 'of the first module; each next one is one more', String(Date.now() % 1e9));
    command.option('--seeds <dir>', 'inputs of the generator from a folder instead');
    command.option('--mutations <n>', 'broken modules and broken contracts for each module', '5');
  },
  run: async (options) => {
    const seed = Number(options['seed']);
    process.stderr.write(`seed ${seed}\n`);
    const contracts: Bytes[] = [];
    for (const name of CONTRACTS) {
      const entry = fileURLToPath(new URL(`../../${name}`, import.meta.url));
      contracts.push((await compileContract({ entry })).wasm as Bytes);
    }
    const started = performance.now();
    const report = await fuzzWasm({
      count: Number(options['count']),
      seed,
      seeds: options['seeds'] as string | undefined,
      contracts,
      mutations: Number(options['mutations']),
      progress: (done) => {
        if (done % 500 === 0) process.stderr.write(`${done} modules\n`);
      },
    });
    const { compared, truncated, brokenContracts, brokenModules, modules, moduleBytes } = report;
    const seconds = Math.round((performance.now() - started) / 1000);
    const rows = Object.entries({ truncated, brokenContracts, brokenModules }).map(([bytes, tally]) => ({
      bytes,
      ...tally,
    }));
    return { rows, seed, modules, moduleBytes, ...compared, seconds };
  },
};
