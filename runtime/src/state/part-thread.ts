// What runs in a thread of the tree: one part of it. Batches come packed in shared memory; answers go back through the
// port, and pages and journals as shared memory, so the main thread proves and reads without asking.
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../base/assert.js';
import { WeftError } from '../base/errors.js';
import type { ArenaPage } from './node-arena.js';
import { batchOfPart, hashKeys, type PackedBatch } from './packed-batch.js';
import {
  joinBarrier,
  PART_CONTROL,
  type PartAnswer,
  type PartRequest,
  type PartSetup,
} from './part-messages.js';
import { LocalPart } from './tree-part.js';

const { control, threads, part: own, partBits, port } = workerData as PartSetup;
let pages: ArenaPage[] = [];
const part = new LocalPart(undefined, (page) => pages.push(page));

assert(parentPort !== null, 'a part runs in a worker');
parentPort.on('message', (request: PartRequest) => {
  switch (request.kind) {
    case 'stage':
      return answer(stage(request.batch, request.from, request.to));
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

function stage(batch: PackedBatch, from: number, to: number): PartAnswer {
  try {
    hashKeys(batch, from, to);
    joinBarrier(control, threads);
    const root = part.stage(batchOfPart(batch, own, partBits));
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
