// The tree over several threads: part 0 in this one, each other part in a worker of its own. A batch is packed into
// shared memory, its changes are hashed by all threads together, then each updates its part; this thread waits.
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { assert } from '../base/assert.js';
import type { WeftError } from '../base/errors.js';
import { KEY_WORDS } from './bits.js';
import { StateError } from './errors.js';
import { NodePages } from './node-arena.js';
import { BatchPacker, type PackedBatch, type TreeChange } from './packed-batch.js';
import {
  PART_CONTROL,
  PART_WAIT_MS,
  type PartAnswer,
  type PartRequest,
  type PartSetup,
} from './part-messages.js';
import { beginHashing, hashWithAll, packForAll } from './shared-hashing.js';
import { BatchSorter, type SortedBatch } from './sorted-batch.js';
import { LocalPart, type PartGroup, type PartRoot, type TreePart } from './tree-part.js';

/** A group whose threads have to be ended. */
export interface ThreadGroup extends PartGroup {
  close(): Promise<void>;
  /** Ends the thread of a part (from 1 on) at once, as a crash would; for tests of what follows. */
  kill(part: number): Promise<void>;
}

/** So many threads, this one included: 2, 4 or 8. `waitMs`: after so long without a word a thread counts as lost. */
export function createThreadGroup(threads: number, waitMs: number = PART_WAIT_MS): ThreadGroup {
  assert([2, 4, 8].includes(threads), 'a tree is cut into 2, 4 or 8 parts');
  const partBits = Math.log2(threads);
  const control = new Int32Array(new SharedArrayBuffer(4 * PART_CONTROL.words));
  const first = new LocalPart();
  const others: RemotePart[] = [];
  for (let part = 1; part < threads; part++)
    others.push(new RemotePart({ control, threads, part, partBits, waitMs }));
  const packer = new BatchPacker();
  const sorter = new BatchSorter();
  const stage = (changes: readonly TreeChange[]): readonly PartRoot[] => {
    const packed = packer.begin(changes);
    beginHashing(control);
    for (const part of others) part.begin(packed);
    packForAll(control, packer, changes.length);
    if (!hashWithAll(control, packed, threads, waitMs))
      throw new StateError('STATE_THREAD_LOST', { place: 'hashing changes' });
    return finishAll(first, others, () => first.stage(sorter.sort(packed, 0, partBits)));
  };
  const stageSorted = (batch: SortedBatch): readonly PartRoot[] => {
    let from = 0;
    const cut = [first, ...others].map((part, index) => {
      const to = index === others.length ? batch.count : endOfPart(batch, from, index, partBits);
      const own = sliceBatch(batch, from, to);
      from = to;
      if (part !== first) (part as RemotePart).beginSorted(own);
      return own;
    });
    return finishAll(first, others, () => first.stage(cut[0]!));
  };
  let lost: StateError | undefined;
  // A lost thread may only be late, and its answer would be taken for that to a later question: none is asked any more.
  const untilLost =
    <T>(run: (batch: T) => readonly PartRoot[]): typeof run =>
    (batch) => {
      if (lost !== undefined) throw lost;
      try {
        return run(batch);
      } catch (error) {
        if (error instanceof StateError && error.code === 'STATE_THREAD_LOST') lost = error;
        throw error;
      }
    };
  return {
    parts: [first, ...others],
    stage: untilLost(stage),
    stageSorted: untilLost(stageSorted),
    async close() {
      await Promise.all(others.map((part) => part.close()));
    },
    kill: (part) => others[part - 1]!.kill(),
  };
}

/** Every part stages, or none keeps what it staged. */
function finishAll(
  first: LocalPart,
  others: readonly RemotePart[],
  stageFirst: () => PartRoot,
): readonly PartRoot[] {
  const roots: PartRoot[] = [];
  let failure: unknown;
  const stage = (part: TreePart, run: () => PartRoot): (() => void) | undefined => {
    try {
      roots.push(run());
      return () => part.discard();
    } catch (error) {
      failure ??= error;
      return undefined;
    }
  };
  const undo = [stage(first, stageFirst)];
  for (const part of others) undo.push(stage(part, () => part.finish()));
  if (failure === undefined) return roots;
  for (const discard of undo) discard?.();
  throw failure;
}

