// What a process's main thread had of the processors, and waited for one, as Linux counts it.
import { readFileSync } from 'node:fs';

export interface ThreadTimes {
  /** On a processor, and ready but kept waiting for one, ms so far; 0 where the system does not say. */
  readonly ranMs: number;
  readonly waitedMs: number;
}

/** In nanoseconds (Documentation/scheduler/sched-stats.rst). */
export function mainThread(pid: number | 'self' = 'self'): ThreadTimes {
  try {
    const [ran, waited] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ').map(Number);
    return { ranMs: (ran ?? 0) / 1e6, waitedMs: (waited ?? 0) / 1e6 };
  } catch {
    return { ranMs: 0, waitedMs: 0 };
  }
}
