// Transactions as workers need them: calls, gas and A(t) with slots in place of keys, as words in the arena. Main writes
// them before the job; not a format of the chain.
import { setWords } from '../../base/words.js';
import type { AccessSet, KeyAccess, LockAccess } from '../../types/access.js';
import type { Address } from '../../types/address.js';
import type { StateKey } from '../../types/key.js';
import type { Call } from '../../types/transaction.js';
import { ACCESS, AMOUNTS, type Arena, CALL, type Heap, JOB, KEY, LOCK } from './arena.js';

/** What main knows of a transaction that takes part. */
export interface OrderedJob {
  readonly sender: Address;
  readonly calls: readonly Call[];
  /** Gas it may use: limit less what was used before the run. */
  readonly gas: number;
  readonly access: AccessSet;
  /** Beside `access.keys`: the adder run of a key and its member there, or -1. */
  readonly runs: Int32Array;
  readonly members: Int32Array;
}

const MODES = { read: ACCESS.read, write: ACCESS.write, add: ACCESS.add } as const;

/** Words and bytes a job takes at most, apart from what it shares with others. */
export function jobBytes({ calls, access }: Pick<OrderedJob, 'calls' | 'access'>): number {
  const { keys, past, locks, contracts } = access;
  let bytes = 4 * (JOB.size + CALL.size * calls.length + LOCK.size * locks.length + contracts.length) + 32;
  bytes += 4 * (KEY.size * (keys.length + past.length) + AMOUNTS.size * keys.length) + 40 * locks.length;
  for (const { args } of calls) bytes += args.length + 20;
  return bytes;
}

/** Writes jobs into one arena. */
export class JobWriter {
  /** Where each contract's address stands. */
  readonly #addresses = new Map<string, number>();

  constructor(
    private readonly arena: Arena,
    private readonly heap: Heap,
    private readonly slotOf: (key: StateKey) => number,
  ) {}

  /** Word index of the job. @throws ARENA_FULL */
  write(job: OrderedJob): number {
    const { words } = this.arena;
    const { calls, access, gas } = job;
    const { keys, past, locks, contracts } = access;
    const count =
      JOB.size +
      CALL.size * calls.length +
      KEY.size * (keys.length + past.length) +
      LOCK.size * locks.length +
      contracts.length;
    const at = this.heap.words(count);
    words[at + JOB.gas] = gas % 0x1_0000_0000;
    words[at + JOB.gas + 1] = Math.floor(gas / 0x1_0000_0000);
    words[at + JOB.senderAt] = this.heap.put(job.sender);
    words[at + JOB.calls] = calls.length;
    words[at + JOB.keys] = keys.length + past.length;
    words[at + JOB.locks] = locks.length;
    words[at + JOB.contracts] = contracts.length;
    let next = at + JOB.size;
    for (const call of calls) next = this.#call(next, call);
    for (let index = 0; index < keys.length; index++) {
      next = this.#key(next, keys[index]!, job.runs[index]!, job.members[index]!);
    }
    for (const key of past) {
      words[next + KEY.slot] = this.slotOf(key);
      words[next + KEY.flags] = ACCESS.past;
      words[next + KEY.run] = -1;
      words[next + KEY.member] = -1;
      words[next + KEY.amounts] = 0;
      next += KEY.size;
    }
    for (const lock of locks) next = this.#lock(next, lock);
    for (const { address } of contracts) words[next++] = this.#address(address);
    return at;
  }

  #call(at: number, { contract, selector, args, value }: Call): number {
    const { words } = this.arena;
    words[at + CALL.contractAt] = this.#address(contract);
    words[at + CALL.selector] = selector;
    words[at + CALL.argsAt] = this.heap.put(args);
    words[at + CALL.argsLength] = args.length;
    words[at + CALL.valueAt] = 0;
    if (value !== 0n) {
      const number = this.heap.words(4);
      setWords(this.arena.numbers, number, 4, value);
      words[at + CALL.valueAt] = 4 * number;
    }
    return at + CALL.size;
  }

  #key(at: number, access: KeyAccess, run: number, member: number): number {
    const { words, numbers } = this.arena;
    words[at + KEY.slot] = this.slotOf(access.key);
    words[at + KEY.flags] = MODES[access.mode] | (access.extra ? ACCESS.extra : 0);
    words[at + KEY.run] = run;
    words[at + KEY.member] = member;
    words[at + KEY.amounts] = 0;
    if (access.mode === 'add') {
      const amounts = this.heap.words(AMOUNTS.size);
      words[at + KEY.amounts] = amounts;
      setWords(numbers, amounts + AMOUNTS.up, 8, access.up);
      setWords(numbers, amounts + AMOUNTS.down, 8, access.down);
      setWords(numbers, amounts + AMOUNTS.floor, 8, access.floor);
      setWords(numbers, amounts + AMOUNTS.ceiling, 8, access.ceiling);
    }
    return at + KEY.size;
  }

  #lock(at: number, { contract, field, mode, extra }: LockAccess): number {
    const { words } = this.arena;
    const text = new Uint8Array(40);
    text.set(contract);
    if (field !== undefined) text.set(field, 32);
    words[at + LOCK.flags] = MODES[mode] | (extra ? ACCESS.extra : 0);
    words[at + LOCK.textAt] = this.heap.put(text);
    words[at + LOCK.fieldBytes] = field === undefined ? 0 : 8;
    return at + LOCK.size;
  }

  #address(address: Uint8Array): number {
    const text = String.fromCharCode.apply(null, address as unknown as number[]);
    let at = this.#addresses.get(text);
    if (at === undefined) {
      at = this.heap.put(address);
      this.#addresses.set(text, at);
    }
    return at;
  }
}
