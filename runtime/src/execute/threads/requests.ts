// The vocabulary of the two sides: jobs that are announced, and what a worker may ask the main thread for.
import type { StateKey } from '../../types/key.js';
import type { MainThread } from './worker.js';

/** Job numbers. The oracle's threads know the first three, the parallel executor's the next two, signature threads the last. */
export const JOB = { oracle: 1, view: 2, simulate: 3, ordered: 4, serial: 5, signatures: 6 } as const;

/** Request kinds. */
export const REQUEST = {
  /** Key to value: as the state stands, and as of the last mark (S0). The number is 1 if there is one. */
  current: 1,
  past: 2,
  /** Key to slot number; main makes a slot for a key that has none. */
  slot: 3,
  /** Code hash to `CODE_ANSWER`. */
  code: 4,
} as const;

/** `posted`: the module is in the port. `cleared`: it is, and the worker forgets all others first. */
export const CODE_ANSWER = { absent: 0, known: 1, posted: 2, cleared: 3 } as const;

/** Asks for a value; undefined: absent. */
export function askValue(
  main: MainThread,
  kind: typeof REQUEST.current | typeof REQUEST.past,
  key: StateKey,
): Uint8Array | undefined {
  const answer = main.ask(kind, key);
  return answer.number === 1 ? answer.bytes : undefined;
}

/** Main's form of a value. */
export function valueAnswer(value: Uint8Array | undefined): {
  readonly number: number;
  readonly bytes: Uint8Array | undefined;
} {
  return { number: value === undefined ? 0 : 1, bytes: value };
}
