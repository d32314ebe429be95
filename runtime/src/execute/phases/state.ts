// State as a block sees it while it is made: the parent's state, the marks `past` refers to, and what was written
// since. Both executors keep one; contracts reach it through the views they are given. Keys have numbers (`ByteTable`),
// by which hot loops ask; everybody else asks by key.

import { ByteImage, ByteTable, type TableParts } from '../../base/byte-table.js';
import { bytesEqual } from '../../base/bytes.js';
import type { ValueChange } from '../../types/block.js';
import { compareKeys, type KeyKind, type StateKey } from '../../types/key.js';
import type { PendingWrite, ReadState } from '../../types/outcome.js';
import { balanceImage } from '../../types/system.js';
import { decodeCell, encodeCell, readCellWords } from '../../types/value.js';

/** In the arrays below: `undefined` says nothing is known, ABSENT that there is no value. */
const ABSENT = null;
type Known = Uint8Array | typeof ABSENT | undefined;

/** Values carry their header byte; undefined: absent. */
export class BlockState {
  readonly #read: ReadState;
  readonly #keys: ByteTable;
  readonly #image = new ByteImage();
  /** By number, once somebody asked. */
  readonly #keyOf: (StateKey | undefined)[] = [];
  /** By number: what the parent state answered; every key is asked once. */
  readonly #parent: Known[] = [];
  readonly #written: Known[] = [];
  /** Numbers of cells as they stand; where `#isCellNewer`, `#written` is behind it. */
  readonly #cells: (bigint | undefined)[] = [];
  readonly #isCellNewer: boolean[] = [];
  /** What was written at the last mark, of keys written since: true while `#markOf` (0: never) is the mark's number. */
  readonly #marked: Known[] = [];
  readonly #markOf: number[] = [];
  #mark = 1;
  /** Numbers of keys written, each once. */
  readonly #touched: number[] = [];

  /** `keys`: a table of its own for as long as the block takes; what it holds is forgotten. */
  constructor(read: ReadState, keys = new ByteTable(0)) {
    this.#read = read;
    this.#keys = keys;
    keys.clear();
  }

  /** The number of a key; it gets one if it has none. */
  numberOf(key: ByteImage): number {
    const number = this.#keys.intern(key);
    if (number === this.#parent.length) this.#add();
    return number;
  }

  /** Keys that have numbers. */
  get size(): number {
    return this.#keys.size;
  }

  /** The table of numbers. */
  get table(): TableParts {
    return this.#keys.parts;
  }

  /** The key with a number. */
  keyAt(number: number): StateKey {
    let key = this.#keyOf[number];
    if (key === undefined) {
      key = this.#keys.copy(number) as StateKey;
      this.#keyOf[number] = key;
    }
    return key;
  }

  kindAt(number: number): KeyKind {
    return this.#keys.byteAt(number, 0) as KeyKind;
  }

  parentAt(number: number): Uint8Array | undefined {
    let value = this.#parent[number];
    if (value === undefined) {
      value = this.#read(this.keyAt(number)) ?? ABSENT;
      this.#parent[number] = value;
    }
    return value ?? undefined;
  }

  currentAt(number: number): Uint8Array | undefined {
    const written = this.#writtenAt(number);
    return written === undefined ? this.parentAt(number) : (written ?? undefined);
  }

  pastAt(number: number): Uint8Array | undefined {
    if (this.#markOf[number] !== this.#mark) return this.currentAt(number);
    const marked = this.#marked[number];
    return marked === undefined ? this.parentAt(number) : (marked ?? undefined);
  }

  /** The number of a cell at the last mark, as words. */
  pastCellAt(number: number, to: Uint32Array, at: number): void {
    readCellWords(this.kindAt(number), this.pastAt(number), to, at);
  }

  writeAt(number: number, value: Uint8Array | undefined): void {
    this.#beforeWrite(number);
    this.#written[number] = value ?? ABSENT;
    this.#cells[number] = undefined;
    this.#isCellNewer[number] = false;
  }

  /** The number of a cell as it stands. */
  cellAt(number: number): bigint {
    let cell = this.#cells[number];
    if (cell === undefined) {
      cell = decodeCell(this.kindAt(number), this.currentAt(number));
      this.#cells[number] = cell;
    }
    return cell;
  }

  writeCellAt(number: number, cell: bigint): void {
    this.#beforeWrite(number);
    this.#cells[number] = cell;
    this.#isCellNewer[number] = true;
  }

  /** The value before the block. */
  parent(key: StateKey): Uint8Array | undefined {
    return this.parentAt(this.#numberOf(key));
  }

  /** The value as written so far. */
  current(key: StateKey): Uint8Array | undefined {
    return this.currentAt(this.#numberOf(key));
  }

  /** The value at the last `mark`: what `past` reads. */
  past(key: StateKey): Uint8Array | undefined {
    return this.pastAt(this.#numberOf(key));
  }

  /** From here on `past` is the state as it stands now: after Reserve, and again at S0. */
  mark(): void {
    this.#mark++;
  }

  write(key: StateKey, value: Uint8Array | undefined): void {
    this.writeAt(this.#numberOf(key), value);
  }

  writeAll(writes: Iterable<PendingWrite>): void {
    for (const { key, value } of writes) this.write(key, value);
  }

  /** Native balance as written so far. */
  balance(address: Uint8Array): bigint {
    return this.cellAt(this.numberOf(balanceImage(address)));
  }

  /** Moves a native balance; the result must be in range, which the sum of all balances guarantees. */
  addBalance(address: Uint8Array, amount: bigint): void {
    if (amount !== 0n) this.addToCell(this.numberOf(balanceImage(address)), amount);
  }

  /** The same for any cell by number. */
  addToCell(number: number, amount: bigint): void {
    if (amount !== 0n) this.writeCellAt(number, this.cellAt(number) + amount);
  }

  /** The block's whole effect: keys whose value is not the parent's, ascending. */
  diff(): ValueChange[] {
    const changes: ValueChange[] = [];
    for (const number of this.#touched.sort((a, b) => this.compareAt(a, b))) {
      const before = this.parentAt(number);
      const after = this.currentAt(number);
      if (!sameValue(before, after)) changes.push({ key: this.keyAt(number), before, after });
    }
    return changes;
  }

  /** Order of the keys with two numbers. */
  compareAt(a: number, b: number): number {
    return this.#keys.compare(a, b);
  }

  #numberOf(key: StateKey): number {
    return this.numberOf(this.#image.of(key));
  }

  #add(): void {
    this.#keyOf.push(undefined);
    this.#parent.push(undefined);
    this.#written.push(undefined);
    this.#cells.push(undefined);
    this.#isCellNewer.push(false);
    this.#marked.push(undefined);
    this.#markOf.push(0);
  }

  #writtenAt(number: number): Known {
    if (this.#isCellNewer[number]) {
      this.#written[number] = encodeCell(this.kindAt(number), this.#cells[number]!) ?? ABSENT;
      this.#isCellNewer[number] = false;
    }
    return this.#written[number];
  }

  #beforeWrite(number: number): void {
    const markOf = this.#markOf[number];
    if (markOf === this.#mark) return;
    if (markOf === 0) this.#touched.push(number);
    this.#marked[number] = this.#writtenAt(number);
    this.#markOf[number] = this.#mark;
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
