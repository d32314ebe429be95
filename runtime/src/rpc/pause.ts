// Long answers give others a turn: one request of ten thousand parts must not hold up ten thousand requests of one.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds of work before others get a turn. */
const SLICE_MS = 2;

/** A stretch of work in slices. */
export interface Pause {
  /** Whether the present slice is used up; `now` spares a look at the clock. */
  due(now?: number): boolean;
  /** Lets others run; a new slice begins. */
  take(): Promise<void>;
}

/** Begins a slice now. */
export function createPause(sliceMs = SLICE_MS): Pause {
  let began = performance.now();
  return {
    due: (now = performance.now()) => now - began >= sliceMs,
    async take() {
      await nextTurn();
      began = performance.now();
    },
  };
}
