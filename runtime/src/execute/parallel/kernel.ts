// Who runs next: in-degrees, successors, one queue, adder runs and same-sender flags in shared memory, driven by
// atomic operations. A transaction becomes ready when the last one it waits for has finished; join nodes only pass
// that on. The operations come through a parameter, so that tests can put any interleaving between them.
import { type Arena, HEADER, RUN, recordAt } from './arena.js';

/** What the kernel does to shared words: `Atomics`, or a scheduler's own. */
export type AtomicOperations = Pick<
  typeof Atomics,
  'load' | 'store' | 'add' | 'sub' | 'compareExchange' | 'wait' | 'notify'
>;

/** Turns of a busy wait before a worker sleeps. */
const SPIN_TURNS = 100;
/** Most transactions a worker takes at once, and into how many parts for each worker it thinks what is ready divided. */
const CLAIM_MAX = 8;
const CLAIM_PARTS = 4;

/** One worker's hold on the graph of a job. */
export class Kernel {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #inDegrees: number;
  readonly #offsets: number;
  readonly #items: number;
  readonly #queue: number;
  readonly #transactions: number;
  readonly #taking: number;
  /** What is ready is divided by this for one worker to take. */
  readonly #shares: number;
  /** Nodes still to pass on, of one `finish`. */
  readonly #passing: number[] = [];
  /** Places of the queue that are ours alone: from here to `#claimEnd`. */
  #claim = 0;
  #claimEnd = 0;
  /** Transactions finished that nobody else has counted yet. */
  #uncounted = 0;

  /** `isGivenUp`: somebody raised an abort; then `serve` returns without running more. */
  constructor(
    private readonly arena: Arena,
    private readonly isGivenUp: () => boolean,
    private readonly atomics: AtomicOperations = Atomics,
    private readonly spinTurns: number = SPIN_TURNS,
    claimParts: number = CLAIM_PARTS,
  ) {
    const { words } = arena;
    this.#words = words;
    this.#inDegrees = words[HEADER.inDegrees]!;
    this.#offsets = words[HEADER.successorOffsets]!;
    this.#items = words[HEADER.successorItems]!;
    this.#queue = words[HEADER.queue]!;
    this.#transactions = words[HEADER.transactionCount]!;
    this.#taking = words[HEADER.taking]!;
    this.#shares = Math.max(1, claimParts * words[HEADER.workers]!);
  }

  /**
   * Runs ready transactions until every one of the job is finished or the job is given up. What `run` has written
   * when it returns is seen by every transaction the plan orders after this one.
   */
  serve(run: (transaction: number) => void): void {
    while (this.#claimReady()) {
      for (let transaction = this.#next(); transaction >= 0; ) {
        run(transaction);
        transaction = this.#finish(transaction);
        if (this.isGivenUp()) return;
        if (transaction < 0) transaction = this.#next();
      }
    }
  }

