// Resolution into the block's table: joins what one transaction declares, by key numbers, and writes its record. The same
// rules as `AccessBuilder`, without a text, a Map or an object for a key.
import type { ByteImage } from '../base/byte-table.js';
import { IntList } from '../base/int-list.js';
import { addWords, compareWords, copyWords, isZeroWords } from '../base/words.js';
import type { AccessMode } from '../types/access.js';
import { ACCESS, type AccessTable, AMOUNT, cellWords, KEY, LOCK, RECORD } from '../types/access-table.js';
import type { Address } from '../types/address.js';
import { type AccessSink, type DeclaredAmount, AMOUNT_WORDS as WIDE } from './access-sink.js';
import { AccessError } from './errors.js';
import { ACCESS_LIMITS, countExpansions } from './limits.js';

const ALL_ONES = 0xffff_ffff;

/** Takes one transaction after the other: `begin`, what is declared, then `commit` or nothing. */
export class TableSink implements AccessSink {
  /** By key number: 1 + the entry of the key, true while its stamp is the transaction's; and the same for past keys. */
  readonly #entryOf = new IntList();
  readonly #stamps = new IntList();
  readonly #pastStamps = new IntList();
  #stamp = 0;
  /** Entries, in order of first appearance. */
  readonly #numbers = new IntList();
  readonly #flags = new IntList();
  #amounts = new Uint32Array(64 * AMOUNT.size * WIDE);
  readonly #past = new IntList();
  /** Contract, field, flags. */
  readonly #locks = new IntList();
  readonly #contracts = new IntList();
  /** Beside `#contracts`, the hashes of their code; the array keeps its room. */
  readonly #codes: Uint8Array[] = [];
  #expansions = 0;
  #deployBytes = 0;
  readonly #number = new Uint32Array(WIDE);

  constructor(private readonly table: AccessTable) {}

  begin(): void {
    this.#stamp++;
    this.#numbers.cut(0);
    this.#flags.cut(0);
    this.#past.cut(0);
    this.#locks.cut(0);
    this.#contracts.cut(0);
    this.#expansions = 0;
    this.#deployBytes = 0;
  }

