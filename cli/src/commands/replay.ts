// `weft replay`: executes recorded blocks again and compares every record, byte for byte.
import { toHex } from '@weft/runtime/base/bytes';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { openDataFolder } from '../data-folder.js';
import { addCommand, parseIndex, shared } from '../options.js';

interface ReplayOptions {
  readonly data: string;
  readonly from?: number;
  readonly to?: number;
  readonly workers?: number;
  readonly independent?: boolean;
  readonly unsealed?: boolean;
}

export function addReplay(program: Command): void {
  addCommand(program, 'replay', ABOUT.replay)
    .requiredOption('--data <folder>', 'data folder of a stopped node')
    .option('--from <height>', 'first block (default: the oldest there is)', parseIndex)
    .option('--to <height>', 'last block (default: the newest)', parseIndex)
    .option(
      '--workers <count>',
      'threads of the parallel executor (default: the sequential oracle)',
      parseIndex,
    )
    .option('--independent', 'run every transaction from the recorded values before it, on all threads')
    .option('--unsealed', 'do not look at the seals (an engine of its own keeps them elsewhere)')
    .action(async (options: ReplayOptions, command: Command) => {
      const { output } = shared(command);
      const { replayChain } = await import('@weft/runtime/chain/replay');
      const { isSealed } = await import('@weft/runtime/consensus/seal/seal');
      const { createSeededExecutor } = await import('@weft/runtime/execute/sequential/seeded-executor');
      const { storePath } = await import('@weft/runtime/node/data-folder');
      const { createExecutor } = await import('@weft/runtime/node/executors');
      const store = await openDataFolder(storePath(options.data));
      const workers = options.workers ?? 1;
      const executor = options.independent
        ? createSeededExecutor({ workers })
        : await createExecutor(options.workers === undefined ? { executor: 'sequential' } : { workers });
      try {
        const started = performance.now();
        const report = await replayChain(store, executor, {
          ...(options.unsealed ? {} : { isSealed }),
          onBlock: ({ height, transactions, wallMs }) =>
            output.note(`block ${height}: ${transactions} transactions, ${wallMs.toFixed(1)} ms`),
          ...(options.from === undefined ? {} : { from: options.from }),
          ...(options.to === undefined ? {} : { to: options.to }),
        });
        const ms = Math.round(performance.now() - started);
        const { from, height, transactions, hash, stateRoot } = report;
        output.result(
          { from, to: height, transactions, workers: executor.workers, hash, stateRoot, ms, same: true },
          [
            `blocks ${from} to ${height}, ${transactions} transactions: every record is the same again`,
            `head ${toHex(hash)}, state root ${toHex(stateRoot)}, ${ms} ms`,
          ].join('\n'),
        );
      } finally {
        await executor.close();
        await store.close();
      }
    });
}
