// Events of one transaction while it runs: their canonical bytes, one after the other, so that nothing is taken apart
// and put together again on the way to the record and the event root.
import { Reader } from '../base/codec.js';
import { copyBytes, RepeatedWords } from '../base/words.js';
import type { ContractEvent } from '../types/receipt.js';
import { readEvent } from '../types/receipt-codec.js';
import type { Instance } from './instance.js';

const FIRST_BYTES = 1024;
/** Contract, event id, the length of the data, the transaction's index with its option byte. */
const FIXED_BYTES = 32 + 8 + 4 + 5;

/** An event as the host finds it: everything checked. */
export interface EmittedEvent {
  readonly contract: Uint8Array;
  /** What the ranges below are of. */
  readonly memory: Pick<Instance, 'bytes' | 'words'>;
  /** 8 bytes. */
  readonly id: number;
  /** A Borsh list of byte strings. */
  readonly topics: number;
  readonly topicsLength: number;
  readonly data: number;
  readonly dataLength: number;
}

/** Reusable: `clear` between transactions. */
export class EventLog {
  #bytes = new Uint8Array(FIRST_BYTES);
  /** The same room as words. */
  #words = new Uint32Array(this.#bytes.buffer);
  readonly #contracts = new RepeatedWords();
  /** Ends of events, of the first `#count` of which this log is. */
  readonly #ends: number[] = [];
  #count = 0;

  /** Events so far; a point to come back to. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of all events. */
  get length(): number {
    return this.#count === 0 ? 0 : this.#ends[this.#count - 1]!;
  }

  /** All events as `writeEvent` writes them, a view. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** `index`: of the transaction in its block; undefined: a hook or a view. */
  append(event: EmittedEvent, index: number | undefined): void {
    const { contract, id, topics, topicsLength, data, dataLength } = event;
    const first = this.#grow(FIXED_BYTES + topicsLength + dataLength);
    const memory = event.memory.bytes();
    const memoryWords = event.memory.words();
    const bytes = this.#bytes;
    const words = this.#words;
    let at = first;
    if ((at & 3) === 0) this.#contracts.copy(words, at >>> 2, contract, 8);
    else for (let from = 0; from < 32; from++) bytes[at + from] = contract[from]!;
    at += 32;
    copyBytes(bytes, words, at, memory, memoryWords, id, 8);
    at += 8;
    copyBytes(bytes, words, at, memory, memoryWords, topics, topicsLength);
    at = this.#number(at + topicsLength, dataLength);
    copyBytes(bytes, words, at, memory, memoryWords, data, dataLength);
    at += dataLength;
    bytes[at++] = index === undefined ? 0 : 1;
    if (index !== undefined) at = this.#number(at, index);
    this.#ends[this.#count++] = at;
  }

  /** Copies all events, `length` bytes, to `at`, a multiple of 4 in the other memory. */
  copyTo(bytes: Uint8Array, words: Uint32Array, at: number): void {
    copyBytes(bytes, words, at, this.#bytes, this.#words, 0, this.length);
  }

  /** Forgets all events. */
  clear(): void {
    this.#count = 0;
  }

  /** Forgets the events after the first `count`. */
  rollback(count: number): void {
    this.#count = count;
  }

  /** Taken apart. */
  list(): ContractEvent[] {
    const reader = new Reader(this.bytes, 'events');
    return Array.from({ length: this.#count }, () => readEvent(reader));
  }

  /** Writes a number of 32 bits; the place behind it. */
  #number(at: number, value: number): number {
    const bytes = this.#bytes;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    return at + 4;
  }

  /** Makes room for so many bytes more; where they go. */
  #grow(size: number): number {
    const at = this.length;
    if (at + size > this.#bytes.length) {
      const larger = new Uint8Array((Math.max(at + size, 2 * this.#bytes.length) + 3) & ~3);
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#words = new Uint32Array(larger.buffer);
    }
    return at;
  }
}
