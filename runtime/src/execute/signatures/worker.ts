// A signature thread. Piscina loads this file; its one task lasts as long as the thread.
import { ed25519VerifyStrict } from '#crypto';
import { CONTROL } from '../threads/control.js';
import { serveJobs, type WorkerTask } from '../threads/worker.js';
import { checkBatch } from './batch.js';

/** Posted by main before the first job in new memory. */
export interface BatchMessage {
  readonly arena: number;
  readonly memory: SharedArrayBuffer;
}

/** Piscina's entry. */
export function work(task: WorkerTask): void {
  let current: BatchMessage = { arena: 0, memory: new SharedArrayBuffer(16) };
  serveJobs(task, (_job, main) => {
    const wanted = Atomics.load(task.words, CONTROL.arena);
    while (current.arena !== wanted) current = main.receive() as BatchMessage;
    checkBatch(current.memory, ed25519VerifyStrict);
  });
}
