// Who runs next: in-degrees, successors and one queue in shared memory, driven by Atomics. A transaction becomes
// ready when the last one it waits for has finished; join nodes only pass that on.
import { type Arena, HEADER } from './arena.js';

/** Turns of a busy wait before a worker sleeps. */
const SPIN_TURNS = 100;

/** One worker's hold on the graph of a job. */
export class ReadyQueue {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #inDegrees: number;
  readonly #offsets: number;
  readonly #items: number;
  readonly #queue: number;
  readonly #transactions: number;
  readonly #taking: number;
  /** Nodes still to pass on, of one `finish`. */
  readonly #passing: number[] = [];
  readonly #isGivenUp: () => boolean;

  /** `isGivenUp`: somebody raised an abort; then `next` returns -1. */
  constructor(arena: Arena, isGivenUp: () => boolean) {
    const { words } = arena;
    this.#words = words;
    this.#inDegrees = words[HEADER.inDegrees]!;
    this.#offsets = words[HEADER.successorOffsets]!;
    this.#items = words[HEADER.successorItems]!;
    this.#queue = words[HEADER.queue]!;
    this.#transactions = words[HEADER.transactionCount]!;
    this.#taking = words[HEADER.taking]!;
    this.#isGivenUp = isGivenUp;
  }

  /** A ready transaction, or -1 when all are finished or the job is given up. Waits while there is none. */
  next(): number {
    const words = this.#words;
    for (let turn = 0; ; turn++) {
      // Read before looking: a push or the end after this point changes the word, so the wait returns at once.
      const seen = Atomics.load(words, HEADER.readySignal);
      if (this.#isGivenUp()) return -1;
      const taken = this.#take();
      if (taken >= 0) return taken;
      if (Atomics.load(words, HEADER.finished) === this.#taking) return -1;
      if (turn < SPIN_TURNS) continue;
      // Counted as waiting before the wait: a pusher that changes the signal first makes the wait return, one that
      // changes it later sees the count and wakes us.
      Atomics.add(words, HEADER.waiting, 1);
      Atomics.wait(words, HEADER.readySignal, seen);
      Atomics.sub(words, HEADER.waiting, 1);
      turn = 0;
    }
  }

  /**
   * Marks a transaction as finished; everything it wrote must be written. Returns one that became ready by it, for
   * the caller to run at once, or -1; others go to the queue.
   */
  finish(transaction: number): number {
    const words = this.#words;
    let own = -1;
    this.#passing.push(transaction);
    for (let node = this.#passing.pop(); node !== undefined; node = this.#passing.pop()) {
      const end = words[this.#offsets + node + 1]!;
      for (let at = words[this.#offsets + node]!; at < end; at++) {
        const next = words[this.#items + at]!;
        // The subtraction publishes what we wrote; who brings it to 0 has seen every other predecessor's.
        if (Atomics.sub(words, this.#inDegrees + next, 1) !== 1) continue;
        if (next >= this.#transactions) this.#passing.push(next);
        else if (own < 0) own = next;
        else this.#push(next);
      }
    }
    if (Atomics.add(words, HEADER.finished, 1) + 1 === this.#taking) wakeAll(words);
    return own;
  }

  #push(transaction: number): void {
    const words = this.#words;
    const place = Atomics.add(words, HEADER.queueTail, 1);
    // Stored plus one, for the place holds 0 until then; `#take` waits for it.
    Atomics.store(words, this.#queue + place, transaction + 1);
    Atomics.add(words, HEADER.readySignal, 1);
    if (Atomics.load(words, HEADER.waiting) > 0) Atomics.notify(words, HEADER.readySignal, 1);
  }

  #take(): number {
    const words = this.#words;
    for (;;) {
      const head = Atomics.load(words, HEADER.queueHead);
      if (head >= Atomics.load(words, HEADER.queueTail)) return -1;
      if (Atomics.compareExchange(words, HEADER.queueHead, head, head + 1) !== head) continue;
      // The place is ours alone. Whoever counted the tail up is between two instructions from filling it.
      for (;;) {
        const entry = Atomics.load(words, this.#queue + head);
        if (entry !== 0) return entry - 1;
        if (this.#isGivenUp()) return -1;
      }
    }
  }
}

/** Wakes every worker that waits for a transaction: the job is over or given up. */
export function wakeAll(words: Int32Array<SharedArrayBuffer>): void {
  Atomics.add(words, HEADER.readySignal, 1);
  Atomics.notify(words, HEADER.readySignal);
}
