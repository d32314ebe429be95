// A(t) of a block's transactions as words: numbers in place of keys, one record a transaction. Resolution fills it, the plan
// writes adder runs into it, and workers read a copy of it in shared memory as it stands.
import { ByteImage, ByteTable } from '../base/byte-table.js';
import { IntList } from '../base/int-list.js';
import { setWords } from '../base/words.js';
import type { AccessSet } from './access.js';
import type { Address } from './address.js';
import { cellBits, KEY_HEAD_BYTES, type KeyKind } from './key.js';

/** How a key or lock is declared: flags. */
export const ACCESS = { read: 1, write: 2, add: 4, past: 8, extra: 16 } as const;
/**
 * A transaction's record: these words, then its keys, its past keys (both `KEY`), its locks (`LOCK`) and the numbers of the
 * contracts it reaches. `expansions`: as `AccessSet.keyCount`.
 */
export const RECORD = {
  keys: 0,
  past: 1,
  locks: 2,
  contracts: 3,
  expansions: 4,
  deployBytes: 5,
  size: 6,
} as const;
/**
 * `run`, `member`: of one planned as an adder, else -1; the plan's to write. `amounts`: word index of four numbers as wide as
 * the cell (most it adds, most it takes, floor, ceiling); 0 unless the mode is add.
 */
export const KEY = { number: 0, flags: 1, run: 2, member: 3, amounts: 4, size: 5 } as const;
/** `field`: -1 for a whole contract. */
export const LOCK = { flags: 0, contract: 1, field: 2, size: 3 } as const;
/** Numbers of `amounts`, each `cellWords` wide. */
export const AMOUNT = { up: 0, down: 1, floor: 2, ceiling: 3, size: 4 } as const;

const MODES = { read: ACCESS.read, write: ACCESS.write, add: ACCESS.add } as const;
const CELL_WORDS = [0, 1, 2, 3].map((kind) => cellBits(kind as KeyKind) / 32);
const CONTRACT_AT = 1;
/** Room to begin with, and what a plain transaction's record takes with the amounts of its adds. */
const FEW_WORDS = 1024;
const RECORD_WORDS = 64;
/** Beside a key's kind: the key is declared. */
const MARKED = 16;

/** Words a cell's number takes; 0 for plain bytes. */
export function cellWords(kind: number): number {
  return CELL_WORDS[kind]!;
}

/** Who numbers the keys of the block: 0, 1, 2, … in order of first appearance. */
export interface KeyNumbers {
  numberOf(key: ByteImage): number;
}

/** The accesses of one block. */
export class AccessTable {
  /** By transaction: word index of its record; 0: it has no access set. */
  readonly records: Int32Array;
  /** Names of fields (contract(32) ‖ field(8)) and contracts, by number. */
  readonly fields: ByteTable;
  readonly contracts: ByteTable;
  /** Hashes of the code the calls reach. */
  readonly codes: ByteTable;
  /** By key number, -1 before it is described: its field, its contract, its kind. */
  readonly #fieldOf = new IntList();
  readonly #contractOf = new IntList();
  readonly #kindOf = new IntList();
  /** Numbers of declared keys, each once, in order of first appearance. */
  readonly #declared = new IntList();
  readonly #words: IntList;
  #numbers: Uint32Array<ArrayBuffer>;
  readonly #image = new ByteImage();
  #lastCode: Uint8Array | undefined;
  /** Most transactions name the contract that the one before named, by the same object. */
  #lastContract: Address | undefined;
  #lastNumber = 0;

  constructor(
    transactions: number,
    private readonly keys: KeyNumbers,
    seed = 0,
  ) {
    this.records = new Int32Array(transactions);
    this.#words = new IntList(FEW_WORDS + RECORD_WORDS * transactions);
    this.#numbers = new Uint32Array(this.#words.items.buffer);
    this.fields = new ByteTable(seed);
    this.contracts = new ByteTable(seed);
    this.codes = new ByteTable(seed);
    // Word 0 stands for no record and no amounts.
    this.#words.push(0);
  }

  /** The records; good until the next one is begun. */
  get words(): Int32Array<ArrayBuffer> {
    return this.#words.items;
  }

  /** The same words, unsigned: amounts. */
  get numbers(): Uint32Array<ArrayBuffer> {
    return this.#numbers;
  }

  /** The hashes of the codes. */
  codeHashes(): Uint8Array[] {
    return Array.from({ length: this.codes.size }, (_, number) => this.codes.copy(number));
  }

  /** No transaction has an access set. */
  get declaresNothing(): boolean {
    return this.#words.length === 1;
  }

  /** Words in use. */
  get length(): number {
    return this.#words.length;
  }

  /** Numbers of all declared keys, past ones included. */
  get declared(): Int32Array {
    return this.#declared.view();
  }

  /** One more than the largest number of a declared key. */
  get keyRoom(): number {
    return this.#fieldOf.length;
  }

  /** The field of a declared key. */
  fieldOf(key: number): number {
    return this.#fieldOf.items[key]!;
  }

  contractOf(key: number): number {
    return this.#contractOf.items[key]!;
  }

