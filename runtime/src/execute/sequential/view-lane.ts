// Views have threads of their own, so that a question never waits for a block nor a block for a question.
import type { ViewOutcome, ViewRequest } from '../../ports/execution.js';
import type { StateKey } from '../../types/key.js';
import type { BlockInput, BlockOutcome, ReadState } from '../../types/outcome.js';
import type { SimulationOutcome } from '../../types/run-notes.js';
import { ExecuteError } from '../errors.js';
import type { Crew } from '../threads/crew.js';
import { expectDone, Lane } from '../threads/lane.js';
import { JOB, valueAnswer } from '../threads/requests.js';
import type { SimulationInput } from './simulate.js';

/** Views that may wait; more are refused. */
const WAITING_MAX = 1024;

/** Milliseconds of wall time a view may take on its thread; then the thread is ended and the view refused. */
export const VIEW_MS_MAX = 5_000;

/** The worker file of the oracle and of views. */
export const ORACLE_FILE = new URL('./worker.js', import.meta.url);

/** Several threads, a view on each; those that wait go on in order of arrival. */
export class ViewLanes {
  readonly #lanes: readonly ViewLane[];

  /** `wallMs`: default `VIEW_MS_MAX`. */
  constructor(
    readonly count: number,
    wallMs: number = VIEW_MS_MAX,
  ) {
    this.#lanes = Array.from({ length: count }, () => new ViewLane(wallMs));
  }

  /** @throws EXECUTE_BUSY, EXECUTE_DEADLINE, and what `Lane.run` throws */
  run(request: ViewRequest, read: ReadState): Promise<ViewOutcome> {
    return this.#shortest().run(request, read);
  }

  /** As `run`. */
  simulate(request: SimulationInput, read: ReadState): Promise<SimulationOutcome> {
    return this.#shortest().simulate(request, read);
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  #shortest(): ViewLane {
    return this.#lanes.reduce((best, lane) => (lane.waiting < best.waiting ? lane : best));
  }
}

/** One after the other, in order of arrival. */
export class ViewLane {
  readonly #lane = new Lane(ORACLE_FILE, 1);
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Without `wallMs` a job may take as long as its gas lasts. */
  constructor(private readonly wallMs?: number) {}

  /** Jobs that wait or run. */
  get waiting(): number {
    return this.#waiting;
  }

  /** @throws EXECUTE_BUSY with too many waiting, and what `Lane.run` throws */
  async run(request: ViewRequest, read: ReadState): Promise<ViewOutcome> {
    return (await this.#take(JOB.view, request, read)) as ViewOutcome;
  }

  /** As `run`. */
  async simulate(request: SimulationInput, read: ReadState): Promise<SimulationOutcome> {
    return (await this.#take(JOB.simulate, request, read)) as SimulationOutcome;
  }

  /** A whole block, with notes. As `run`. */
  async explain(input: BlockInput, read: ReadState): Promise<BlockOutcome> {
    return (await this.#take(JOB.oracle, { ...input, notes: true }, read)) as BlockOutcome;
  }

  async #take(job: number, request: unknown, read: ReadState): Promise<unknown> {
    if (this.#waiting >= WAITING_MAX)
      throw new ExecuteError('EXECUTE_BUSY', { expected: WAITING_MAX, unit: 'views' });
    this.#waiting++;
    const turn = this.#last.then(() => this.#bounded((crew) => runOracleJob(crew, job, request, read)));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }

  /** Past its time a job's thread is ended; the lane starts over on a new one, where the job is given up. */
  async #bounded(job: (crew: Crew) => Promise<unknown>): Promise<unknown> {
    const { wallMs } = this;
    if (wallMs === undefined) return this.#lane.run(job);
    let expired = false;
    const timer = setTimeout(() => {
      expired = true;
      this.#lane.kill(0).catch(() => undefined);
    }, wallMs);
    try {
      return await this.#lane.run((crew) => {
        if (expired)
          throw new ExecuteError('EXECUTE_DEADLINE', { expected: `at most ${wallMs}`, unit: 'ms' });
        return job(crew);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** After the views that wait. */
  async close(): Promise<void> {
    await this.#last;
    await this.#lane.close();
  }
}

/** Hands a job's input to the oracle's thread, answers its reads, and returns what it posted. */
export async function runOracleJob(
  crew: Crew,
  job: number,
  input: unknown,
  read: ReadState,
): Promise<unknown> {
  crew.post(0, input);
  expectDone(await crew.run(job, 0, (_, __, request) => valueAnswer(read(request as StateKey))));
  return (crew.receive(0) as { readonly outcome: unknown }).outcome;
}
