// Views have a thread of their own, so that a question never waits for a block nor a block for a question.
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

/** The worker file of the oracle and of views. */
export const ORACLE_FILE = new URL('./worker.js', import.meta.url);

/** One after the other, in order of arrival. */
export class ViewLane {
  readonly #lane = new Lane(ORACLE_FILE, 1);
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

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
    const turn = this.#last.then(() => this.#lane.run((crew) => runOracleJob(crew, job, request, read)));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting--;
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
