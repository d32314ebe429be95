// The shared words between the main thread and its workers: which job is announced, who has left it, and one
// mailbox per worker. Every word is touched by Atomics only; the byte area of a mailbox belongs to the worker
// while its status is IDLE or ANSWERED, and to the main thread while it is ASKED.

/** Word indexes of the control array. */
export const CONTROL = {
  /** What to run (a number the worker's own table explains), or `STOP`. Main writes, workers read. */
  job: 0,
  /** Which arena the job is in. Main writes, workers read. */
  arena: 1,
  /** How many workers have left the job. Workers add, main resets before the announcement. */
  left: 2,
  /** Anyone adds 1 when main has something to look at; main waits on it. */
  signal: 3,
  /** Why the job is given up (`ABORT`), 0 while it is not. Anyone raises it, main resets it. */
  abort: 4,
} as const;

/** The job number that ends a worker's task. */
export const STOP = -1;

/** Values of `CONTROL.abort`. The lowest-numbered reason raised first stays. */
export const ABORT = { none: 0, arenaFull: 1, fault: 2, main: 3 } as const;

const MAILBOX_BASE = 16;
/** A cache line: neighbours do not slow each other down. */
const MAILBOX_WORDS = 16;
/**
 * Words of one mailbox, relative to `mailboxWord`. `epoch`: main adds 1 to announce a job to this worker, which waits on it;
 * the job words are written before.
 */
export const MAILBOX = { status: 0, kind: 1, length: 2, answer: 3, epoch: 4 } as const;
export const MAIL = { idle: 0, asked: 1, answered: 2, failed: 3 } as const;
/** Bytes of one mailbox: a stored value at its largest, or a key. */
export const MAILBOX_BYTES = 66 * 1024;

/** First word of a worker's mailbox. */
export function mailboxWord(worker: number): number {
  return MAILBOX_BASE + worker * MAILBOX_WORDS;
}

/** The memory a crew shares for as long as it lives. */
export interface SharedControl {
  readonly words: Int32Array<SharedArrayBuffer>;
  /** `MAILBOX_BYTES` per worker. */
  readonly mail: Uint8Array<SharedArrayBuffer>;
}

/** Fresh control memory for `workers` workers, all zero. */
export function createControl(workers: number): SharedControl {
  return {
    words: new Int32Array(new SharedArrayBuffer(4 * (MAILBOX_BASE + MAILBOX_WORDS * workers))),
    mail: new Uint8Array(new SharedArrayBuffer(MAILBOX_BYTES * workers)),
  };
}

/** Wakes the main thread's wait. What it should see must be stored before. */
export function signalMain(words: Int32Array): void {
  Atomics.add(words, CONTROL.signal, 1);
  Atomics.notify(words, CONTROL.signal);
}

/** Raises an abort unless one is raised already. */
export function raiseAbort(words: Int32Array, reason: number): void {
  Atomics.compareExchange(words, CONTROL.abort, ABORT.none, reason);
}
