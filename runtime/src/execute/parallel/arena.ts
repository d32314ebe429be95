// The shared arena of one job: header words, the plan's graph, records of transactions, keys and adder runs, and a
// heap. Main lays it out before the job is announced; while it runs, the plan decides who may touch which record.
//
//   words  | header | in-degrees | successors | ready queue | transactions | slots | runs | members | flags | keys |
//   words  | access table | jobs | names and codes of contracts | names of fields |
//   heap   | S0 values, then what workers write: values, outcomes, amounts                                         |

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
  /** Workers that serve the job; 0: nobody said. */
  workers: 10,
  /** Room for slots. */
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
  /**
   * The numbers of keys (`ByteTable`) before the job: number = slot. All declared keys are there; of others main may know
   * more.
   */
  keySeed: 29,
  keyCount: 30,
  keyBuckets: 31,
  keyBucketCount: 32,
  keyPlaces: 33,
  keyHeap: 34,
  keyHeapLength: 35,
  /** Where word 0 of the access table stands, and per contract and field number the byte offset of its name. */
  access: 36,
  contractNames: 37,
  /** By contract number: the byte offset of the hash of its code in S0, or NO_CODE. Of contracts that transactions call. */
  contractCodes: 38,
  fieldNames: 39,
  /** Where the table of jobs was copied to. */
  jobs: 40,
  size: 41,
} as const;

/** A transaction's record. `job`: main, before the job (`JOB` words). The others: the worker that runs it (`END` words). */
export const TRANSACTION = { job: 0, state: 1, end: 2, size: 3 } as const;
export const TRANSACTION_STATE = { waiting: 0, done: 1, violated: 2, unrun: 3 } as const;

/**
 * A key's record. Main writes it whole, before the job or before it answers who asked for it; until then it is all
 * NO_SLOT. `current…`: the transactions the plan lets write the key, one at a time; whoever the plan orders after them
 * reads. Length 0: absent.
 */
export const SLOT = { startAt: 0, startLength: 1, currentAt: 2, currentLength: 3, size: 4 } as const;
export const NO_SLOT = -1;
/** Nobody's code: the system contract. */
export const NO_CODE = -1;

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
/**
 * A member of a run, in block order: its worker writes `delta` (1: it changed the cell, 0: it did not) and `sums` (what it
 * added, then what it took, each as wide as the cell), the merger `after…`. The sums stand here and not in the heap, so that
 * whoever merges a run reads memory in order.
 */
export const MEMBER = { transaction: 0, delta: 1, afterAt: 2, afterLength: 3, sums: 4, size: 20 } as const;

/**
 * What a worker needs of a transaction: the fixed words, then as many calls as they count, each with its arguments behind it.
 * `record`: its record in the access table (types/access-table.ts).
 */
export const JOB = {
  /** Gas it may use, two words, low first. */
  gas: 0,
  record: 2,
  calls: 3,
  /** 32 bytes. */
  sender: 4,
  size: 12,
} as const;
/** `contract`: its number in the access table; `value`: 16 bytes. The arguments follow. */
export const CALL = { contract: 0, selector: 1, argsLength: 2, value: 3, size: 7 } as const;

/**
 * What a run came to, word indexes into the heap: the fixed words, then (offset, length) of each call's result, then the
 * writes that changed something.
 */
export const END = {
  status: 0,
  gas: 1,
  /** Gas given back for extra access. */
  refund: 3,
  results: 4,
  /** Encoded failure, length 0: none. */
  failureAt: 5,
  failureLength: 6,
  events: 7,
  eventsAt: 8,
  eventsLength: 9,
  writes: 10,
  size: 11,
} as const;
export const WRITE = {
  slot: 0,
  beforeAt: 1,
  beforeLength: 2,
  afterAt: 3,
  afterLength: 4,
  size: 5,
} as const;

/** Up to here a loop over bytes is faster than the engine's copy. */
const LOOP_BYTES = 96;
/** Heap bytes a thread takes at a time. */
const CHUNK_BYTES = 32 * 1024;
/** Largest arena: byte offsets stay positive 32-bit integers. */
export const ARENA_BYTES_MAX = 2 ** 31 - 2 ** 16;

/** Views over one arena's memory. */
export interface Arena {
  readonly words: Int32Array<SharedArrayBuffer>;
  /** The same words, unsigned: numbers of cells. */
  readonly numbers: Uint32Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
}

/** Views over shared memory. */
export function arenaOver(memory: SharedArrayBuffer): Arena {
  return {
    words: new Int32Array(memory),
    numbers: new Uint32Array(memory),
    bytes: new Uint8Array(memory),
  };
}

/** Words that so many bytes of arguments take. */
export function wordsOfArgs(length: number): number {
  return (length + 3) >> 2;
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

  /** Copies bytes in and returns where they stand; never 0, a multiple of 4. @throws ARENA_FULL */
  put(bytes: Uint8Array): number {
    const at = this.take(bytes.length);
    const to = this.#arena.bytes;
    if (bytes.length > LOOP_BYTES) to.set(bytes, at);
    else for (let index = 0; index < bytes.length; index++) to[at + index] = bytes[index]!;
    return at;
  }

  /** Room for so many words; the index of the first. They may hold anything. @throws ARENA_FULL */
  words(count: number): number {
    return this.take(4 * count) / 4;
  }

  /** Room for so many bytes. @throws ARENA_FULL */
  take(length: number): number {
    if (length > this.#end - this.#at) this.#chunk(length);
    const at = this.#at;
    this.#at = (at + length + 3) & ~3;
    return at;
  }

  #chunk(length: number): void {
    const { words } = this.#arena;
    const size = (Math.max(length, CHUNK_BYTES) + 3) & ~3;
    const end = Atomics.load(words, HEADER.heapEnd);
    // Checked before the add, so that many failing adds cannot carry the cursor past 2^31.
    if (Atomics.load(words, HEADER.heapCursor) > end) throw ARENA_FULL;
    const at = Atomics.add(words, HEADER.heapCursor, size);
    if (at + size > end) throw ARENA_FULL;
    this.#at = at;
    this.#end = at + size;
  }
}
