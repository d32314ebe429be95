// What runs in a thread of the tree: one part of it. Batches come packed in shared memory; answers go back through the
// port, and pages and journals as shared memory, so the main thread proves and reads without asking.
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.js';
import { WeftError } from '../base/errors.js';
import { StateError } from './errors.js';
import type { ArenaPage } from './node-arena.js';
import type { PackedBatch } from './packed-batch.js';
import { PART_CONTROL, type PartAnswer, type PartRequest, type PartSetup } from './part-messages.js';
import { hashWithAll } from './shared-hashing.js';
import { BatchSorter, type SortedBatch } from './sorted-batch.js';
import { LocalPart } from './tree-part.js';

const { control, threads, part: own, partBits, waitMs, port } = workerData as PartSetup;
let pages: ArenaPage[] = [];
const sorter = new BatchSorter();
const part = new LocalPart(undefined, (page) => pages.push(page));

assert(parentPort !== null, 'a part runs in a worker');
parentPort.on('message', (request: PartRequest) => {
  switch (request.kind) {
    case 'stage':
      return answer(stage(() => ownBatch(request.batch)));
    case 'stageSorted':
      return answer(stage(() => request.batch));
    case 'used':
      return answer({ kind: 'used', used: part.used });
    case 'discard':
      part.discard();
      return answer({ kind: 'undone' });
    case 'revert':
      part.revert(request.count);
      return answer({ kind: 'undone' });
    default:
      return part[request.kind]();
  }
});

/** Helps to hash the changes, then takes those of its part. */
function ownBatch(batch: PackedBatch): SortedBatch {
  // Changes another thread has not hashed would go anywhere in the tree.
  if (!hashWithAll(control, batch, threads, waitMs))
    throw new StateError('STATE_THREAD_LOST', { place: 'hashing changes' });
  return sorter.sort(batch, own, partBits);
}

function stage(batch: () => SortedBatch): PartAnswer {
  try {
    const root = part.stage(batch());
    const { top, hash, size, journal } = root;
    return { kind: 'staged', root: { top, hash, size, journal }, pages };
  } catch (error) {
    const { code, context } =
      error instanceof WeftError ? error : { code: undefined, context: { got: String(error) } };
    return { kind: 'failed', code, context, pages };
  } finally {
    pages = [];
  }
}

/** The answer is in the port before the main thread is woken. */
function answer(message: PartAnswer): void {
  port.postMessage(message);
  Atomics.add(control, PART_CONTROL.answers + own, 1);
  Atomics.notify(control, PART_CONTROL.answers + own);
}
