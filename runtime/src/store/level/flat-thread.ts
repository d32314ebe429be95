// Flat storage in a thread of its own, from the main thread's side.
import { Worker } from 'node:worker_threads';
import type { StateEntry } from '../../ports/store.js';
import { StoreError } from '../errors.js';
import { packEntries, unpackEntries } from './entry-codec.js';
import type { FlatAnswer, FlatCall, FlatWorkerData } from './flat-messages.js';
import type { FlatStorage } from './flat-storage.js';
import type { Location } from './rows.js';

/** Starts the thread and waits for its database. @throws STORE_* */
export async function openFlatThread(data: FlatWorkerData): Promise<FlatStorage> {
  const storage = new FlatThread(data);
  try {
    await storage.open();
    return storage;
  } catch (error) {
    await storage.close();
    throw error;
  }
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

class FlatThread implements FlatStorage {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #ended: StoreError | undefined;

  constructor(data: FlatWorkerData) {
    this.#worker = new Worker(new URL('./flat-worker.js', import.meta.url), { workerData: data });
    this.#worker.on('message', (answer: FlatAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) =>
      this.#end(new StoreError('STORE_THREAD', { place: data.folder }, error)),
    );
    this.#worker.on('exit', () => this.#end(new StoreError('STORE_CLOSED', { place: data.folder })));
  }

  async open(): Promise<void> {
    await this.#ask({ kind: 'open' });
  }

  async flushed(): Promise<number> {
    return (await this.#ask({ kind: 'flushed' })) as number;
  }

  async fill(entries: readonly StateEntry[], first: boolean): Promise<void> {
    const packed = packEntries(entries);
    await this.#ask({ kind: 'fill', entries: packed, first }, [packed.buffer as ArrayBuffer]);
  }

  async filled(height: number): Promise<void> {
    await this.#ask({ kind: 'filled', height });
  }

  async flush(height: number): Promise<void> {
    await this.#ask({ kind: 'flush', height });
  }

  async takeBack(height: number): Promise<void> {
    await this.#ask({ kind: 'takeBack', height });
  }

  async forget(from: number, to: number): Promise<void> {
    await this.#ask({ kind: 'forget', from, to });
  }

  async locate(transaction: Uint8Array): Promise<Location | undefined> {
    return (await this.#ask({ kind: 'locate', transaction })) as Location | undefined;
  }

  async *entries(): AsyncIterable<StateEntry> {
    const iteration = this.#next;
    let chunk = (await this.#ask({ kind: 'iterate' })) as Uint8Array | undefined;
    try {
      while (chunk !== undefined) {
        const following = this.#ask({ kind: 'next', iteration });
        following.catch(() => undefined);
        yield* unpackEntries(chunk);
        chunk = (await following) as Uint8Array | undefined;
      }
    } finally {
      if (this.#ended === undefined) await this.#ask({ kind: 'end', iteration });
    }
  }

  async reread(): Promise<void> {
    await this.#ask({ kind: 'reread' });
  }

  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    await this.#ask({ kind: 'close' });
    await exited;
  }

  #ask(call: FlatCall, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...call, id }, transfer);
    });
  }

  #settle({ id, result, error }: FlatAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(rebuild(error));
  }

  #end(error: StoreError): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

function rebuild({ code, context, cause }: NonNullable<FlatAnswer['error']>): StoreError {
  const reason = cause === undefined ? undefined : new Error(cause);
  return new StoreError(code as ConstructorParameters<typeof StoreError>[0], context, reason);
}
