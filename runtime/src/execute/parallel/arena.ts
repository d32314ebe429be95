// The shared arena of one job: header words, the plan's graph, records of transactions, keys and adder runs, and a
// heap. Main lays it out before the job is announced; while it runs, the plan decides who may touch which record.
//
//   words  | header | in-degrees | successors | ready queue | transactions | slots | runs | members | flags |
//   heap   | jobs, keys, S0 values, then what workers write: values, outcomes, amounts                       |

/** Words of the header. Offsets are word indexes; heap positions are byte offsets. */
export const HEADER = {
  /** Transactions that take part, and how many of them are finished (Atomics). */
  taking: 0,
  finished: 1,
  /** Ready queue: next place to take and next to fill (Atomics; each transaction passes through it once at most). */
  queueHead: 2,
  queueTail: 3,
  /** Changes with every push and at the end; idle workers wait on it (Atomics). */
  readySignal: 4,
  /** Workers waiting or about to (Atomics): whoever pushes wakes one only if there is one. */
  waiting: 5,
  /** First free heap byte (Atomics): threads take chunks. */
  heapCursor: 6,
  heapEnd: 7,
  transactionCount: 8,
  nodeCount: 9,
  /** Main only: slots used so far, and room for them. */
  slotCount: 10,
  slotRoom: 11,
  inDegrees: 12,
  successorOffsets: 13,
  successorItems: 14,
  queue: 15,
  transactions: 16,
  slots: 17,
  runs: 18,
  members: 19,
  flags: 20,
  checkOffsets: 21,
  checkItems: 22,
  raiseOffsets: 23,
  raiseItems: 24,
  /** Where the block's common data (height, time, …) stands in the heap. */
  contextAt: 25,
  contextLength: 26,
  /** Input and output of a serial job in the heap. */
  serialAt: 27,
  serialLength: 28,
  size: 32,
} as const;

/** A transaction's record. `job…`: main, before the job. The others: the worker that runs it; main after the job. */
export const TRANSACTION = { jobAt: 0, jobLength: 1, state: 2, outAt: 3, outLength: 4, size: 5 } as const;
export const TRANSACTION_STATE = { waiting: 0, done: 1, violated: 2, unrun: 3 } as const;

/**
 * A key's record. Main writes it whole, before the job or before it answers who asked for it. `current…`: the
 * transactions the plan lets write the key, one at a time; whoever the plan orders after them reads. Length 0: absent.
 */
export const SLOT = {
  keyAt: 0,
  keyLength: 1,
  startAt: 2,
  startLength: 3,
  currentAt: 4,
  currentLength: 5,
  size: 6,
} as const;

/** An adder run. `remaining` (Atomics) counts members that have not left; the last one writes `before…` and merges. */
export const RUN = {
  slot: 0,
  firstMember: 1,
  members: 2,
  remaining: 3,
  beforeAt: 4,
  beforeLength: 5,
  size: 6,
} as const;
/** A member of a run, in block order: its worker writes `deltaAt` (0: nothing added), the merger `after…`. */
export const MEMBER = { transaction: 0, deltaAt: 1, afterAt: 2, afterLength: 3, size: 4 } as const;

/** Heap bytes a thread takes at a time. */
const CHUNK_BYTES = 32 * 1024;
/** Largest arena: byte offsets stay positive 32-bit integers. */
export const ARENA_BYTES_MAX = 2 ** 31 - 2 ** 16;

/** Views over one arena's memory. */
export interface Arena {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
}

/** Views over shared memory. */
export function arenaOver(memory: SharedArrayBuffer): Arena {
  return { words: new Int32Array(memory), bytes: new Uint8Array(memory) };
}

/** Word index of a record: table `header`, record `index` of `size` words. */
export function recordAt(arena: Arena, header: number, index: number, size: number): number {
  return arena.words[header]! + index * size;
}

/** A copy of heap bytes, outside shared memory; undefined for length 0. */
export function heapCopy(arena: Arena, at: number, length: number): Uint8Array | undefined {
  return length === 0 ? undefined : arena.bytes.slice(at, at + length);
}

/** Thrown by `Heap.put` when the arena is used up; the block runs again in a larger one. */
export const ARENA_FULL: unique symbol = Symbol('arena full');

/** A thread's way of writing to the heap: chunks taken by an atomic add are its own. */
export class Heap {
  #at = 0;
  #end = 0;
  readonly #arena: Arena;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** Copies bytes in and returns where they stand; never 0. @throws ARENA_FULL */
  put(bytes: Uint8Array): number {
    if (bytes.length > this.#end - this.#at) this.#take(bytes.length);
    const at = this.#at;
    this.#arena.bytes.set(bytes, at);
    this.#at += bytes.length;
    return at;
  }

  #take(length: number): void {
    const { words } = this.#arena;
    const size = Math.max(length, CHUNK_BYTES);
    const end = Atomics.load(words, HEADER.heapEnd);
    // Checked before the add, so that many failing adds cannot carry the cursor past 2^31.
    if (Atomics.load(words, HEADER.heapCursor) > end) throw ARENA_FULL;
    const at = Atomics.add(words, HEADER.heapCursor, size);
    if (at + size > end) throw ARENA_FULL;
    this.#at = at;
    this.#end = at + size;
  }
}
