// What one transaction of the ordered part sees and has changed so far, over the slots of an arena: the same rules as the
// VM's working set, which says what is meant, without a text, a bigint or an array made for a key (SPEC §3).

import type { ByteImage, ByteTable } from '../../base/byte-table.js';
import { addWords, compareWords, copyWords, isZeroWords, subtractWords } from '../../base/words.js';
import { ACCESS, AMOUNT, cellWords, contractsAt, KEY, LOCK, RECORD } from '../../types/access-table.js';
import type { Address } from '../../types/address.js';
import { type KeyKind, keyText, type StateKey } from '../../types/key.js';
import { VIOLATION } from '../../vm/outcome.js';
import type { TransactionState } from '../../vm/transaction-state.js';
import { type Arena, HEADER, NO_SLOT, SLOT } from './arena.js';
import { loadCell } from './arena-cells.js';
import { UndoLog } from './undo-log.js';

/**
 * What became of a key, beside the `ACCESS` flags of how it is declared. `loaded`, `written`: its number stands in
 * `cells`; `raised`, `lowered`: the sum of its increases, decreases does.
 */
const DONE = {
  touched: 32,
  loaded: 64,
  written: 128,
  added: 256,
  adder: 512,
  raised: 1024,
  lowered: 2048,
} as const;
/** Words a place has: the cell, and the sums of its increases and decreases. */
const NUMBERS = { cell: 0, up: 8, down: 16, size: 24 } as const;
/** The two directions of an add: where the sum stands, its flag, its limit among the declared amounts. */
const UP = { sum: NUMBERS.up, flag: DONE.raised, limit: AMOUNT.up } as const;
const DOWN = { sum: NUMBERS.down, flag: DONE.lowered, limit: AMOUNT.down } as const;
/** Up to so many places a key is compared with each; more are found by the slot's number. */
const COMPARED_MAX = 8;

/** Gas of declared keys, as `GasSchedule.access`. */
export interface KeyPrices {
  readonly key: number;
  readonly lockKeys: number;
}

/** Reads, writes and adds of one transaction after the other: `begin` for each. Keys met get places 0, 1, 2, … */
export class SlotSet implements TransactionState {
  readonly #arena: Arena;
  readonly #words: Int32Array;
  readonly #numbers: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #slots: number;
  /** Where the access table and the names of contracts and fields stand. */
  readonly #access: number;
  readonly #contractNames: number;
  readonly #fieldNames: number;
  /** By slot, of places past COMPARED_MAX: the place of the key, true while `#stamps` holds the transaction's stamp. */
  readonly #placeOf: Int32Array;
  readonly #stamps: Int32Array;
  #stamp = 0;
  #record = 0;
  #locks = 0;
  #places = 0;
  /** Marks of the transaction so far. */
  #marks = 0;
  /** By place. */
  #slot = new Int32Array(64);
  #flags = new Int32Array(64);
  #amounts = new Int32Array(64);
  #member = new Int32Array(64);
  #cells = new Uint32Array(64 * NUMBERS.size);
  #values: (Uint8Array | undefined)[] = [];
  readonly #undo = new UndoLog(NUMBERS.size);
  readonly #sum = new Uint32Array(8);
  /** The contract that was found reached last, an object nobody writes to, and its number. */
  #reached: Address | undefined;
  #reachedNumber = -1;
  /** By slot. */
  readonly #undeclaredKeys = new Map<number, StateKey>();
  /** By text. */
  readonly #undeclaredSlots = new Map<string, number>();

  constructor(
    arena: Arena,
    /** Declared keys, over the arena. */
    private readonly keys: ByteTable,
    /** Asks main for the slot of a key nobody declared. */
    private readonly slotOf: (key: StateKey) => number,
  ) {
    this.#arena = arena;
    this.#words = arena.words;
    this.#numbers = arena.numbers;
    this.#bytes = arena.bytes;
    this.#slots = arena.words[HEADER.slots]!;
    this.#access = arena.words[HEADER.access]!;
    this.#contractNames = arena.words[HEADER.contractNames]!;
    this.#fieldNames = arena.words[HEADER.fieldNames]!;
    const room = arena.words[HEADER.slotRoom]!;
    this.#placeOf = new Int32Array(room);
    this.#stamps = new Int32Array(room);
  }

