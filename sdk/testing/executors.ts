// The executors tests share: threads take a moment to start, so they live as long as any test chain of the process does.
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { BlockExecutor } from '@weft/runtime/ports/execution';

/** 0 is the oracle, any other number a parallel executor of so many workers. */
const executors = new Map<number, BlockExecutor>();
let users = 0;
let ending: NodeJS.Timeout | undefined;

/** The next test starts its chain right after this one's is closed: threads wait so long for it, ms. */
const IDLE_MS = 1_000;

/** One more chain uses them. */
export function acquireExecutors(): void {
  users++;
  clearTimeout(ending);
}

/** A moment after the last one is released their threads end, and with them the process if nothing else runs. */
export function releaseExecutors(): void {
  users--;
  if (users > 0) return;
  ending = setTimeout(() => {
    const idle = [...executors.values()];
    executors.clear();
    for (const executor of idle) void executor.close();
  }, IDLE_MS);
  ending.unref();
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
