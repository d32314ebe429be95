// The executors tests share: threads take a moment to start, so they live as long as any test chain of the process does.
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { BlockExecutor } from '@weft/runtime/ports/execution';

/** 0 is the oracle, any other number a parallel executor of so many workers. */
const executors = new Map<number, BlockExecutor>();
let users = 0;

/** One more chain uses them. */
export function acquireExecutors(): void {
  users++;
}

/** The last one to release them ends their threads. */
export async function releaseExecutors(): Promise<void> {
  users--;
  if (users > 0) return;
  const idle = [...executors.values()];
  executors.clear();
  await Promise.all(idle.map((executor) => executor.close()));
}

/** The sequential executor: what a block means. */
export function oracle(): BlockExecutor {
  return executorOf(0);
}

/** The executor of so many workers. */
export function parallel(workers: number): BlockExecutor {
  return executorOf(workers);
}

function executorOf(workers: number): BlockExecutor {
  let executor = executors.get(workers);
  if (executor === undefined) {
    executor = workers === 0 ? createSequentialExecutor() : createParallelExecutor({ workers });
    executors.set(workers, executor);
  }
  return executor;
}
