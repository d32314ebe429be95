// A thread of the parallel executor. Piscina loads this file; its one task lasts as long as the thread and takes its
// work from shared memory.
import { keyText, type StateKey } from '../../types/key.js';
import type { CompiledCode } from '../../vm/compiled-code.js';
import { HOST_IMPORTS } from '../../vm/host-functions.js';
import { InstancePool } from '../../vm/instance-pool.js';
import { BlockState } from '../phases/state.js';
import { ABORT, CONTROL, raiseAbort } from '../threads/control.js';
import { askValue, JOB, REQUEST } from '../threads/requests.js';
import { GIVEN_UP, type MainThread, serveJobs, type WorkerTask } from '../threads/worker.js';
import { ARENA_FULL, type Arena, arenaOver } from './arena.js';
import { readSeenBlock } from './block-context.js';
import { Kernel, wakeAll } from './kernel.js';
import { OrderedWorker } from './ordered-worker.js';
import { RunTimes } from './run-times.js';
import { runSerialJob } from './serial-job.js';
import { codeView } from './worker-codes.js';

/** Posted by main before the first job in a new arena. */
export interface ArenaMessage {
  readonly arena: number;
  readonly memory: SharedArrayBuffer;
}

/** What this thread keeps between jobs. */
interface Thread {
  readonly pool: InstancePool;
  readonly modules: Map<string, CompiledCode>;
  /**
   * Of the last ordered job. The engine forgets how objects of a class are laid out, and throws away all code compiled for
   * that, when a full collection finds none of them alive: between two blocks there must be one.
   */
  ordered: OrderedWorker | undefined;
}

/** Piscina's entry. */
export function work(task: WorkerTask): void {
  const { words } = task;
  const thread: Thread = { pool: new InstancePool(HOST_IMPORTS), modules: new Map(), ordered: undefined };
  let current = 0;
  let arena: Arena = arenaOver(new SharedArrayBuffer(0));
  serveJobs(task, (job, main) => {
    const wanted = Atomics.load(words, CONTROL.arena);
    while (current !== wanted) {
      const message = main.receive() as ArenaMessage;
      current = message.arena;
      arena = arenaOver(message.memory);
    }
    try {
      runJob(job, arena, main, thread);
    } catch (error) {
      if (error === ARENA_FULL) raiseAbort(words, ABORT.arenaFull);
      else if (error !== GIVEN_UP) raiseAbort(words, ABORT.fault);
      // Those who wait for a transaction see the abort when they wake.
      wakeAll(arena.words);
      throw error === ARENA_FULL ? GIVEN_UP : error;
    }
  });
}

function runJob(job: number, arena: Arena, main: MainThread, thread: Thread): void {
  const { words, index } = main.task;
  if (job === JOB.serial && index !== 0) return;
  const seen = readSeenBlock(arena);
  const environment = { ...seen, codes: codeView(main, thread.modules), pool: thread.pool };
  if (job === JOB.ordered) {
    const kernel = new Kernel(arena, () => Atomics.load(words, CONTROL.abort) !== ABORT.none);
    const worker = new OrderedWorker(arena, main, environment, kernel);
    thread.ordered = worker;
    const take = (transaction: number): void => worker.take(transaction);
    const times = seen.timed ? new RunTimes() : undefined;
    kernel.serve(times === undefined ? take : times.around(take));
    times?.post(main);
    return;
  }
  const state = new BlockState((key) => askValue(main, REQUEST.current, key));
  const past = new Map<string, Uint8Array | undefined>();
  const view = {
    read: (key: StateKey) => state.current(key),
    past: (key: StateKey) => {
      const text = keyText(key);
      if (!past.has(text)) past.set(text, askValue(main, REQUEST.past, key));
      return past.get(text);
    },
  };
  runSerialJob(arena, state, { ...environment, state: view });
}
