// State as a block sees it while it is made: the parent's state, the marks `past` refers to, and what was written
// since. Both executors keep one; contracts reach it through the views they are given.
import { bytesEqual } from '../../base/bytes.js';
import type { ValueChange } from '../../types/block.js';
import { compareKeys, keyText, type StateKey } from '../../types/key.js';
import type { PendingWrite, ReadState } from '../../types/outcome.js';
import { balanceKey } from '../../types/system.js';
import { decodeCell, encodeCell } from '../../types/value.js';

/** Values carry their header byte; undefined: absent. Keys are also given as text where the caller has it. */
export class BlockState {
  readonly #read: ReadState;
  /** What the parent state answered; every key is asked once. */
  readonly #parent = new Map<string, Uint8Array | undefined>();
  readonly #written = new Map<string, PendingWrite>();
  #mark: ReadonlyMap<string, PendingWrite> = new Map();

  constructor(read: ReadState) {
    this.#read = read;
  }

  /** The value before the block. */
  parent(key: StateKey, text: string = keyText(key)): Uint8Array | undefined {
    if (this.#parent.has(text)) return this.#parent.get(text);
    const value = this.#read(key);
    this.#parent.set(text, value);
    return value;
  }

  /** The value as written so far. */
  current(key: StateKey, text: string = keyText(key)): Uint8Array | undefined {
    const written = this.#written.get(text);
    return written === undefined ? this.parent(key, text) : written.value;
  }

  /** The value at the last `mark`: what `past` reads. */
  past(key: StateKey, text: string = keyText(key)): Uint8Array | undefined {
    const written = this.#mark.get(text);
    return written === undefined ? this.parent(key, text) : written.value;
  }

  /** From here on `past` is the state as it stands now: after Reserve, and again at S0. */
  mark(): void {
    this.#mark = new Map(this.#written);
  }

  write(key: StateKey, value: Uint8Array | undefined, text: string = keyText(key)): void {
    this.#written.set(text, { key, value });
  }

  writeAll(writes: Iterable<PendingWrite>): void {
    for (const { key, value } of writes) this.write(key, value);
  }

  /** Native balance as written so far. */
  balance(address: Uint8Array): bigint {
    return decodeCell(2, this.current(balanceKey(address)));
  }

  /** Moves a native balance; the result must be in range, which the sum of all balances guarantees. */
  addBalance(address: Uint8Array, amount: bigint): void {
    if (amount === 0n) return;
    const key = balanceKey(address);
    this.write(key, encodeCell(2, decodeCell(2, this.current(key)) + amount));
  }

  /** The block's whole effect: keys whose value is not the parent's, ascending. */
  diff(): ValueChange[] {
    const changes: ValueChange[] = [];
    for (const [text, { key, value }] of this.#written) {
      const before = this.parent(key, text);
      if (!sameValue(before, value)) changes.push({ key, before, after: value });
    }
    return changes.sort((a, b) => compareKeys(a.key, b.key));
  }
}

/** Both absent, or the same bytes. */
export function sameValue(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return bytesEqual(a, b);
}

/** What one transaction changed, against the values `before` gives: changed keys only, ascending. */
export function changesOf(
  writes: Iterable<PendingWrite>,
  before: (key: StateKey) => Uint8Array | undefined,
): ValueChange[] {
  const changes: ValueChange[] = [];
  for (const { key, value } of writes) {
    const old = before(key);
    if (!sameValue(old, value)) changes.push({ key, before: old, after: value });
  }
  return changes.sort((a, b) => compareKeys(a.key, b.key));
}
