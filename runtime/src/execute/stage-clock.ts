// Where a block's wall time went, stage by stage: what benchmarks and the simulator calculate with. One mark a stage,
// nothing a transaction.
import type { StageTimes } from '../types/outcome.js';

/** Runs from its creation; each mark gives the time since the last one to a stage. */
export class StageClock {
  readonly times: { -readonly [stage in keyof StageTimes]: number } = {
    reserve: 0,
    hooks: 0,
    resolve: 0,
    plan: 0,
    lay: 0,
    run: 0,
    merge: 0,
    tail: 0,
    settle: 0,
  };
  #last = performance.now();

  mark(stage: keyof StageTimes): void {
    const now = performance.now();
    this.times[stage] += now - this.#last;
    this.#last = now;
  }
}
