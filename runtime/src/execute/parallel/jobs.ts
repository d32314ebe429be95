// Transactions as workers need them: sender, calls and gas as words, one record a transaction that holds all of it. Made as
// they are resolved, copied into the arena as they stand; not a format of the chain.
import { IntList } from '../../base/int-list.js';
import { setWords } from '../../base/words.js';
import type { AccessTable } from '../../types/access-table.js';
import type { Address } from '../../types/address.js';
import type { Call } from '../../types/transaction.js';
import { CALL, JOB, wordsOfArgs } from './arena.js';

/** What a transaction of one call with a few arguments takes. */
const FEW_WORDS = 48;

/** The jobs of one block. */
export class JobTable {
  /** By transaction with an access set: word index of its job. */
  readonly places: Int32Array;
  /** Numbers of the contracts that are called, each once. */
  readonly called = new IntList(16);
  readonly #isCalled: boolean[] = [];
  readonly #words: IntList;
  #numbers: Uint32Array<ArrayBuffer>;
  #bytes: Uint8Array<ArrayBuffer>;

  constructor(private readonly table: AccessTable) {
    const transactions = table.records.length;
    this.places = new Int32Array(transactions);
    this.#words = new IntList(FEW_WORDS * transactions);
    this.#numbers = new Uint32Array(this.#words.items.buffer);
    this.#bytes = new Uint8Array(this.#words.items.buffer);
  }

  /** The jobs, one behind the other. */
  get words(): Int32Array {
    return this.#words.view();
  }

  get length(): number {
    return this.#words.length;
  }

  /** Adds the job of a transaction whose record is in the table. `gas`: limit less what was used before the run. */
  add(transaction: number, sender: Address, calls: readonly Call[], gas: number): void {
    const at = this.#take(JOB.size);
    const words = this.#words.items;
    words[at + JOB.gas] = gas % 0x1_0000_0000;
    words[at + JOB.gas + 1] = Math.floor(gas / 0x1_0000_0000);
    words[at + JOB.record] = this.table.records[transaction]!;
    words[at + JOB.calls] = calls.length;
    this.#put(at + JOB.sender, sender);
    for (const call of calls) this.#call(call);
    this.places[transaction] = at;
  }

  #call({ contract, selector, args, value }: Call): void {
    const at = this.#take(CALL.size + wordsOfArgs(args.length));
    // Every contract a transaction with an access set calls is one it reaches, so it has a number.
    const number = this.table.contract(contract);
    if (!this.#isCalled[number]) {
      this.#isCalled[number] = true;
      this.called.push(number);
    }
    const words = this.#words.items;
    words[at + CALL.contract] = number;
    words[at + CALL.selector] = selector;
    words[at + CALL.argsLength] = args.length;
    setWords(this.#numbers, at + CALL.value, 4, value);
    this.#put(at + CALL.size, args);
  }

  #put(at: number, bytes: Uint8Array): void {
    const to = this.#bytes;
    const start = 4 * at;
    if (bytes.length > LOOP_BYTES) to.set(bytes, start);
    else for (let index = 0; index < bytes.length; index++) to[start + index] = bytes[index]!;
  }

  #take(count: number): number {
    const at = this.#words.take(count);
    const { buffer } = this.#words.items;
    if (this.#numbers.buffer !== buffer) {
      this.#numbers = new Uint32Array(buffer);
      this.#bytes = new Uint8Array(buffer);
    }
    return at;
  }
}

/** Up to here a loop over bytes is faster than the engine's copy. */
const LOOP_BYTES = 96;
