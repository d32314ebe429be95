// A clock moved by hand, for whoever tests what waits.
import type { Clock } from '../../ports/clock.js';

/** Stands still until `advance`. Timers are monotonic (moving `time` alone fires none); those of 0 ms run soon. */
export class ManualClock implements Clock {
  time: number;
  #elapsed = 0;
  #timers = new Set<{ readonly at: number; readonly run: () => void }>();

  constructor(time = 1_000_000) {
    this.time = time;
  }

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    if (ms === 0) {
      const handle = setImmediate(run);
      return () => clearImmediate(handle);
    }
    const timer = { at: this.#elapsed + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Runs every timer due within `ms`, in order of their times. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#pass(next.at);
      next.run();
    }
    this.#pass(end);
  }

  #pass(elapsed: number): void {
    this.time += elapsed - this.#elapsed;
    this.#elapsed = elapsed;
  }
}
