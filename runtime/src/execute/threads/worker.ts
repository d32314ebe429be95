// The worker's side of a crew: one task for the life of the thread. It sleeps on its epoch word, runs the job
// that was announced, says it has left, and sleeps again; between, it asks the main thread through its mailbox.
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { assert } from '../../base/assert.js';
import { WeftError } from '../../base/errors.js';
import {
  ABORT,
  CONTROL,
  MAIL,
  MAILBOX,
  MAILBOX_BYTES,
  mailboxWord,
  raiseAbort,
  STOP,
  signalMain,
} from './control.js';

/** What a crew hands to each worker's one task. */
export interface WorkerTask {
  /** Address of the module whose export `work` runs. */
  readonly module: string;
  readonly index: number;
  readonly workers: number;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly mail: Uint8Array<SharedArrayBuffer>;
  readonly port: MessagePort;
}

/** Thrown inside a job when the block is given up; never a result, never an error to report. */
export const GIVEN_UP: unique symbol = Symbol('given up');

/** Turns of a busy wait before a thread goes to sleep: about the time of one answer. */
const SPIN_TURNS = 200;

/** A worker's connection to the main thread. */
export interface MainThread {
  readonly task: WorkerTask;
  /** Asks and waits: the answer's number, its bytes (a copy) and the message that came with it, if any. */
  ask(kind: number, request: Uint8Array): Answer;
  /** The next posted message; one must be there. */
  receive(): unknown;
  post(message: unknown): void;
}
export interface Answer {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/**
 * Runs jobs until the crew stops. `run` gets the job's number; what it throws (but `GIVEN_UP`) is posted as
 * `{ error }` and aborts the job for everybody.
 */
export function serveJobs(task: WorkerTask, run: (job: number, main: MainThread) => void): void {
  const { words } = task;
  const main = connect(task);
  const announced = mailboxWord(task.index) + MAILBOX.epoch;
  let seen = 0;
  for (;;) {
    // Main stores the job words, then adds to the epoch: seeing the new epoch means seeing the job.
    Atomics.wait(words, announced, seen);
    const epoch = Atomics.load(words, announced);
    if (epoch === seen) continue;
    seen = epoch;
    const job = Atomics.load(words, CONTROL.job);
    if (job === STOP) return;
    try {
      run(job, main);
    } catch (error) {
      if (error !== GIVEN_UP) {
        main.post({ error: describeError(error) });
        raiseAbort(words, ABORT.fault);
      }
    }
    // Everything this worker wrote comes before this add, and main reads results only after seeing all of them.
    Atomics.add(words, CONTROL.left, 1);
    signalMain(words);
  }
}

function connect(task: WorkerTask): MainThread {
  const { words, port } = task;
  const base = mailboxWord(task.index);
  const area = task.mail.subarray(task.index * MAILBOX_BYTES, (task.index + 1) * MAILBOX_BYTES);
  const status = base + MAILBOX.status;
  return {
    task,
    ask(kind, request) {
      assert(request.length <= MAILBOX_BYTES, 'a request fits its mailbox');
      area.set(request);
      Atomics.store(words, base + MAILBOX.kind, kind);
      Atomics.store(words, base + MAILBOX.length, request.length);
      // The status is stored last: main, seeing ASKED, sees the request; it stores the answer before the status.
      Atomics.store(words, status, MAIL.asked);
      signalMain(words);
      for (let turn = 0; turn < SPIN_TURNS && Atomics.load(words, status) === MAIL.asked; turn++);
      while (Atomics.load(words, status) === MAIL.asked) Atomics.wait(words, status, MAIL.asked);
      if (Atomics.load(words, status) === MAIL.failed) throw GIVEN_UP;
      const length = Atomics.load(words, base + MAILBOX.length);
      return { number: Atomics.load(words, base + MAILBOX.answer), bytes: area.slice(0, length) };
    },
    receive() {
      const received = receiveMessageOnPort(port);
      assert(received !== undefined, 'an announced message is in the port');
      return received.message;
    },
    post(message) {
      port.postMessage(message);
    },
  };
}

/** An error as plain data that survives a thread boundary. */
export interface ErrorData {
  readonly code: string;
  readonly message: string;
  readonly context: Readonly<Record<string, string | number | boolean>>;
}

function describeError(error: unknown): ErrorData {
  const context: Record<string, string | number | boolean> = {};
  if (error instanceof WeftError) {
    for (const [name, value] of Object.entries(error.context)) {
      if (typeof value === 'number' || typeof value === 'boolean') context[name] = value;
      else if (value !== undefined) context[name] = String(value);
    }
    return { code: error.code, message: error.message, context };
  }
  return {
    code: '',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    context,
  };
}