  /** The kind of a declared key, and so of its cell. */
  kindOf(key: number): KeyKind {
    return (this.#kindOf.items[key]! & ~MARKED) as KeyKind;
  }

  /** The number of a key, its field and contract known from here on. */
  describe(key: ByteImage): number {
    const number = this.keys.numberOf(key);
    if (number >= this.#fieldOf.length) {
      for (const list of [this.#fieldOf, this.#contractOf, this.#kindOf]) {
        const first = list.take(number + 1 - list.length);
        list.items.fill(-1, first, number + 1);
      }
    }
    if (this.#fieldOf.items[number] === -1) {
      const { bytes } = key;
      const image = this.#image;
      for (let at = CONTRACT_AT; at < KEY_HEAD_BYTES; at++) image.bytes[at - CONTRACT_AT] = bytes[at]!;
      image.length = KEY_HEAD_BYTES - CONTRACT_AT;
      this.#fieldOf.items[number] = this.fields.intern(image);
      image.length = 32;
      this.#contractOf.items[number] = this.contracts.intern(image);
      this.#kindOf.items[number] = bytes[0]!;
    }
    return number;
  }

  /** A described key is declared by a transaction that has an access set. */
  mark(number: number): void {
    const kind = this.#kindOf.items[number]!;
    if ((kind & MARKED) !== 0) return;
    this.#kindOf.items[number] = kind | MARKED;
    this.#declared.push(number);
  }

  /** A code that a transaction with an access set runs. */
  reachCode(codeHash: Uint8Array): void {
    if (codeHash === this.#lastCode) return;
    this.#lastCode = codeHash;
    this.codes.intern(this.#image.of(codeHash));
  }

  /** The number of a contract's address. */
  contract(address: Address): number {
    if (address !== this.#lastContract) {
      this.#lastContract = address;
      this.#lastNumber = this.contracts.intern(this.#image.of(address));
    }
    return this.#lastNumber;
  }

  /** The number of a field (8 bytes) of a contract. */
  field(address: Address, field: Uint8Array): number {
    const image = this.#image;
    image.bytes.set(address);
    image.bytes.set(field, 32);
    image.length = 40;
    return this.fields.intern(image);
  }

  /** Begins the record of a transaction, for so many entries of each kind; its word index. */
  begin(transaction: number, keys: number, past: number, locks: number, contracts: number): number {
    const size = RECORD.size + (keys + past) * KEY.size + locks * LOCK.size + contracts;
    const at = this.#take(size);
    const { words } = this;
    words[at + RECORD.keys] = keys;
    words[at + RECORD.past] = past;
    words[at + RECORD.locks] = locks;
    words[at + RECORD.contracts] = contracts;
    this.records[transaction] = at;
    return at;
  }

  /** Writes a key's entry at a word index; the index behind it. */
  writeKey(at: number, number: number, flags: number): number {
    const { words } = this;
    words[at + KEY.number] = number;
    words[at + KEY.flags] = flags;
    words[at + KEY.run] = -1;
    words[at + KEY.member] = -1;
    words[at + KEY.amounts] = 0;
    return at + KEY.size;
  }

  /** Room for the amounts of an add to a cell of so many words; its word index. */
  takeAmounts(width: number): number {
    return this.#take(AMOUNT.size * width);
  }

  /** Takes a whole access set as a transaction's. */
  take(transaction: number, access: AccessSet): void {
    const { keys, past, locks, contracts } = access;
    const image = new ByteImage();
    const record = this.begin(transaction, keys.length, past.length, locks.length, contracts.length);
    this.words[record + RECORD.expansions] = access.keyCount;
    this.words[record + RECORD.deployBytes] = access.deployBytes;
    let at = record + RECORD.size;
    for (const { key, mode, extra, up, down, floor, ceiling } of keys) {
      const number = this.describe(image.of(key));
      this.mark(number);
      const entry = at;
      at = this.writeKey(at, number, MODES[mode] | (extra ? ACCESS.extra : 0));
      if (mode !== 'add') continue;
      const width = cellWords(key[0]!);
      const amounts = this.takeAmounts(width);
      this.words[entry + KEY.amounts] = amounts;
      [up, down, floor, ceiling].forEach((amount, index) => {
        setWords(this.numbers, amounts + index * width, width, amount);
      });
    }
    for (const key of past) {
      const number = this.describe(image.of(key));
      this.mark(number);
      at = this.writeKey(at, number, ACCESS.past);
    }
    const { words } = this;
    for (const { contract, field, mode, extra } of locks) {
      words[at + LOCK.flags] = MODES[mode] | (extra ? ACCESS.extra : 0);
      words[at + LOCK.contract] = this.contract(contract);
      words[at + LOCK.field] = field === undefined ? -1 : this.field(contract, field);
      at += LOCK.size;
    }
    for (const { address, codeHash } of contracts) {
      words[at++] = this.contract(address);
      this.reachCode(codeHash);
    }
  }

  #take(count: number): number {
    const at = this.#words.take(count);
    if (this.#numbers.buffer !== this.#words.items.buffer)
      this.#numbers = new Uint32Array(this.#words.items.buffer);
    return at;
  }
}

/** Word index behind a record's keys and past keys: its locks. */
export function locksAt(words: Int32Array, record: number): number {
  return record + RECORD.size + KEY.size * (words[record + RECORD.keys]! + words[record + RECORD.past]!);
}

/** Word index behind its locks: the numbers of its contracts. */
export function contractsAt(words: Int32Array, record: number): number {
  return locksAt(words, record) + LOCK.size * words[record + RECORD.locks]!;
}
