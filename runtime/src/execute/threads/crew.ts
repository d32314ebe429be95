// The main thread's side: Piscina threads, one endless task each, started when a job first wants so many. A job is announced
// in shared memory and answered there; this thread serves mailboxes between waits that leave its event loop free.
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  type Transferable,
} from 'node:worker_threads';
import { Piscina } from 'piscina';
import { assert } from '../../base/assert.js';
import { ExecuteError } from '../errors.js';
import {
  ABORT,
  CONTROL,
  createControl,
  MAIL,
  MAILBOX,
  MAILBOX_BYTES,
  mailboxWord,
  raiseAbort,
  STOP,
  signalMain,
} from './control.js';
import type { ErrorData, WorkerTask } from './worker.js';

/** Native stack of a worker: what the VM's depth budget was measured for (4 million words with twofold margin). */
const STACK_MB = 64;
/** Mailbox answers in a row before the event loop gets a turn. */
const ANSWERS_PER_TURN = 64;

/**
 * Milliseconds without a word from any worker in mid-job before the crew is given up as lost. Gas bounds a block to
 * seconds; this is for threads that will never answer, and only decides when the block starts over.
 */
const SILENCE_MS_MAX = 120_000;

/** Answers one request: the number and the bytes the worker gets. A throw gives the job up and comes out of `run`. */
export type AnswerRequest = (
  worker: number,
  kind: number,
  request: Uint8Array,
) => { readonly number: number; readonly bytes?: Uint8Array | undefined };

/** How a job ended. `lost`: a thread is gone and the crew is of no more use. */
export type JobEnd =
  | { readonly kind: 'done' }
  | { readonly kind: 'arena-full' }
  | { readonly kind: 'fault'; readonly errors: readonly ErrorData[] }
  | { readonly kind: 'lost'; readonly cause: unknown };

/** Threads that take jobs together. One job at a time. */
export interface Crew {
  /** At most. */
  readonly workers: number;
  /**
   * Announces `job` to the first `width` workers (default: all) and resolves when they have left it.
   * @throws what `answer` threw
   */
  run(job: number, arena: number, answer: AnswerRequest, width?: number): Promise<JobEnd>;
  post(worker: number, message: unknown): void;
  /** The next message a worker posted, or undefined. */
  receive(worker: number): unknown;
  /** Ends the tasks and the threads. Safe to call twice, and on a crew that lost a thread. */
  close(): Promise<void>;
  /** Ends one thread at once, as a crash would; for tests of what follows. */
  kill(worker: number): Promise<void>;
}

const ENTRY_FILE = new URL('./entry.cjs', import.meta.url);

/** Up to `workers` threads on a worker file whose export `work` takes a `WorkerTask`. */
export function createCrew(file: URL, workers: number, silenceMs: number = SILENCE_MS_MAX): Crew {
  const { words, mail } = createControl(workers);
  const pool = new Piscina({
    filename: ENTRY_FILE.href,
    name: 'work',
    minThreads: 0,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    atomics: 'disabled',
    resourceLimits: { stackSizeMb: STACK_MB },
  });
  let lost: { readonly cause: unknown } | undefined;
  let closing = false;
  const channels = Array.from({ length: workers }, () => new MessageChannel());
  const ports = channels.map(({ port1 }) => port1);
  const tasks: Promise<void>[] = [];
  const ended = (cause: unknown) => {
    if (closing) return;
    lost ??= { cause };
    signalMain(words);
  };
  const start = (width: number) => {
    for (let index = tasks.length; index < width; index++) {
      const port = channels[index]!.port2;
      const task: WorkerTask = { module: file.href, index, workers, words, mail, port };
      tasks.push(pool.run(task, { transferList: [port] as Transferable[] }).then(ended, ended));
    }
  };
  const stop = async () => {
    if (closing) return;
    closing = true;
    announce(words, STOP, 0, tasks.length);
    // After a loss Piscina may hold a task no thread runs; destroying the pool settles all of them.
    if (lost === undefined) await Promise.all(tasks);
    await pool.destroy();
    for (const port of ports) port.close();
  };
  const lose = (cause: unknown) => {
    lost ??= { cause };
  };
  const state: CrewState = { words, mail, lost: () => lost, lose, ports, silenceMs };
  return {
    workers,
    run(job, arena, answer, width = workers) {
      start(width);
      return runJob(state, { job, arena, width }, answer);
    },
    post: (worker, message) => ports[worker]!.postMessage(message),
    receive: (worker) => receiveMessageOnPort(ports[worker]!)?.message,
    close: stop,
    kill: async (worker) => {
      await pool.threads[worker]!.terminate();
    },
  };
}

interface CrewState {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly mail: Uint8Array<SharedArrayBuffer>;
  readonly ports: readonly MessagePort[];
  readonly lost: () => { readonly cause: unknown } | undefined;
  readonly lose: (cause: unknown) => void;
  readonly silenceMs: number;
}

