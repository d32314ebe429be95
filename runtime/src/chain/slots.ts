// So many at once, the rest in the order they came: questions on the threads that answer them.
import { QueryError } from './errors.js';

/** Runs at most `width` tasks at a time. */
export interface Slots {
  /** @throws QUERY_BUSY when `waitingMax` tasks wait already, and what the task throws */
  offer<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves once nothing runs or waits. */
  idle(): Promise<void>;
}

export function createSlots(width: number, waitingMax: number): Slots {
  const waiting: (() => void)[] = [];
  const idlers: (() => void)[] = [];
  let running = 0;
  const leave = (): void => {
    const next = waiting.shift();
    if (next !== undefined) next();
    else {
      running--;
      if (running === 0) for (const resolve of idlers.splice(0)) resolve();
    }
  };
  return {
    async offer(task) {
      if (running < width) running++;
      else {
        if (waiting.length >= waitingMax)
          throw new QueryError('QUERY_BUSY', { expected: `fewer than ${waitingMax}`, got: waiting.length });
        // Whoever leaves hands the place on: `running` stays as it is.
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      try {
        return await task();
      } finally {
        leave();
      }
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
}
