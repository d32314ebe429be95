// Which adds may share a run: per cell an interval that holds its value whatever earlier transactions do, failing
// included. SPEC: runtime/docs/spec/access.md, "Intervals"; its verdicts are consensus (critical-path gas is hashed).

import { addWords, compareWords, copyWords, isZeroWords, subtractWords } from '../base/words.js';
import { ACCESS, type AccessTable, AMOUNT, cellWords, KEY, LOCK } from '../types/access-table.js';

/**
 * Writes a cell's value in S0 as words; absent is 0. `key`: its number. Asked only for declared cells, once each at most.
 */
export type InitialCell = (key: number, to: Uint32Array, at: number) => void;

/** Words of an interval: the low end and the high end. */
const LOW = 0;
const HIGH = 8;
const SIZE = 16;
const ALL_ONES = 0xffff_ffff;

/** The intervals of a block's cells. Ask in block order: keys of a transaction first, then its locks. */
export class CellIntervals {
  /** By key number: 1 + the cell's place below, 0 before it is met. */
  readonly #placeOf: Int32Array;
  #cells = new Uint32Array(SIZE * 1024);
  /** By place: the write locks over the cell, counted when its interval was last true. */
  readonly #lockCounts: number[] = [];
  /** Write locks met so far: a lock moves the count and every cell under it is stale, cells not yet met too. */
  readonly #fieldLocks: Int32Array;
  readonly #contractLocks: Int32Array;
  readonly #next = new Uint32Array(SIZE);

  constructor(
    private readonly table: AccessTable,
    private readonly initial: InitialCell,
  ) {
    this.#placeOf = new Int32Array(table.keyRoom);
    this.#fieldLocks = new Int32Array(table.fields.size);
    this.#contractLocks = new Int32Array(table.contracts.size);
  }

  /** Takes a key's entry and tells whether it is an add that fits; moves the interval either way. */
  fits(entry: number): boolean {
    const { words, numbers } = this.table;
    const key = words[entry + KEY.number]!;
    const flags = words[entry + KEY.flags]!;
    const count = cellWords(this.table.kindOf(key));
    if (count === 0 || (flags & ACCESS.read) !== 0) return false;
    const at = this.#cellOf(key, count);
    const cells = this.#cells;
    if ((flags & ACCESS.write) !== 0) {
      this.#widen(at, count);
      return false;
    }
    const amounts = words[entry + KEY.amounts]!;
    const next = this.#next;
    copyWords(next, LOW, cells, at + LOW, count);
    copyWords(next, HIGH, cells, at + HIGH, count);
    const down = amounts + AMOUNT.down * count;
    const up = amounts + AMOUNT.up * count;
    const below = subtractWords(next, LOW, numbers, down, count);
    const above = addWords(next, HIGH, numbers, up, count);
    const floor = amounts + AMOUNT.floor * count;
    const ceiling = amounts + AMOUNT.ceiling * count;
    const takesOk =
      isZeroWords(numbers, down, count) || (!below && compareWords(next, LOW, numbers, floor, count) >= 0);
    const addsOk =
      isZeroWords(numbers, up, count) || (!above && compareWords(next, HIGH, numbers, ceiling, count) <= 0);
    // Cut to the type's range, never to the adder's own bounds: it may fail and leave the value outside them.
    if (below) next.fill(0, LOW, LOW + count);
    if (above) next.fill(ALL_ONES, HIGH, HIGH + count);
    copyWords(cells, at + LOW, next, LOW, count);
    copyWords(cells, at + HIGH, next, HIGH, count);
    return takesOk && addsOk;
  }

  /** Takes a lock's entry: under a write lock anything may have happened. */
  lock(entry: number): void {
    const { words } = this.table;
    if ((words[entry + LOCK.flags]! & ACCESS.write) === 0) return;
    const field = words[entry + LOCK.field]!;
    if (field < 0) this.#contractLocks[words[entry + LOCK.contract]!]!++;
    else this.#fieldLocks[field]!++;
  }

  /** Where the interval of a cell stands, made true for the locks over it. */
  #cellOf(key: number, count: number): number {
    const { table } = this;
    const locks = this.#fieldLocks[table.fieldOf(key)]! + this.#contractLocks[table.contractOf(key)]!;
    const known = this.#placeOf[key]! - 1;
    if (known >= 0) {
      if (this.#lockCounts[known] !== locks) {
        this.#lockCounts[known] = locks;
        this.#widen(known * SIZE, count);
      }
      return known * SIZE;
    }
    const place = this.#lockCounts.push(locks) - 1;
    this.#placeOf[key] = place + 1;
    const at = place * SIZE;
    if (at + SIZE > this.#cells.length) {
      const larger = new Uint32Array(2 * this.#cells.length);
      larger.set(this.#cells);
      this.#cells = larger;
    }
    if (locks > 0) this.#widen(at, count);
    else {
      this.initial(key, this.#cells, at + LOW);
      copyWords(this.#cells, at + HIGH, this.#cells, at + LOW, count);
    }
    return at;
  }

  /** Anything the type can hold. */
  #widen(at: number, count: number): void {
    this.#cells.fill(0, at + LOW, at + LOW + count);
    this.#cells.fill(ALL_ONES, at + HIGH, at + HIGH + count);
  }
}
