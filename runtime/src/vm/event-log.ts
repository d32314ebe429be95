// Events of one transaction while it runs: their canonical bytes, one after the other, so that nothing is taken apart
// and put together again on the way to the record and the event root.
import { Reader } from '../base/codec.js';
import type { ContractEvent } from '../types/receipt.js';
import { readEvent } from '../types/receipt-codec.js';

const FIRST_BYTES = 1024;
/** Contract, event id, the length of the data, the transaction's index with its option byte. */
const FIXED_BYTES = 32 + 8 + 4 + 5;

/** An event as the host finds it: everything checked. */
export interface EmittedEvent {
  readonly contract: Uint8Array;
  /** What the ranges below are of. */
  readonly memory: Uint8Array;
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
  #view = new DataView(this.#bytes.buffer);
  /** End of each event. */
  readonly #ends: number[] = [];

  /** Events so far; a point to come back to. */
  get count(): number {
    return this.#ends.length;
  }

  /** All events as `writeEvent` writes them, a view. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#ends.at(-1) ?? 0);
  }

  /** `index`: of the transaction in its block; undefined: a hook or a view. */
  append(event: EmittedEvent, index: number | undefined): void {
    const { contract, memory, id, topics, topicsLength, data, dataLength } = event;
    let at = this.#grow(FIXED_BYTES + topicsLength + dataLength);
    const bytes = this.#bytes;
    for (let from = 0; from < 32; from++) bytes[at++] = contract[from]!;
    for (let from = id; from < id + 8; from++) bytes[at++] = memory[from]!;
    for (let from = topics; from < topics + topicsLength; from++) bytes[at++] = memory[from]!;
    this.#view.setUint32(at, dataLength, true);
    at += 4;
    for (let from = data; from < data + dataLength; from++) bytes[at++] = memory[from]!;
    bytes[at++] = index === undefined ? 0 : 1;
    if (index !== undefined) {
      this.#view.setUint32(at, index, true);
      at += 4;
    }
    this.#ends.push(at);
  }

  /** Forgets the events after the first `count`. */
  rollback(count: number): void {
    this.#ends.length = count;
  }

  /** Taken apart. */
  list(): ContractEvent[] {
    const reader = new Reader(this.bytes, 'events');
    return this.#ends.map(() => readEvent(reader));
  }

  #grow(size: number): number {
    const at = this.#ends.at(-1) ?? 0;
    if (at + size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(at + size, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}
