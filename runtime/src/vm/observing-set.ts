// A working set that also remembers what was done to each key: for simulation and for tests of contracts. What it lets
// through, and what comes out, is the working set's.
import { bytesText } from '../base/bytes.js';
import type { Address } from '../types/address.js';
import { keyText, type StateKey } from '../types/key.js';
import type { ObservedAccess } from '../types/run-notes.js';
import { WorkingSet } from './working-set.js';

/** Records before it acts, so that an access that is not permitted is among what was observed. */
export class ObservingSet extends WorkingSet {
  readonly #observed = new Map<string, ObservedAccess>();
  readonly #reached = new Map<string, Address>();

  /** By first touch. */
  observed(): readonly ObservedAccess[] {
    return [...this.#observed.values()];
  }

  /** Contracts entered, in order. */
  reached(): readonly Address[] {
    return [...this.#reached.values()];
  }

  override readStored(key: StateKey): Uint8Array | undefined {
    this.#of(key).reads = true;
    return super.readStored(key);
  }

  override write(key: StateKey, stored: Uint8Array | undefined): void {
    this.#of(key).writes = true;
    super.write(key, stored);
  }

  override readCell(key: StateKey): bigint {
    this.#of(key).reads = true;
    return super.readCell(key);
  }

  override writeCell(key: StateKey, value: bigint): void {
    this.#of(key).writes = true;
    super.writeCell(key, value);
  }

  override past(key: StateKey): Uint8Array | undefined {
    this.#of(key).past = true;
    return super.past(key);
  }

  override pastCell(key: StateKey): bigint {
    this.#of(key).past = true;
    return super.pastCell(key);
  }

  override increase(key: StateKey, amount: bigint, ceiling: bigint | undefined): boolean {
    const one = this.#of(key);
    one.adds = true;
    one.up += amount;
    if (amount > 0n && ceiling !== undefined && (one.ceiling === undefined || ceiling < one.ceiling))
      one.ceiling = ceiling;
    return super.increase(key, amount, ceiling);
  }

  override decrease(key: StateKey, amount: bigint, floor: bigint): boolean {
    const one = this.#of(key);
    one.adds = true;
    one.down += amount;
    if (amount > 0n && floor > one.floor) one.floor = floor;
    return super.decrease(key, amount, floor);
  }

  override assertReached(contract: Address): void {
    this.#reached.set(bytesText(contract), contract);
    super.assertReached(contract);
  }

  #of(key: StateKey): ObservedAccess {
    const text = keyText(key);
    let one = this.#observed.get(text);
    if (one === undefined) {
      const none = { reads: false, writes: false, adds: false, past: false };
      one = { key, ...none, up: 0n, down: 0n, floor: 0n, ceiling: undefined };
      this.#observed.set(text, one);
    }
    return one;
  }
}