/** A part in a worker. */
class RemotePart implements TreePart {
  readonly pages = new NodePages();
  readonly #part: number;
  readonly #control: Int32Array;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #waitMs: number;
  #answers = 0;

  constructor(own: Omit<PartSetup, 'port'>) {
    const { port1, port2 } = new MessageChannel();
    const setup: PartSetup = { ...own, port: port2 };
    this.#part = own.part;
    this.#control = own.control;
    this.#waitMs = own.waitMs;
    this.#port = port1;
    this.#worker = new Worker(new URL('./part-thread.js', import.meta.url), {
      workerData: setup,
      transferList: [port2],
    });
    this.#worker.unref();
    this.#port.unref();
    // A thread that died answers nothing: the wait for it ends with STATE_THREAD_LOST.
    this.#worker.on('error', () => undefined);
  }

  get used(): { readonly inner: number; readonly leaves: number } {
    this.#send({ kind: 'used' });
    const answer = this.#receive();
    assert(answer.kind === 'used', 'a part answers what it is asked');
    return answer.used;
  }

  begin(batch: PackedBatch): void {
    this.#send({ kind: 'stage', batch });
  }

  beginSorted(batch: SortedBatch): void {
    this.#send({ kind: 'stageSorted', batch });
  }

  finish(): PartRoot {
    const answer = this.#receive();
    assert(answer.kind === 'staged' || answer.kind === 'failed', 'a part answers what it is asked');
    for (const page of answer.pages) this.pages.adopt(page);
    if (answer.kind === 'staged') return answer.root;
    throw failureOf(answer.code, answer.context);
  }

  // Commits and drops change no page: nobody waits for them. What changes pages back is waited for.
  commit(): void {
    this.#send({ kind: 'commit' });
  }

  discard(): void {
    this.#send({ kind: 'discard' });
    this.#receive();
  }

  dropOldest(): void {
    this.#send({ kind: 'dropOldest' });
  }

  revert(count: number): void {
    this.#send({ kind: 'revert', count });
    this.#receive();
  }

  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  async close(): Promise<void> {
    this.#port.close();
    await this.#worker.terminate();
  }

  #send(request: PartRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(): PartAnswer {
    const word = PART_CONTROL.answers + this.#part;
    // Again and again: the call that wakes may be the late one of an answer taken without waiting.
    while (Atomics.load(this.#control, word) === this.#answers) {
      if (Atomics.wait(this.#control, word, this.#answers, this.#waitMs) === 'timed-out')
        throw new StateError('STATE_THREAD_LOST', { place: `part ${this.#part}` });
    }
    this.#answers++;
    const received = receiveMessageOnPort(this.#port) as { readonly message: PartAnswer } | undefined;
    assert(received !== undefined, 'an answer is in the port before it is counted');
    return received.message;
  }
}

/** First index from `from` on whose key does not belong to the part. */
function endOfPart({ count, keys }: SortedBatch, from: number, part: number, partBits: number): number {
  let to = from;
  while (to < count && keys[KEY_WORDS * to]! >>> (32 - partBits) === part) to++;
  return to;
}

function sliceBatch({ keys, values, hashes }: SortedBatch, from: number, to: number): SortedBatch {
  const [first, last] = [KEY_WORDS * from, KEY_WORDS * to];
  return {
    count: to - from,
    keys: keys.slice(first, last),
    values: { ...values, places: values.places.slice(from, to), lengths: values.lengths.slice(from, to) },
    hashes: hashes.slice(first, last),
  };
}

function failureOf(code: string | undefined, context: WeftError['context']): StateError {
  if (code === 'STATE_DUPLICATE_KEY' || code === 'STATE_EMPTY_VALUE') return new StateError(code, context);
  return new StateError('STATE_THREAD_LOST', context);
}
