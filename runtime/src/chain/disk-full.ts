// A full disk is the one failure that passes by itself: what met it is repeated until there is room, or until the chain
// is told to stop. Block production waits meanwhile; nothing is lost.
import type { Clock } from '../ports/clock.js';

/** Milliseconds between two attempts. */
const RETRY_MS = 1000;

export interface DiskFullOptions {
  /** Without one nobody waits: the error goes to the caller. */
  readonly clock?: Pick<Clock, 'after'> | undefined;
  /** Told once a pause, with the error. */
  readonly onPause?: ((error: unknown) => void) | undefined;
}

export interface DiskFullPause {
  /** Repeats an action while the disk is full. @throws what the action throws otherwise, or when interrupted */
  run<T>(action: () => Promise<T>): Promise<T>;
  /** Ends the waiting, now and later. */
  interrupt(): void;
}

export function createDiskFullPause({ clock, onPause }: DiskFullOptions): DiskFullPause {
  let interrupted = false;
  let wake: (() => void) | undefined;
  return {
    async run(action) {
      for (let attempt = 0; ; attempt++) {
        try {
          return await action();
        } catch (error) {
          const full = (error as { readonly code?: string }).code === 'STORE_DISK_FULL';
          if (!full || clock === undefined || interrupted) throw error;
          if (attempt === 0) onPause?.(error);
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          clock.after(RETRY_MS, resolve);
        });
      }
    },
    interrupt() {
      interrupted = true;
      wake?.();
    },
  };
}