  key(key: ByteImage, mode: Exclude<AccessMode, 'add'>, extra: boolean): void {
    this.#count(1);
    const number = this.#describe(key);
    if (mode === 'past') {
      if (this.#pastStamps.items[number] === this.#stamp) return;
      this.#pastStamps.items[number] = this.#stamp;
      this.#past.push(number);
      return;
    }
    const flags = (mode === 'read' ? ACCESS.read : ACCESS.write) | (extra ? ACCESS.extra : 0);
    const entry = this.#entry(number);
    this.#flags.items[entry] = this.#flags.items[entry]! | flags;
  }

  add(
    key: ByteImage,
    direction: 'up' | 'down',
    amount: DeclaredAmount,
    bound: DeclaredAmount,
    extra: boolean,
  ): void {
    this.#count(1);
    const count = cellWords(key.bytes[0]!);
    if (count === 0) throw new AccessError('ACCESS_KEY', { expected: 'a cell', got: 'plain bytes' });
    const entry = this.#entry(this.#describe(key));
    this.#flags.items[entry] = this.#flags.items[entry]! | ACCESS.add | (extra ? ACCESS.extra : 0);
    const at = entry * AMOUNT.size * WIDE;
    const up = direction === 'up';
    const sum = at + (up ? AMOUNT.up : AMOUNT.down) * WIDE;
    const number = this.#number;
    if (amount === undefined) {
      number.fill(0, 0, count);
      number[count - 1] = 1;
    } else saturated(number, count, amount);
    if (addWords(this.#amounts, sum, number, 0, count)) this.#amounts.fill(ALL_ONES, sum, sum + count);
    if (bound === undefined) return;
    saturated(number, count, bound);
    const limit = at + (up ? AMOUNT.ceiling : AMOUNT.floor) * WIDE;
    const order = compareWords(number, 0, this.#amounts, limit, count);
    if (up ? order < 0 : order > 0) copyWords(this.#amounts, limit, number, 0, count);
  }

  lock(contract: Address, field: Uint8Array | undefined, mode: 'read' | 'write', extra: boolean): void {
    this.#count(ACCESS_LIMITS.lockKeys);
    const own = this.table.contract(contract);
    const name = field === undefined ? -1 : this.table.field(contract, field);
    const flags = (mode === 'read' ? ACCESS.read : ACCESS.write) | (extra ? ACCESS.extra : 0);
    const locks = this.#locks;
    for (let at = 0; at < locks.length; at += LOCK.size) {
      if (locks.items[at + LOCK.contract] !== own || locks.items[at + LOCK.field] !== name) continue;
      locks.items[at + LOCK.flags] = locks.items[at + LOCK.flags]! | flags;
      return;
    }
    const at = locks.take(LOCK.size);
    locks.items[at + LOCK.flags] = flags;
    locks.items[at + LOCK.contract] = own;
    locks.items[at + LOCK.field] = name;
  }

  reach(address: Address, codeHash: Uint8Array): void {
    const number = this.table.contract(address);
    if (this.#indexOf(number) >= 0) return;
    this.#codes[this.#contracts.length] = codeHash;
    this.#contracts.push(number);
  }

  reaches(address: Uint8Array): boolean {
    return this.#indexOf(this.table.contract(address as Address)) >= 0;
  }

  deploy(bytes: number): void {
    this.#deployBytes += bytes;
  }

  /** Writes the record of what was declared since `begin`. */
  commit(transaction: number): void {
    const { table } = this;
    const count = this.#numbers.length;
    const locks = this.#locks.length / LOCK.size;
    const record = table.begin(transaction, count, this.#past.length, locks, this.#contracts.length);
    table.words[record + RECORD.expansions] = this.#expansions;
    table.words[record + RECORD.deployBytes] = this.#deployBytes;
    let at = record + RECORD.size;
    for (let entry = 0; entry < count; entry++, at += KEY.size) this.#writeEntry(entry, at);
    for (let index = 0; index < this.#past.length; index++) {
      const number = this.#past.items[index]!;
      at = table.writeKey(at, number, ACCESS.past);
      table.mark(number);
    }
    const { words } = table;
    for (let index = 0; index < this.#locks.length; index += LOCK.size, at += LOCK.size) {
      const flags = this.#locks.items[index + LOCK.flags]!;
      // Both modes at once are a write.
      words[at + LOCK.flags] = (flags & ACCESS.write) === 0 ? flags : flags & ~ACCESS.read;
      words[at + LOCK.contract] = this.#locks.items[index + LOCK.contract]!;
      words[at + LOCK.field] = this.#locks.items[index + LOCK.field]!;
    }
    for (let index = 0; index < this.#contracts.length; index++) {
      words[at++] = this.#contracts.items[index]!;
      table.reachCode(this.#codes[index]!);
    }
  }

  #writeEntry(entry: number, at: number): void {
    const { table } = this;
    const number = this.#numbers.items[entry]!;
    const flags = this.#flags.items[entry]! | this.#lockOver(number);
    const mode = modeOf(flags);
    table.writeKey(at, number, mode | (flags & ACCESS.extra));
    table.mark(number);
    if (mode !== ACCESS.add) return;
    const width = cellWords(table.kindOf(number));
    const amounts = table.takeAmounts(width);
    table.words[at + KEY.amounts] = amounts;
    const from = entry * AMOUNT.size * WIDE;
    for (let which = 0; which < AMOUNT.size; which++) {
      copyWords(table.numbers, amounts + which * width, this.#amounts, from + which * WIDE, width);
    }
  }

  /** The modes of the transaction's own locks over a key. */
  #lockOver(number: number): number {
    const locks = this.#locks;
    let flags = 0;
    for (let at = 0; at < locks.length; at += LOCK.size) {
      const field = locks.items[at + LOCK.field]!;
      const over =
        field < 0
          ? locks.items[at + LOCK.contract] === this.table.contractOf(number)
          : field === this.table.fieldOf(number);
      if (over) flags |= locks.items[at + LOCK.flags]! & (ACCESS.read | ACCESS.write);
    }
    return flags;
  }

  #describe(key: ByteImage): number {
    const number = this.table.describe(key);
    if (number < this.#entryOf.length) return number;
    for (const list of [this.#entryOf, this.#stamps, this.#pastStamps]) {
      const first = list.take(number + 1 - list.length);
      list.items.fill(0, first, number + 1);
    }
    return number;
  }

  #entry(number: number): number {
    if (this.#stamps.items[number] === this.#stamp) return this.#entryOf.items[number]!;
    const entry = this.#numbers.length;
    this.#stamps.items[number] = this.#stamp;
    this.#entryOf.items[number] = entry;
    this.#numbers.push(number);
    this.#flags.push(0);
    const at = entry * AMOUNT.size * WIDE;
    if (at + AMOUNT.size * WIDE > this.#amounts.length) {
      const larger = new Uint32Array(2 * this.#amounts.length);
      larger.set(this.#amounts);
      this.#amounts = larger;
    }
    const ceiling = at + AMOUNT.ceiling * WIDE;
    this.#amounts.fill(0, at, ceiling);
    this.#amounts.fill(ALL_ONES, ceiling, ceiling + WIDE);
    return entry;
  }

  #indexOf(contract: number): number {
    for (let index = 0; index < this.#contracts.length; index++) {
      if (this.#contracts.items[index] === contract) return index;
    }
    return -1;
  }

  #count(keys: number): void {
    this.#expansions = countExpansions(this.#expansions, keys);
  }
}

/** read+read = read, add+add = add, all else = write. */
function modeOf(flags: number): number {
  if ((flags & ACCESS.write) !== 0) return ACCESS.write;
  if ((flags & ACCESS.read) !== 0) return (flags & ACCESS.add) !== 0 ? ACCESS.write : ACCESS.read;
  return ACCESS.add;
}

/** A number cut to the largest that so many words hold. */
function saturated(to: Uint32Array, count: number, value: Uint32Array): void {
  if (isZeroWords(value, count, WIDE - count)) copyWords(to, 0, value, 0, count);
  else to.fill(ALL_ONES, 0, count);
}
