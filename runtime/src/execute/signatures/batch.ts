// Transactions in shared memory: main lays them out one after the other while threads already take them by an atomic counter
// and leave a byte for each.
import type { SignaturesFound } from '../../types/authorisation.js';
import { checkWire, type Verify } from './check-wire.js';

/** Words before the items: the next one to take, how many are laid out (both by Atomics), how many there will be. */
const HEADER = { next: 0, laid: 1, count: 2, size: 4 } as const;
/** An item: where its bytes begin, and how many they are. */
const ITEM = { start: 0, length: 1, size: 2 } as const;
/** Items a thread takes at a time: few, for one takes 60 us. */
export const BATCH_CHUNK = 4;
/** Items main lays out between two words to the threads. */
const LAID = 64;
/** What the byte of an item says. */
const ANSWERS: readonly (SignaturesFound | undefined)[] = [undefined, 'sole', 'all'];

/** Bytes a batch takes. */
export function batchBytes(transactions: readonly Uint8Array[]): number {
  let bytes = 4 * HEADER.size + (4 * ITEM.size + 1) * transactions.length;
  for (const { length } of transactions) bytes += length;
  return bytes;
}

/** Begins a batch in memory of at least `batchBytes`; nobody is in the one before any more. */
export function beginBatch(memory: SharedArrayBuffer, transactions: readonly Uint8Array[]): void {
  const words = new Int32Array(memory);
  words.fill(0, 0, HEADER.size + ITEM.size * transactions.length);
  words[HEADER.count] = transactions.length;
}

/** Lays a batch out that was begun. Threads that wait for an item get it; after this all of them have theirs. */
export function layBatch(memory: SharedArrayBuffer, transactions: readonly Uint8Array[]): void {
  const words = new Int32Array(memory);
  const bytes = new Uint8Array(memory);
  let at = answersAt(transactions.length) + transactions.length;
  bytes.fill(0, answersAt(transactions.length), at);
  for (const [index, transaction] of transactions.entries()) {
    const word = HEADER.size + ITEM.size * index;
    bytes.set(transaction, at);
    words[word + ITEM.start] = at;
    words[word + ITEM.length] = transaction.length;
    at += transaction.length;
    // What was written comes before the store, and a thread reads items only after it has seen it.
    if ((index + 1) % LAID === 0) tell(words, index + 1);
  }
  tell(words, transactions.length);
}

function tell(words: Int32Array, laid: number): void {
  Atomics.store(words, HEADER.laid, laid);
  Atomics.notify(words, HEADER.laid);
}

function answersAt(count: number): number {
  return 4 * (HEADER.size + ITEM.size * count);
}

/** A thread's part: takes items until none is left. */
export function checkBatch(memory: SharedArrayBuffer, verify: Verify): void {
  const words = new Int32Array(memory);
  const bytes = new Uint8Array(memory);
  const count = words[HEADER.count]!;
  for (;;) {
    const first = Atomics.add(words, HEADER.next, BATCH_CHUNK);
    if (first >= count) return;
    const end = Math.min(first + BATCH_CHUNK, count);
    for (let laid = Atomics.load(words, HEADER.laid); laid < end; laid = Atomics.load(words, HEADER.laid))
      Atomics.wait(words, HEADER.laid, laid);
    for (let index = first; index < end; index++) {
      const word = HEADER.size + ITEM.size * index;
      const start = words[word + ITEM.start]!;
      // A copy: the library takes memory of its own thread only.
      const transaction = bytes.slice(start, start + words[word + ITEM.length]!);
      bytes[answersAt(count) + index] = ANSWERS.indexOf(checkWire(transaction, verify));
    }
  }
}

/** The answers, once every thread has left. */
export function readAnswers(memory: SharedArrayBuffer, count: number): (SignaturesFound | undefined)[] {
  return Array.from(new Uint8Array(memory, answersAt(count), count), (answer) => ANSWERS[answer]);
}
