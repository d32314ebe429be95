// Replay of one block on several threads, whatever waits for what in it: each thread runs the whole block as the oracle
// does, but executes only its share of the transactions and takes the others' outcome from the record. So every
// transaction starts from the recorded values before it, and is executed by exactly one thread.
import type { SeededExecutor } from '../../ports/execution.js';
import type { BlockOutcome } from '../../types/outcome.js';
import { ExecuteError } from '../errors.js';
import { Lane } from '../threads/lane.js';
import { JOB } from '../threads/requests.js';
import { shareOf } from './seeds.js';
import { ORACLE_FILE, runOracleJob } from './view-lane.js';

/** One thread a share; `close` it to end them. @throws EXECUTE_WORKERS */
export function createSeededExecutor({ workers }: { readonly workers: number }): SeededExecutor {
  if (!Number.isInteger(workers) || workers < 1) {
    throw new ExecuteError('EXECUTE_WORKERS', { expected: 'at least 1', got: workers });
  }
  const lanes = Array.from({ length: workers }, () => new Lane(ORACLE_FILE, 1));
  return {
    workers,
    executeSeeded: (input, read, record) =>
      Promise.all(
        lanes.map(async (lane, share) => {
          const started = performance.now();
          const { signaturesFound, given } = shareOf(record, share, workers);
          const job = { ...input, signaturesFound, given };
          const outcome = (await lane.run((crew) =>
            runOracleJob(crew, JOB.oracle, job, read),
          )) as BlockOutcome;
          const wallMs = performance.now() - started;
          return { ...outcome, stats: { ...outcome.stats, workers, wallMs, orderedMs: wallMs } };
        }),
      ),
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}
