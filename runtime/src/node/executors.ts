// Which executor a node runs blocks on. Loaded when asked for: a tool that replays never loads the parallel one.
import { availableParallelism } from 'node:os';
import type { BlockExecutor } from '../ports/execution.js';

/** The oracle, or the parallel executor with `workers` threads (default: one a core). @throws EXECUTE_WORKERS */
export async function createExecutor(config: {
  readonly executor?: 'parallel' | 'sequential';
  readonly workers?: number;
}): Promise<BlockExecutor> {
  if (config.executor === 'sequential') {
    const { createSequentialExecutor } = await import('../execute/sequential/executor.js');
    return createSequentialExecutor();
  }
  const { createParallelExecutor } = await import('../execute/parallel/executor.js');
  return createParallelExecutor({ workers: config.workers ?? availableParallelism() });
}
