// When and where each transaction of the ordered part ran, where somebody asked: a worker keeps its own list and posts it
// when the job is done. Nothing is kept, and nothing posted, for other blocks.
import type { PlacedRun } from '../../types/outcome.js';
import type { Crew } from '../threads/crew.js';
import type { MainThread } from '../threads/worker.js';

/** Numbers a run takes in a worker's list: transaction, start, end. */
const RUN_NUMBERS = 3;

interface TimesMessage {
  readonly times: readonly number[];
}

/** Microseconds on a clock all threads share; each thread's `performance` counts from a start of its own. */
const sharedNow = (): number => Number(process.hrtime.bigint()) / 1000;

/** A worker's own list. */
export class RunTimes {
  readonly #numbers: number[] = [];

  /** `take`, timed. */
  around(take: (transaction: number) => void): (transaction: number) => void {
    return (transaction) => {
      const start = sharedNow();
      take(transaction);
      this.#numbers.push(transaction, start, sharedNow());
    };
  }

  post(main: MainThread): void {
    main.post({ times: this.#numbers } satisfies TimesMessage);
  }
}

/** Takes the lists workers posted, if any: runs by transaction, microseconds since the first of them began. */
export function receiveRunTimes(crew: Crew): PlacedRun[] {
  const runs: PlacedRun[] = [];
  for (let worker = 0; worker < crew.workers; worker++) {
    for (let message = crew.receive(worker); message !== undefined; message = crew.receive(worker)) {
      const { times } = message as TimesMessage;
      for (let at = 0; at < times.length; at += RUN_NUMBERS) {
        const [transaction = 0, start = 0, end = 0] = times.slice(at, at + RUN_NUMBERS);
        runs.push({ transaction, worker, startUs: start, endUs: end });
      }
    }
  }
  const first = runs.reduce((least, { startUs }) => Math.min(least, startUs), Number.POSITIVE_INFINITY);
  return runs
    .map((run) => ({ ...run, startUs: run.startUs - first, endUs: run.endUs - first }))
    .sort((a, b) => a.transaction - b.transaction);
}
