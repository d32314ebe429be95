// A crew that outlives its threads: what runs on it is started over when a thread is lost or the machine fails under a
// contract, and is given up with a code when that happens again. Both executors run their blocks through one.
import { explainError, WeftError } from '../../base/errors.js';
import { ExecuteError } from '../errors.js';
import { type Crew, createCrew, type JobEnd } from './crew.js';
import type { ErrorData } from './worker.js';

/** How often a block is started over for want of threads; a node fault is tried twice in all (SPEC §5). */
const LOSSES_MAX = 2;
const FAULTS_MAX = 1;
const NODE_FAULT = 'VM_NODE_FAULT';

/** Thrown inside a lane's work: start over. */
class StartOver {
  constructor(
    readonly reason: 'lost' | 'fault',
    readonly cause: unknown,
  ) {}
}

/** One piece of work at a time on a crew that is made when first needed. */
export class Lane {
  #crew: Crew | undefined;
  #busy = false;
  #closed = false;

  constructor(
    private readonly file: URL,
    readonly workers: number,
    /** Default: the crew's own. */
    private readonly silenceMs?: number,
  ) {}

  /**
   * Runs `work` from its start, again if `expectDone` says so.
   * @throws EXECUTE_CLOSED, EXECUTE_BUSY, EXECUTE_WORKER_LOST, EXECUTE_NODE_FAULT and what `work` throws
   */
  async run<T>(work: (crew: Crew) => Promise<T>): Promise<T> {
    if (this.#closed) throw new ExecuteError('EXECUTE_CLOSED');
    if (this.#busy) throw new ExecuteError('EXECUTE_BUSY');
    this.#busy = true;
    try {
      return await this.#attempts(work);
    } finally {
      this.#busy = false;
    }
  }

  /** Ends the threads. Work must have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    const crew = this.#crew;
    this.#crew = undefined;
    await crew?.close();
  }

  /** Ends one thread at once, as a crash would; for tests of what follows. */
  async kill(worker: number): Promise<void> {
    await this.#crew?.kill(worker);
  }

  async #attempts<T>(work: (crew: Crew) => Promise<T>): Promise<T> {
    const failed = { lost: 0, fault: 0 };
    for (;;) {
      this.#crew ??= createCrew(this.file, this.workers, this.silenceMs);
      try {
        return await work(this.#crew);
      } catch (error) {
        if (!(error instanceof StartOver)) throw error;
        failed[error.reason]++;
        // Also after a fault: fresh threads have fresh memory.
        const crew = this.#crew;
        this.#crew = undefined;
        await crew.close();
        if (failed.fault > FAULTS_MAX) throw new ExecuteError('EXECUTE_NODE_FAULT', {}, error.cause);
        if (failed.lost > LOSSES_MAX) throw new ExecuteError('EXECUTE_WORKER_LOST', {}, error.cause);
      }
    }
  }
}

/** True: the job is done; false: its arena was too small. Starts the work over, or throws a worker's error here. */
export function expectDone(end: JobEnd): boolean {
  if (end.kind === 'done') return true;
  if (end.kind === 'arena-full') return false;
  if (end.kind === 'lost') throw new StartOver('lost', end.cause);
  const fault = end.errors.find((error) => error.code === NODE_FAULT);
  if (fault !== undefined) throw new StartOver('fault', rebuildError(fault));
  const [first] = end.errors;
  if (first === undefined) throw new ExecuteError('EXECUTE_THREAD', { got: 'no error' });
  throw rebuildError(first);
}

function rebuildError(data: ErrorData): WeftError {
  const row = explainError(data.code);
  if (row === undefined) return new ExecuteError('EXECUTE_THREAD', { got: data.message });
  return new WeftError(data.code, data.context, row);
}