  /** Forgets the last transaction and takes the access of the record at a word index. */
  begin(record: number): void {
    const words = this.#words;
    this.#stamp++;
    this.#record = record;
    this.#places = 0;
    this.#marks = 0;
    this.#undo.clear();
    const count = words[record + RECORD.keys]! + words[record + RECORD.past]!;
    let at = record + RECORD.size;
    for (let index = 0; index < count; index++, at += KEY.size) {
      const place = this.#placeFor(words[at + KEY.number]!);
      const member = words[at + KEY.member]!;
      this.#flags[place] = this.#flags[place]! | words[at + KEY.flags]! | (member >= 0 ? DONE.adder : 0);
      if (member >= 0) this.#member[place] = member;
      if (words[at + KEY.amounts] !== 0) this.#amounts[place] = this.#access + words[at + KEY.amounts]!;
    }
    this.#locks = at;
  }

  readStored(key: ByteImage): Uint8Array | undefined {
    const place = this.#touch(key, ACCESS.read | ACCESS.write);
    if ((this.#flags[place]! & DONE.written) !== 0) return this.#values[place];
    return this.#value(this.#slot[place]!, SLOT.currentAt);
  }

  write(key: ByteImage, stored: Uint8Array | undefined): void {
    const place = this.#touch(key, ACCESS.write);
    this.#save(place);
    this.#flags[place] = this.#flags[place]! | DONE.written;
    this.#values[place] = stored;
  }

  pastStored(key: ByteImage): Uint8Array | undefined {
    return this.#value(this.#pastSlot(key), SLOT.startAt);
  }

  readCell(key: ByteImage, to: Uint32Array): void {
    const place = this.#touch(key, ACCESS.read | ACCESS.write);
    const count = cellWords(key.bytes[0]!);
    copyWords(to, 0, this.#cells, this.#cell(place, count), count);
  }

  pastCell(key: ByteImage, to: Uint32Array): void {
    this.#loadCell(this.#pastSlot(key), SLOT.startAt, to, 0, cellWords(key.bytes[0]!));
  }

  writeCell(key: ByteImage, from: Uint32Array): void {
    const place = this.#touch(key, ACCESS.write);
    this.#save(place);
    this.#flags[place] = this.#flags[place]! | DONE.written;
    copyWords(this.#cells, place * NUMBERS.size, from, 0, cellWords(key.bytes[0]!));
  }

  increase(key: ByteImage, amount: Uint32Array, ceiling: Uint32Array | undefined): boolean {
    const place = this.#touch(key, ACCESS.write | ACCESS.add);
    const count = cellWords(key.bytes[0]!);
    if (isZeroWords(amount, 0, count)) return true;
    const bounded = (this.#flags[place]! & ACCESS.add) !== 0;
    if (bounded) {
      const limit = this.#amounts[place]! + AMOUNT.ceiling * count;
      const tighter = ceiling !== undefined && compareWords(ceiling, 0, this.#numbers, limit, count) < 0;
      if (tighter || !this.#sums(place, UP, amount, count)) throw VIOLATION;
      if (this.#adds(place, UP, count)) return true;
    }
    const result = this.#loaded(place, count);
    if (addWords(result, 0, amount, 0, count)) return false;
    if (ceiling !== undefined && compareWords(result, 0, ceiling, 0, count) > 0) return false;
    this.#put(place, result, bounded ? UP : undefined, count);
    return true;
  }

  decrease(key: ByteImage, amount: Uint32Array, floor: Uint32Array): boolean {
    const place = this.#touch(key, ACCESS.write | ACCESS.add);
    const count = cellWords(key.bytes[0]!);
    if (isZeroWords(amount, 0, count)) return true;
    const bounded = (this.#flags[place]! & ACCESS.add) !== 0;
    if (bounded) {
      const limit = this.#amounts[place]! + AMOUNT.floor * count;
      const tighter = compareWords(floor, 0, this.#numbers, limit, count) > 0;
      if (tighter || !this.#sums(place, DOWN, amount, count)) throw VIOLATION;
      if (this.#adds(place, DOWN, count)) return true;
    }
    const result = this.#loaded(place, count);
    if (subtractWords(result, 0, amount, 0, count)) return false;
    if (compareWords(result, 0, floor, 0, count) < 0) return false;
    this.#put(place, result, bounded ? DOWN : undefined, count);
    return true;
  }

  assertReached(contract: Address): void {
    const words = this.#words;
    const first = contractsAt(words, this.#record);
    const end = first + words[this.#record + RECORD.contracts]!;
    const known = contract === this.#reached ? this.#reachedNumber : -1;
    for (let at = first; at < end; at++) {
      const number = words[at]!;
      if (number === known) return;
      if (!equals(this.#bytes, words[this.#contractNames + number]!, contract, 0, 32)) continue;
      this.#reached = contract;
      this.#reachedNumber = number;
      return;
    }
    throw VIOLATION;
  }

  /** The first mark of a transaction is where it begins: once it is rolled back to, only `refund` may be asked for. */
  mark(): number {
    this.#marks++;
    return this.#undo.length;
  }

  rollback(mark: number): void {
    while (this.#undo.length > mark) {
      this.#undo.pop(this.#cells, (place, flags, value) => {
        // What was touched or loaded stays so.
        this.#flags[place] = flags | (this.#flags[place]! & (DONE.touched | DONE.loaded));
        this.#values[place] = value;
      });
    }
  }

  /** Places of the transaction. */
  get places(): number {
    return this.#places;
  }

  slotAt(place: number): number {
    return this.#slot[place]!;
  }

  isWritten(place: number): boolean {
    return (this.#flags[place]! & DONE.written) !== 0;
  }

  /** The value written to a plain key. */
  valueAt(place: number): Uint8Array | undefined {
    return this.#values[place];
  }

  /** Where the number of a written cell stands in `cells`. */
  cellAt(place: number): number {
    return place * NUMBERS.size;
  }

  get cells(): Uint32Array {
    return this.#cells;
  }

  /**
   * Writes the sums of a cell's increases and then of its decreases, each of the cell's width. False, and nothing is said
   * of `to`, when they are the same.
   */
  copyDelta(place: number, to: Uint32Array, at: number, count: number): boolean {
    this.#copySum(place, UP, to, at, count);
    this.#copySum(place, DOWN, to, at + count, count);
    return compareWords(to, at, to, at + count, count) !== 0;
  }

  /** The member of an adder run whose place this is and that was added to, or -1. */
  addedMember(place: number): number {
    return (this.#flags[place]! & DONE.added) !== 0 ? this.#member[place]! : -1;
  }

  /** The second charge of extra access that was touched, rolled-back parts included. */
  refund({ key, lockKeys }: KeyPrices): number {
    let keys = 0;
    for (let place = 0; place < this.#places; place++) {
      const touched = ACCESS.extra | DONE.touched;
      if ((this.#flags[place]! & touched) === touched) keys++;
    }
    const words = this.#words;
    const end = contractsAt(words, this.#record);
    for (let lock = this.#locks; lock < end; lock += LOCK.size) {
      if ((words[lock + LOCK.flags]! & ACCESS.extra) !== 0 && this.#isTouched(lock)) keys += lockKeys;
    }
    return key * keys;
  }

  /** Some key under the lock was touched. */
  #isTouched(lock: number): boolean {
    for (let place = 0; place < this.#places; place++) {
      if ((this.#flags[place]! & DONE.touched) === 0) continue;
      if (this.#isUnder(this.keyAt(this.#slot[place]!), lock)) return true;
    }
    return false;
  }

  kindAt(place: number): KeyKind {
    const slot = this.#slot[place]!;
    const kind = slot < this.keys.size ? this.keys.byteAt(slot, 0) : this.#undeclaredKeys.get(slot)![0]!;
    return kind as KeyKind;
  }

  /** The key of a slot a transaction met. */
  keyAt(slot: number): Uint8Array {
    return slot < this.keys.size ? this.keys.copy(slot) : this.#undeclaredKeys.get(slot)!;
  }

  #isUnder(key: Uint8Array, lock: number): boolean {
    const words = this.#words;
    const field = words[lock + LOCK.field]!;
    return field < 0
      ? equals(this.#bytes, words[this.#contractNames + words[lock + LOCK.contract]!]!, key, 1, 32)
      : equals(this.#bytes, words[this.#fieldNames + field]!, key, 1, 40);
  }

  /** The place of a key, marked as touched. @throws VIOLATION unless it is declared in one of the modes */
  #touch(key: ByteImage, modes: number): number {
    let place = this.#placeWith(key);
    if (place < 0) place = this.#underLock(key);
    // Declared as past only: a lock may still cover it.
    let flags = this.#flags[place]!;
    if ((flags & (ACCESS.read | ACCESS.write | ACCESS.add)) === 0) flags |= this.#lockOver(key.bytes);
    this.#flags[place] = flags | DONE.touched;
    if ((flags & modes) === 0) throw VIOLATION;
    return place;
  }

  /** The place of a declared key, or -1. */
  #placeWith(key: ByteImage): number {
    const places = this.#places;
    if (places > COMPARED_MAX) {
      const slot = this.keys.find(key);
      return slot < 0 ? -1 : this.#placeOfSlot(slot);
    }
    for (let place = 0; place < places; place++) {
      const slot = this.#slot[place]!;
      if (slot < this.keys.size && this.keys.holds(slot, key)) return place;
    }
    return -1;
  }

  /** The place of a slot, or -1. */
  #placeOfSlot(slot: number): number {
    if (this.#places > COMPARED_MAX) return this.#stamps[slot] === this.#stamp ? this.#placeOf[slot]! : -1;
    for (let place = 0; place < this.#places; place++) if (this.#slot[place] === slot) return place;
    return -1;
  }

  /** A place for a key the transaction does not declare itself. @throws VIOLATION unless a lock covers it */
  #underLock(key: ByteImage): number {
    const flags = this.#lockOver(key.bytes);
    if (flags === 0) throw VIOLATION;
    let known = this.keys.find(key);
    if (known < 0 || this.#words[this.#slots + known * SLOT.size] === NO_SLOT) {
      known = this.#undeclaredSlot(key.bytes.slice(0, key.length) as StateKey);
    }
    const place = this.#placeFor(known);
    this.#flags[place] = this.#flags[place]! | flags;
    return place;
  }

  #undeclaredSlot(key: StateKey): number {
    const text = keyText(key);
    let slot = this.#undeclaredSlots.get(text);
    if (slot === undefined) {
      slot = this.slotOf(key);
      this.#undeclaredSlots.set(text, slot);
      this.#undeclaredKeys.set(slot, key);
    }
    return slot;
  }

  /** The mode of the locks over a key, 0 without one. */
  #lockOver(key: Uint8Array): number {
    const words = this.#words;
    const end = contractsAt(words, this.#record);
    let flags = 0;
    for (let lock = this.#locks; lock < end; lock += LOCK.size) {
      if (this.#isUnder(key, lock)) flags |= words[lock + LOCK.flags]! & (ACCESS.read | ACCESS.write);
    }
    return flags;
  }

  #pastSlot(key: ByteImage): number {
    const place = this.#placeWith(key);
    if (place < 0 || (this.#flags[place]! & ACCESS.past) === 0) throw VIOLATION;
    return this.#slot[place]!;
  }

  /** The place of a slot; a new, empty one where it has none. */
  #placeFor(slot: number): number {
    const known = this.#placeOfSlot(slot);
    if (known >= 0) return known;
    const place = this.#places++;
    if (place === this.#slot.length) this.#grow();
    this.#slot[place] = slot;
    this.#flags[place] = 0;
    this.#amounts[place] = 0;
    this.#member[place] = -1;
    this.#values[place] = undefined;
    if (place === COMPARED_MAX) for (let at = 0; at < place; at++) this.#stampPlace(at);
    if (place >= COMPARED_MAX) this.#stampPlace(place);
    return place;
  }

  #stampPlace(place: number): void {
    const slot = this.#slot[place]!;
    this.#stamps[slot] = this.#stamp;
    this.#placeOf[slot] = place;
  }

  #grow(): void {
    this.#slot = doubled(this.#slot);
    this.#flags = doubled(this.#flags);
    this.#amounts = doubled(this.#amounts);
    this.#member = doubled(this.#member);
    const cells = new Uint32Array(2 * this.#cells.length);
    cells.set(this.#cells);
    this.#cells = cells;
  }

  /** `#sum` = what was summed up so far and the amount. False when that is above the declared limit. */
  #sums(place: number, way: typeof UP | typeof DOWN, amount: Uint32Array, count: number): boolean {
    const sum = this.#sum;
    this.#copySum(place, way, sum, 0, count);
    if (addWords(sum, 0, amount, 0, count)) return false;
    return compareWords(sum, 0, this.#numbers, this.#amounts[place]! + way.limit * count, count) <= 0;
  }

  /** What was summed up so far in one direction. */
  #copySum(place: number, way: typeof UP | typeof DOWN, to: Uint32Array, at: number, count: number): void {
    if ((this.#flags[place]! & way.flag) === 0)
      for (let index = 0; index < count; index++) to[at + index] = 0;
    else copyWords(to, at, this.#cells, place * NUMBERS.size + way.sum, count);
  }

  /** For a key planned as an adder: keeps the sum, and the cell is never read. */
  #adds(place: number, way: typeof UP | typeof DOWN, count: number): boolean {
    if ((this.#flags[place]! & DONE.adder) === 0) return false;
    this.#save(place);
    this.#flags[place] = this.#flags[place]! | DONE.added | way.flag;
    copyWords(this.#cells, place * NUMBERS.size + way.sum, this.#sum, 0, count);
    return true;
  }

  /** A new number for a cell; `way`: `#sum` is what it was increased or decreased by. */
  #put(place: number, result: Uint32Array, way: typeof UP | typeof DOWN | undefined, count: number): void {
    this.#save(place);
    this.#flags[place] = this.#flags[place]! | DONE.written | (way?.flag ?? 0);
    copyWords(this.#cells, place * NUMBERS.size, result, 0, count);
    if (way !== undefined) copyWords(this.#cells, place * NUMBERS.size + way.sum, this.#sum, 0, count);
  }

  /** A copy of the cell's number, to be changed. */
  #loaded(place: number, count: number): Uint32Array {
    copyWords(RESULT, 0, this.#cells, this.#cell(place, count), count);
    return RESULT;
  }

  /** Where the cell's number stands, loaded. */
  #cell(place: number, count: number): number {
    const at = place * NUMBERS.size;
    if ((this.#flags[place]! & (DONE.written | DONE.loaded)) === 0) {
      this.#loadCell(this.#slot[place]!, SLOT.currentAt, this.#cells, at, count);
      this.#flags[place] = this.#flags[place]! | DONE.loaded;
    }
    return at;
  }

  #loadCell(
    slot: number,
    field: typeof SLOT.currentAt | typeof SLOT.startAt,
    to: Uint32Array,
    toAt: number,
    count: number,
  ): void {
    const at = this.#slots + slot * SLOT.size + field;
    loadCell(this.#arena, this.#words[at]!, this.#words[at + 1]!, to, toAt, count);
  }

  /** A view of a slot's stored bytes. */
  #value(slot: number, field: typeof SLOT.currentAt | typeof SLOT.startAt): Uint8Array | undefined {
    const at = this.#slots + slot * SLOT.size + field;
    const start = this.#words[at]!;
    const length = this.#words[at + 1]!;
    return length === 0 ? undefined : this.#bytes.subarray(start, start + length);
  }

  /** Keeps a place as it is for a rollback, unless only the whole transaction could be rolled back. */
  #save(place: number): void {
    if (this.#marks < 2) return;
    this.#undo.push(place, this.#flags[place]!, this.#values[place], this.#cells, place * NUMBERS.size);
  }
}

const RESULT = new Uint32Array(8);

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

function equals(a: Uint8Array, at: number, b: Uint8Array, bAt: number, length: number): boolean {
  for (let index = 0; index < length; index++) if (a[at + index] !== b[bAt + index]) return false;
  return true;
}
