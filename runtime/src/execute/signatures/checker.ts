// Signatures of many transactions on threads of their own, beside the main thread and beside those that run contracts:
// the checks of the next block overlap with the execution of this one.
import { ed25519VerifyStrict } from '#crypto';
import type { SignatureChecker } from '../../ports/signatures.js';
import type { Crew } from '../threads/crew.js';
import { expectDone, Lane } from '../threads/lane.js';
import { JOB } from '../threads/requests.js';
import { BATCH_CHUNK, batchBytes, beginBatch, layBatch, readAnswers } from './batch.js';
import { checkWire } from './check-wire.js';
import type { BatchMessage } from './worker.js';

const WORKER_FILE = new URL('./worker.js', import.meta.url);
/** Fewer transactions are checked where they are: waking threads takes as long. */
const BATCH_MIN = 4;
const MEMORY_STEP = 1024 * 1024;

/** A crew's: the last one, and how many workers have been sent it. */
interface Memory {
  readonly message: BatchMessage;
  sent: number;
}

/** A checker, and for tests of lost threads a way to end one. */
export interface ThreadedChecker extends SignatureChecker {
  kill(worker: number): Promise<void>;
}

/** Threads start with the first batch; `close` it to end them. */
export function createSignatureChecker({ workers }: { readonly workers: number }): ThreadedChecker {
  const lane = new Lane(WORKER_FILE, workers);
  const memories = new WeakMap<Crew, Memory>();
  const memoryOf = (crew: Crew, bytes: number, width: number): BatchMessage => {
    let memory = memories.get(crew);
    if (memory === undefined || memory.message.memory.byteLength < bytes) {
      const size = Math.ceil(bytes / MEMORY_STEP) * MEMORY_STEP;
      const arena = (memory?.message.arena ?? 0) + 1;
      memory = { message: { arena, memory: new SharedArrayBuffer(size) }, sent: 0 };
      memories.set(crew, memory);
    }
    for (; memory.sent < width; memory.sent++) crew.post(memory.sent, memory.message);
    return memory.message;
  };
  const verify = (transactions: readonly Uint8Array[]): ReturnType<SignatureChecker['check']> =>
    lane.run(async (crew) => {
      const width = Math.min(crew.workers, Math.ceil(transactions.length / BATCH_CHUNK));
      const { arena, memory } = memoryOf(crew, batchBytes(transactions), width);
      beginBatch(memory, transactions);
      const ended = crew.run(JOB.signatures, arena, () => ({ number: 0 }), width);
      layBatch(memory, transactions);
      expectDone(await ended);
      return readAnswers(memory, transactions.length);
    });
  let last: Promise<unknown> = Promise.resolve();
  return {
    async check(transactions) {
      if (transactions.length < BATCH_MIN)
        return transactions.map((bytes) => checkWire(bytes, ed25519VerifyStrict));
      // One batch at a time, in the order asked.
      const turn = last.then(() => verify(transactions));
      last = turn.catch(() => undefined);
      return turn;
    },
    kill: (worker) => lane.kill(worker),
    async close() {
      await last;
      await lane.close();
    },
  };
}
