// One at a time, in the order they came: blocks in the executor; views and the moment state moves on.
import { QueryError } from './errors.js';

/** Runs tasks in the order they came, each alone. */
export interface Turns {
  /** @throws what the task throws */
  take<T>(task: () => Promise<T>): Promise<T>;
  /** The same for work that may be turned away. @throws QUERY_BUSY when `waitingMax` tasks wait already */
  offer<T>(task: () => Promise<T>): Promise<T>;
}

export function createTurns(waitingMax: number): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const take = <T>(task: () => Promise<T>): Promise<T> => {
    waiting++;
    const result = last.then(() => {
      waiting--;
      return task();
    });
    last = result.catch(() => undefined);
    return result;
  };
  return {
    take,
    offer: async (task) => {
      if (waiting >= waitingMax)
        throw new QueryError('QUERY_BUSY', { expected: `fewer than ${waitingMax}`, got: waiting });
      return take(task);
    },
  };
}
