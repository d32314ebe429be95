// Signatures of many transactions on threads of their own, beside the main thread and beside those that run contracts:
// the checks of the next block overlap with the execution of this one.
import { ed25519VerifyStrict } from '#crypto';
import type { SignatureChecker } from '../../ports/signatures.js';
import type { Crew } from '../threads/crew.js';
import { expectDone, Lane } from '../threads/lane.js';
import { JOB } from '../threads/requests.js';
import { batchBytes, itemsOf, readAnswers, type SignatureItem, writeBatch } from './batch.js';
import type { BatchMessage } from './worker.js';

const WORKER_FILE = new URL('./worker.js', import.meta.url);
/** Fewer signatures are checked where they are: waking threads takes as long. */
const BATCH_MIN = 4;
const MEMORY_STEP = 1024 * 1024;

/** A checker, and for tests of lost threads a way to end one. */
export interface ThreadedChecker extends SignatureChecker {
  kill(worker: number): Promise<void>;
}

/** Threads start with the first batch; `close` it to end them. */
export function createSignatureChecker({ workers }: { readonly workers: number }): ThreadedChecker {
  const lane = new Lane(WORKER_FILE, workers);
  const memories = new WeakMap<Crew, BatchMessage>();
  const memoryOf = (crew: Crew, bytes: number): BatchMessage => {
    const known = memories.get(crew);
    if (known !== undefined && known.memory.byteLength >= bytes) return known;
    const size = Math.ceil(bytes / MEMORY_STEP) * MEMORY_STEP;
    const message = { arena: (known?.arena ?? 0) + 1, memory: new SharedArrayBuffer(size) };
    memories.set(crew, message);
    for (let worker = 0; worker < crew.workers; worker++) crew.post(worker, message);
    return message;
  };
  const verify = (items: readonly SignatureItem[]): Promise<boolean[]> =>
    lane.run(async (crew) => {
      const { arena, memory } = memoryOf(crew, batchBytes(items));
      writeBatch(memory, items);
      expectDone(await crew.run(JOB.signatures, arena, () => ({ number: 0 })));
      return readAnswers(memory);
    });
  let last: Promise<unknown> = Promise.resolve();
  return {
    async check(transactions) {
      const lists = transactions.map(itemsOf);
      const items = lists.flat();
      if (items.length < BATCH_MIN) return lists.map((own) => own.length > 0 && own.every(holds));
      // One batch at a time, in the order asked.
      const turn = last.then(() => verify(items));
      last = turn.catch(() => undefined);
      const answers = await turn;
      let next = 0;
      return lists.map((own) => {
        const mine = answers.slice(next, next + own.length);
        next += own.length;
        return own.length > 0 && mine.every(Boolean);
      });
    },
    kill: (worker) => lane.kill(worker),
    async close() {
      await last;
      await lane.close();
    },
  };
}

function holds({ signature, message, key }: SignatureItem): boolean {
  return ed25519VerifyStrict(signature, message, key);
}
