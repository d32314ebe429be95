// Transactions as workers need them: calls, gas and where their access stands, as words in the arena. Main writes them
// before the job; not a format of the chain.
import { setWords } from '../../base/words.js';
import type { Address } from '../../types/address.js';
import type { Call } from '../../types/transaction.js';
import { type Arena, CALL, type Heap, JOB } from './arena.js';

/** What main knows of a transaction that takes part. */
export interface OrderedJob {
  readonly sender: Address;
  readonly calls: readonly Call[];
  /** Gas it may use: limit less what was used before the run. */
  readonly gas: number;
  /** Word index of its access in the arena. */
  readonly record: number;
}

/** Bytes a job takes at most, apart from the contracts' addresses, which it shares with others. */
export function jobBytes(calls: readonly Call[]): number {
  let bytes = 4 * (JOB.size + CALL.size * calls.length) + 32;
  for (const { args } of calls) bytes += args.length + 20;
  return bytes;
}

/** Writes jobs into one arena. `numberOf`: a called contract's number in the access table. */
export class JobWriter {
  constructor(
    private readonly arena: Arena,
    private readonly heap: Heap,
    private readonly numberOf: (contract: Address) => number,
  ) {}

  /** Word index of the job. @throws ARENA_FULL */
  write({ sender, calls, gas, record }: OrderedJob): number {
    const { words } = this.arena;
    const at = this.heap.words(JOB.size + CALL.size * calls.length);
    words[at + JOB.gas] = gas % 0x1_0000_0000;
    words[at + JOB.gas + 1] = Math.floor(gas / 0x1_0000_0000);
    words[at + JOB.senderAt] = this.heap.put(sender);
    words[at + JOB.calls] = calls.length;
    words[at + JOB.record] = record;
    let next = at + JOB.size;
    for (const call of calls) next = this.#call(next, call);
    return at;
  }

  #call(at: number, { contract, selector, args, value }: Call): number {
    const { words } = this.arena;
    words[at + CALL.contract] = this.numberOf(contract);
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
}