function announce(words: Int32Array<SharedArrayBuffer>, job: number, arena: number, width: number): void {
  // Nobody is inside a job here, so the words are main's until the first epoch changes.
  Atomics.store(words, CONTROL.job, job);
  Atomics.store(words, CONTROL.arena, arena);
  Atomics.store(words, CONTROL.left, 0);
  Atomics.store(words, CONTROL.abort, ABORT.none);
  for (let worker = 0; worker < width; worker++) {
    const epoch = mailboxWord(worker) + MAILBOX.epoch;
    Atomics.add(words, epoch, 1);
    Atomics.notify(words, epoch);
  }
}

interface AnnouncedJob {
  readonly job: number;
  readonly arena: number;
  /** How many workers it is announced to. */
  readonly width: number;
}

async function runJob(
  crew: CrewState,
  { job, arena, width }: AnnouncedJob,
  answer: AnswerRequest,
): Promise<JobEnd> {
  const { words } = crew;
  let failure: { readonly error: unknown } | undefined;
  const guarded: AnswerRequest = (worker, kind, request) => {
    if (failure !== undefined) throw failure.error;
    try {
      return answer(worker, kind, request);
    } catch (error) {
      failure ??= { error };
      raiseAbort(words, ABORT.main);
      throw error;
    }
  };
  announce(words, job, arena, width);
  let answered = 0;
  for (;;) {
    // Read before looking: whatever happens after this changes the word, and the wait below returns at once.
    const seen = Atomics.load(words, CONTROL.signal);
    answered += serveMailboxes(crew, width, guarded);
    if (Atomics.load(words, CONTROL.left) === width) break;
    const lost = crew.lost();
    if (lost !== undefined) return { kind: 'lost', cause: lost.cause };
    if (answered >= ANSWERS_PER_TURN) {
      answered = 0;
      await nextTurn();
      continue;
    }
    const wait = waitAsync(words, CONTROL.signal, seen, crew.silenceMs);
    const silent = wait.async && (await wait.value) === 'timed-out';
    if (silent && Atomics.load(words, CONTROL.signal) === seen) {
      crew.lose(new ExecuteError('EXECUTE_SILENT', { got: crew.silenceMs, unit: 'ms' }));
    }
  }
  if (failure !== undefined) throw failure.error;
  return readEnd(crew);
}

function readEnd(crew: CrewState): JobEnd {
  const abort = Atomics.load(crew.words, CONTROL.abort);
  if (abort === ABORT.none) return { kind: 'done' };
  if (abort === ABORT.arenaFull) return { kind: 'arena-full' };
  const errors: ErrorData[] = [];
  for (const port of crew.ports) {
    for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port)) {
      const { error } = received.message as { error?: ErrorData };
      if (error !== undefined) errors.push(error);
    }
  }
  assert(abort === ABORT.fault, 'a job ends done, full, at fault, or by main');
  return { kind: 'fault', errors };
}

/** Answers every worker that asks; returns how many did. */
function serveMailboxes({ words, mail }: CrewState, width: number, answer: AnswerRequest): number {
  let count = 0;
  for (let worker = 0; worker < width; worker++) {
    const base = mailboxWord(worker);
    if (Atomics.load(words, base + MAILBOX.status) !== MAIL.asked) continue;
    count++;
    const at = worker * MAILBOX_BYTES;
    let status: number = MAIL.answered;
    try {
      const request = mail.slice(at, at + Atomics.load(words, base + MAILBOX.length));
      const reply = answer(worker, Atomics.load(words, base + MAILBOX.kind), request);
      const bytes = reply.bytes ?? new Uint8Array(0);
      assert(bytes.length <= MAILBOX_BYTES, 'an answer fits its mailbox');
      mail.set(bytes, at);
      Atomics.store(words, base + MAILBOX.length, bytes.length);
      Atomics.store(words, base + MAILBOX.answer, reply.number);
    } catch {
      status = MAIL.failed; // Kept by the caller, who throws it once every worker has left.
    }
    // The status last: the worker, seeing it, sees the whole answer.
    Atomics.store(words, base + MAILBOX.status, status);
    Atomics.notify(words, base + MAILBOX.status);
  }
  return count;
}

interface AsyncWait {
  waitAsync(
    words: Int32Array,
    index: number,
    value: number,
    timeout: number,
  ): { async: true; value: Promise<string> } | { async: false; value: string };
}

/** `Atomics.waitAsync`: Node 20 has it, this language level's library does not name it. */
function waitAsync(
  words: Int32Array,
  index: number,
  value: number,
  timeout: number,
): ReturnType<AsyncWait['waitAsync']> {
  return (Atomics as unknown as AsyncWait).waitAsync(words, index, value, timeout);
}
