// The thread of the history index: blocks are read back, decoded and indexed here, and nowhere near execution. Questions
// come between batches.
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.js';
import { WeftError } from '../../base/errors.js';
import { StoreError } from '../errors.js';
import { systemFiles } from '../level/file-system.js';
import { type HistoryDatabase, openHistoryDatabase } from './history-database.js';
import type { HistoryAnswer, HistoryRequest, HistoryWorkerData } from './history-messages.js';

const port = parentPort;
assert(port !== null, 'the thread of the index has a parent');
const { folder, logFolder, oldest, head } = workerData as HistoryWorkerData;
/** Starts from nothing in one go: a disk that damages what is written is not written to for ever. */
const ANEW_MAX = 3;
const opening = openHistoryDatabase({ files: systemFiles, folder, logFolder }, { oldest, head });
let epoch = 0;
let target = head;
let advancing = false;

opening.then((index) => {
  tell(index);
  void advance(index);
}, fail);
port.on('message', (request: HistoryRequest) => {
  opening.then((index) => perform(index, request)).catch((error: unknown) => refuse(request, error));
});

async function perform(index: HistoryDatabase, request: HistoryRequest): Promise<void> {
  switch (request.kind) {
    case 'advance':
      target = request.to;
      return advance(index);
    case 'revert':
      target = Math.min(target, request.height);
      await index.revert(request.height);
      epoch = request.epoch;
      tell(index);
      return advance(index);
    case 'prune':
      await index.prune(request.oldest);
      return tell(index);
    case 'find': {
      const found = await index.find(request.terms, request.options);
      send({ kind: 'found', id: request.id, found });
      if (found !== undefined) return;
      tell(index);
      return advance(index);
    }
    case 'close':
      await index.close();
      port?.close();
  }
}

/** Batch after batch up to the target, which may move. */
async function advance(index: HistoryDatabase): Promise<void> {
  if (advancing) return;
  advancing = true;
  const asked = target;
  try {
    for (let anew = 0; index.covered.to < target; ) {
      const before = index.covered.to;
      await index.advance(target);
      if (index.covered.to <= before && ++anew > ANEW_MAX)
        throw new StoreError('STORE_CORRUPT_INDEX', { place: folder });
      tell(index);
    }
  } catch (error) {
    const closed = error instanceof WeftError && error.code === 'STORE_CLOSED';
    // What was asked for is no longer of the chain, perhaps: nothing is missed.
    if (!closed && target >= asked) fail(error);
  } finally {
    advancing = false;
  }
}

/** Where there is no index, everybody is told so and reads the blocks. */
function refuse(request: HistoryRequest, error: unknown): void {
  if (request.kind === 'find') send({ kind: 'found', id: request.id, found: undefined });
  if (request.kind === 'close') port?.close();
  else fail(error);
}

function tell(index: HistoryDatabase): void {
  send({ kind: 'covered', covered: index.covered, epoch });
}

function fail(error: unknown): void {
  const coded = error instanceof WeftError ? error : undefined;
  const cause = error instanceof Error ? error.message : String(error);
  send({ kind: 'failed', code: coded?.code ?? 'STORE_THREAD', context: coded?.context ?? {}, cause });
}

function send(answer: HistoryAnswer): void {
  port?.postMessage(answer);
}
