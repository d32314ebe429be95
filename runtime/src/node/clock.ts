// The machine's clock and entropy: the only place that reads either.
import { randomBytes } from 'node:crypto';
import type { Clock, Entropy } from '../ports/clock.js';

/** Wall clock and timers of this process. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    if (ms === 0) {
      const handle = setImmediate(run);
      return () => clearImmediate(handle);
    }
    const handle = setTimeout(run, ms);
    return () => clearTimeout(handle);
  },
};

/** The operating system's random bytes. */
export const systemEntropy: Entropy = { bytes: (length) => new Uint8Array(randomBytes(length)) };
