// The history index in a thread of its own, from the main thread's side. It opens while the node already serves: until it
// is there, and where it fails, nothing is covered.
import { Worker } from 'node:worker_threads';
import type { BlockPlaces, FindOptions, HeightRange, HistoryIndex } from '../../ports/history-index.js';
import type { Term } from '../../types/history-terms.js';
import { StoreError } from '../errors.js';
import type { HistoryAnswer, HistoryRequest, HistoryWorkerData } from './history-messages.js';

const NOTHING: HeightRange = { from: 1, to: 0 };

/** Starts the thread. `onFailure`: indexing stopped; the next block tries again, and answers take longer meanwhile. */
export function openHistoryThread(
  data: HistoryWorkerData,
  onFailure: (error: unknown) => void = () => undefined,
): HistoryIndex {
  return new HistoryThread(data, onFailure);
}

class HistoryThread implements HistoryIndex {
  covered: HeightRange = NOTHING;
  readonly #worker: Worker;
  readonly #onFailure: (error: unknown) => void;
  readonly #finds = new Map<number, (found: readonly BlockPlaces[] | undefined) => void>();
  #next = 0;
  #epoch = 0;
  #target: number;
  #failed = false;
  #waiting: (() => void)[] = [];
  #exited: Promise<unknown> | undefined;
  #ended = false;

  constructor(data: HistoryWorkerData, onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
    this.#target = data.head;
    this.#worker = new Worker(new URL('./history-worker.js', import.meta.url), { workerData: data });
    this.#worker.on('message', (answer: HistoryAnswer) => this.#take(answer));
    this.#worker.on('error', (error) =>
      onFailure(new StoreError('STORE_THREAD', { place: data.folder }, error)),
    );
    this.#exited = new Promise((resolve) => this.#worker.once('exit', resolve)).then(() => this.#end());
  }

  catchUp(height: number): void {
    if (height > this.#target) this.advance(height);
  }

  advance(height: number): void {
    if (height <= this.#target) this.revert(height - 1);
    this.#target = height;
    this.#failed = false;
    this.#send({ kind: 'advance', to: height });
  }

  revert(height: number): void {
    if (height >= this.#target) return;
    this.#target = height;
    this.#epoch++;
    this.covered = { ...this.covered, to: Math.min(this.covered.to, height) };
    this.#send({ kind: 'revert', height, epoch: this.#epoch });
  }

  prune(oldest: number): void {
    this.#send({ kind: 'prune', oldest });
  }

  async find(terms: readonly Term[], options: FindOptions): Promise<readonly BlockPlaces[] | undefined> {
    if (this.#ended) return undefined;
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#finds.set(id, resolve);
      this.#send({ kind: 'find', id, terms, options });
    });
  }

  async settled(): Promise<void> {
    while (!this.#ended && !this.#failed && this.covered.to < this.#target)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.#send({ kind: 'close' });
    await this.#exited;
  }

  #send(request: HistoryRequest): void {
    if (!this.#ended) this.#worker.postMessage(request);
  }

  #take(answer: HistoryAnswer): void {
    if (answer.kind === 'found') {
      this.#finds.get(answer.id)?.(answer.found);
      this.#finds.delete(answer.id);
      return;
    }
    if (answer.kind === 'failed') {
      const cause = new StoreError(
        'STORE_THREAD',
        { got: answer.code, ...answer.context },
        new Error(answer.cause),
      );
      this.#failed = true;
      this.#onFailure(cause);
    } else if (answer.epoch === this.#epoch) this.covered = answer.covered;
    for (const run of this.#waiting.splice(0)) run();
  }

  #end(): void {
    this.#ended = true;
    this.covered = NOTHING;
    for (const resolve of this.#finds.values()) resolve(undefined);
    this.#finds.clear();
    for (const run of this.#waiting.splice(0)) run();
  }
}
