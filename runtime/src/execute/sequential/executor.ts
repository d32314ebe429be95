// The oracle behind the executor port: the same semantics one transaction at a time, on a thread with the stack
// contracts need. Replay uses it to check what the parallel executor decided.
import type { BlockExecutor } from '../../ports/execution.js';
import type { BlockOutcome } from '../../types/outcome.js';
import { Lane } from '../threads/lane.js';
import { JOB } from '../threads/requests.js';
import { ORACLE_FILE, runOracleJob, ViewLane, ViewLanes } from './view-lane.js';

/** A block executor of one thread; `close` it to end the thread. */
export function createSequentialExecutor(): BlockExecutor {
  const lane = new Lane(ORACLE_FILE, 1);
  const views = new ViewLanes(1);
  const explanations = new ViewLane();
  return {
    workers: 1,
    viewers: views.count,
    async execute({ decoded: _, ...input }, read) {
      const start = performance.now();
      const outcome = (await lane.run((crew) => runOracleJob(crew, JOB.oracle, input, read))) as BlockOutcome;
      const wallMs = performance.now() - start;
      return { ...outcome, stats: { ...outcome.stats, wallMs, orderedMs: wallMs } };
    },
    view: (request, read) => views.run(request, read),
    simulate: (request, read) => views.simulate(request, read),
    explain: (input, read) => explanations.explain(input, read),
    async close() {
      await Promise.all([lane.close(), views.close(), explanations.close()]);
    },
  };
}
