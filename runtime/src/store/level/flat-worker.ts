// The storage thread: flat storage behind messages, so that reading records back, coalescing keys and LevelDB's batches
// cost the main thread nothing. Requests are answered in any order, each under its number.
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.js';
import { WeftError } from '../../base/errors.js';
import type { StateEntry } from '../../ports/store.js';
import { inChunks, packEntries, unpackEntries } from './entry-codec.js';
import { systemFiles } from './file-system.js';
import { openFlatDatabase } from './flat-database.js';
import type { FlatAnswer, FlatRequest, FlatWorkerData } from './flat-messages.js';
import type { FlatStorage } from './flat-storage.js';

const port = parentPort;
assert(port !== null, 'the storage thread has a parent');
const { folder, logFolder, create } = workerData as FlatWorkerData;
const opening = openFlatDatabase({ folder, logFolder, create, files: systemFiles });
opening.catch(() => undefined);
const iterations = new Map<number, AsyncIterator<StateEntry[]>>();

port.on('message', (request: FlatRequest) => {
  answer(request).then(
    (result) => reply({ id: request.id, result }),
    (error: unknown) => reply({ id: request.id, error: errorData(error) }),
  );
});

async function answer(request: FlatRequest): Promise<unknown> {
  if (request.kind === 'open') {
    await opening;
    return undefined;
  }
  if (request.kind === 'close') {
    const storage = await opening.catch(() => undefined);
    await storage?.close();
    setImmediate(() => port?.close());
    return undefined;
  }
  return perform(await opening, request);
}

async function perform(storage: FlatStorage, request: FlatRequest): Promise<unknown> {
  switch (request.kind) {
    case 'open':
    case 'close':
      return undefined;
    case 'flushed':
      return storage.flushed();
    case 'fill':
      return storage.fill([...unpackEntries(request.entries)], request.first);
    case 'filled':
      return storage.filled(request.height);
    case 'flush':
      return storage.flush(request.height);
    case 'takeBack':
      return storage.takeBack(request.height);
    case 'forget':
      return storage.forget(request.from, request.to);
    case 'locate':
      return storage.locate(request.transaction);
    case 'reread':
      return storage.reread();
    case 'iterate':
      iterations.set(request.id, inChunks(storage.entries())[Symbol.asyncIterator]());
      return next(request.id);
    case 'next':
      return next(request.iteration);
    case 'end':
      await iterations.get(request.iteration)?.return?.();
      iterations.delete(request.iteration);
      return undefined;
  }
}

/** The next chunk of an iteration, packed; undefined at its end. */
async function next(iteration: number): Promise<Uint8Array | undefined> {
  const step = await iterations.get(iteration)?.next();
  if (step !== undefined && step.done !== true) return packEntries(step.value);
  iterations.delete(iteration);
  return undefined;
}

function reply(message: FlatAnswer): void {
  const transfer = message.result instanceof Uint8Array ? [message.result.buffer as ArrayBuffer] : [];
  port?.postMessage(message, transfer);
}

function errorData(error: unknown): NonNullable<FlatAnswer['error']> {
  if (error instanceof WeftError) {
    const cause = error.cause instanceof Error ? error.cause.message : undefined;
    return { code: error.code, context: error.context, cause };
  }
  return { code: 'STORE_THREAD', context: {}, cause: error instanceof Error ? error.message : String(error) };
}