  /** Leaves an adder run. True for the last member to leave: it sees what every member stored before. */
  leave(run: number): boolean {
    const at = recordAt(this.arena, HEADER.runs, run, RUN.size);
    return this.atomics.sub(this.#words, at + RUN.remaining, 1) === 1;
  }

  /** An earlier transaction of the sender that this one conflicts with is in the tail. It has finished: plan's order. */
  isFlagged(transaction: number): boolean {
    const words = this.#words;
    const items = words[HEADER.checkItems]!;
    const end = words[words[HEADER.checkOffsets]! + transaction + 1]!;
    for (let at = words[words[HEADER.checkOffsets]! + transaction]!; at < end; at++) {
      if (this.atomics.load(words, words[HEADER.flags]! + words[items + at]!) !== 0) return true;
    }
    return false;
  }

  /** Tells later transactions of the sender that this one joins the tail; before it finishes. */
  flag(transaction: number): void {
    const words = this.#words;
    const items = words[HEADER.raiseItems]!;
    const end = words[words[HEADER.raiseOffsets]! + transaction + 1]!;
    for (let at = words[words[HEADER.raiseOffsets]! + transaction]!; at < end; at++) {
      this.atomics.store(words, words[HEADER.flags]! + words[items + at]!, 1);
    }
  }

  /** Takes places of the queue. Waits while there are none; false when all are finished or the job is given up. */
  #claimReady(): boolean {
    const words = this.#words;
    this.#count();
    for (let turn = 0; ; turn++) {
      // Read before looking: a push or the end after this point changes the word, so the wait returns at once.
      const seen = this.atomics.load(words, HEADER.readySignal);
      if (this.isGivenUp()) return false;
      if (this.#take()) return true;
      if (this.atomics.load(words, HEADER.finished) === this.#taking) return false;
      if (turn < this.spinTurns) continue;
      // Counted as waiting before the wait: a pusher that changes the signal first makes the wait return, one that
      // changes it later sees the count and wakes us.
      this.atomics.add(words, HEADER.waiting, 1);
      this.atomics.wait(words, HEADER.readySignal, seen);
      this.atomics.sub(words, HEADER.waiting, 1);
      turn = 0;
    }
  }

  /** The transaction at the next of our places, or -1 when there is none or the job is given up. */
  #next(): number {
    if (this.#claim === this.#claimEnd) return -1;
    const place = this.#queue + this.#claim++;
    // Whoever counted the tail up is between two instructions from filling the place.
    for (;;) {
      const entry = this.atomics.load(this.#words, place);
      if (entry !== 0) return entry - 1;
      if (this.isGivenUp()) return -1;
    }
  }

  /**
   * Passes on that a transaction has finished. Returns one that became ready by it, to be run at once, or -1; others are
   * queued, and all of them while places of ours wait: a long chain must not keep those from somebody idle.
   */
  #finish(transaction: number): number {
    const words = this.#words;
    let own = -1;
    this.#passing.push(transaction);
    for (let node = this.#passing.pop(); node !== undefined; node = this.#passing.pop()) {
      const end = words[this.#offsets + node + 1]!;
      for (let at = words[this.#offsets + node]!; at < end; at++) {
        const next = words[this.#items + at]!;
        // The subtraction publishes what we wrote; who brings it to 0 has seen every other predecessor's.
        if (this.atomics.sub(words, this.#inDegrees + next, 1) !== 1) continue;
        if (next >= this.#transactions) this.#passing.push(next);
        else if (own < 0 && this.#claim === this.#claimEnd) own = next;
        else this.#push(next);
      }
    }
    this.#uncounted++;
    return own;
  }

  /** Says how many we have finished, before we look for more: until then there was no need for anybody to know. */
  #count(): void {
    const count = this.#uncounted;
    if (count === 0) return;
    this.#uncounted = 0;
    const before = this.atomics.add(this.#words, HEADER.finished, count);
    if (before + count === this.#taking) wakeAll(this.#words, this.atomics);
  }

  #push(transaction: number): void {
    const words = this.#words;
    const place = this.atomics.add(words, HEADER.queueTail, 1);
    // Stored plus one, for the place holds 0 until then; `#next` waits for it.
    this.atomics.store(words, this.#queue + place, transaction + 1);
    this.atomics.add(words, HEADER.readySignal, 1);
    if (this.atomics.load(words, HEADER.waiting) > 0) this.atomics.notify(words, HEADER.readySignal, 1);
  }

  /** Makes places of the queue ours, a share of those that are counted: so many touch the shared words once. */
  #take(): boolean {
    const words = this.#words;
    for (;;) {
      const head = this.atomics.load(words, HEADER.queueHead);
      const ready = this.atomics.load(words, HEADER.queueTail) - head;
      if (ready <= 0) return false;
      const count = Math.min(CLAIM_MAX, Math.max(1, Math.floor(ready / this.#shares)));
      if (this.atomics.compareExchange(words, HEADER.queueHead, head, head + count) !== head) continue;
      this.#claim = head;
      this.#claimEnd = head + count;
      return true;
    }
  }
}

/** Wakes every worker that waits for a transaction: the job is over or given up. */
export function wakeAll(words: Int32Array<SharedArrayBuffer>, atomics: AtomicOperations = Atomics): void {
  atomics.add(words, HEADER.readySignal, 1);
  atomics.notify(words, HEADER.readySignal);
}
