// A worker's part in the ordered part of a block: takes ready transactions out of the arena, runs each under its A(t),
// writes values and outcome back, and makes others ready. The plan makes every plain access below free of races.

import { ByteTable } from '../../base/byte-table.js';
import { Writer } from '../../base/codec.js';
import {
  addWords,
  bigintOf,
  compareWords,
  isZeroWords,
  subtractWords,
  wordsFromBytes,
} from '../../base/words.js';
import { KEY, RECORD } from '../../types/access-table.js';
import type { Address, Hash32 } from '../../types/address.js';
import { GAS_SCHEDULE } from '../../types/gas-schedule.js';
import { cellBits, type KeyKind } from '../../types/key.js';
import type { ContractRecord } from '../../types/system.js';
import type { Call } from '../../types/transaction.js';
import { CELL_HEADER_BYTES, writeCellWords } from '../../types/value.js';
import type { CompiledCode } from '../../vm/compiled-code.js';
import { EventLog } from '../../vm/event-log.js';
import { type CallEnd, EMPTY } from '../../vm/outcome.js';
import type { BlockContext, CodeView } from '../../vm/run.js';
import { runCalls, startRun } from '../../vm/run-transaction.js';
import { STATUSES, writeFailure } from '../outcome-codec.js';
import { REQUEST } from '../threads/requests.js';
import type { MainThread } from '../threads/worker.js';
import {
  type Arena,
  CALL,
  END,
  HEADER,
  Heap,
  JOB,
  MEMBER,
  RUN,
  recordAt,
  SLOT,
  TRANSACTION,
  TRANSACTION_STATE,
  WRITE,
} from './arena.js';
import { Kernel } from './kernel.js';
import type { RunTimes } from './run-times.js';
import { SlotSet } from './slot-set.js';

/** Runs until every transaction of the job is finished or the job is given up. @throws ARENA_FULL */
export function runOrderedJob(
  arena: Arena,
  main: MainThread,
  context: BlockContext,
  isGivenUp: () => boolean,
  times?: RunTimes,
): void {
  const kernel = new Kernel(arena, isGivenUp);
  const worker = new OrderedWorker(arena, main, context, kernel);
  const take = (transaction: number): void => worker.take(transaction);
  kernel.serve(times === undefined ? take : times.around(take));
}

/** The table of declared keys, over the arena. */
export function keyTableOf({ words }: Arena): ByteTable {
  const part = (at: number, length: number): Int32Array => words.subarray(at, at + length);
  return new ByteTable(words[HEADER.keySeed]!, {
    buckets: part(words[HEADER.keyBuckets]!, words[HEADER.keyBucketCount]!),
    places: part(words[HEADER.keyPlaces]!, words[HEADER.keyCount]!),
    heap: part(words[HEADER.keyHeap]!, words[HEADER.keyHeapLength]!),
    seed: words[HEADER.keySeed]!,
  });
}

/** Objects a worker remembers answers for. */
const REMEMBERED_MAX = 32;

/** The same view, remembering by object: the contracts and hashes of calls are the same objects for a whole job. */
function rememberCodes(codes: CodeView): CodeView {
  const contracts = new Map<Address, ContractRecord | undefined>();
  const compiled = new Map<Hash32, CompiledCode | undefined>();
  return {
    contractAt: (address) => remember(contracts, address, () => codes.contractAt(address)),
    sizeOf: (hash) => codes.sizeOf(hash),
    code: (hash) => remember(compiled, hash, () => codes.code(hash)),
  };
}

function remember<K, V>(known: Map<K, V>, key: K, ask: () => V): V {
  if (known.has(key)) return known.get(key) as V;
  const value = ask();
  if (known.size < REMEMBERED_MAX) known.set(key, value);
  return value;
}

/** What a worker needs to know of the others: `Kernel`, or nothing where there are none. */
export type Others = Pick<Kernel, 'isFlagged' | 'flag' | 'leave'>;

/** Runs transactions of one job; each when everything the plan orders before it has finished. */
export class OrderedWorker {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #heap: Heap;
  readonly #keys: ByteTable;
  readonly #set: SlotSet;
  readonly #events = new EventLog();
  private readonly context: BlockContext;
  /** Addresses of contracts by where they stand. */
  readonly #addresses = new Map<number, Address>();
  readonly #cell = new Uint32Array(8);

  constructor(
    private readonly arena: Arena,
    main: Pick<MainThread, 'ask'>,
    context: BlockContext,
    private readonly kernel: Others,
  ) {
    this.context = { ...context, codes: rememberCodes(context.codes) };
    this.#words = arena.words;
    this.#heap = new Heap(arena);
    this.#keys = keyTableOf(arena);
    this.#set = new SlotSet(arena, this.#keys, (key) => main.ask(REQUEST.slot, key).number);
  }

  take(transaction: number): void {
    const words = this.#words;
    const record = recordAt(this.arena, HEADER.transactions, transaction, TRANSACTION.size);
    const job = words[record + TRANSACTION.job]!;
    words[record + TRANSACTION.state] = this.#run(transaction, job, record);
    // Left whatever became of it: the last one to leave a run merges what the members added.
    const access = words[job + JOB.record]!;
    let at = access + RECORD.size;
    for (let index = words[access + RECORD.keys]!; index > 0; index--, at += KEY.size) {
      const run = words[at + KEY.run]!;
      if (run >= 0 && this.kernel.leave(run)) this.#merge(run);
    }
  }

  #run(transaction: number, job: number, record: number): number {
    if (this.kernel.isFlagged(transaction)) {
      this.kernel.flag(transaction);
      return TRANSACTION_STATE.unrun;
    }
    const words = this.#words;
    const set = this.#set;
    set.begin(words[job + JOB.record]!);
    this.#events.rollback(0);
    const gasLimit = this.arena.numbers[job + JOB.gas]! + words[job + JOB.gas + 1]! * 0x1_0000_0000;
    const sender = this.#copy(words[job + JOB.senderAt]!, 32) as Address;
    const request = { sender, calls: this.#calls(job), gasLimit, index: transaction, tail: false };
    const results: Uint8Array[] = [];
    const end = runCalls(startRun(request, this.context, set, this.#events), request, results);
    const at = this.#writeEnd(end, gasLimit - end.gasLeft, results);
    words[record + TRANSACTION.end] = at;
    if (end.status !== 'VIOLATION') return TRANSACTION_STATE.done;
    this.kernel.flag(transaction);
    return TRANSACTION_STATE.violated;
  }

  #calls(job: number): Call[] {
    const words = this.#words;
    const calls: Call[] = [];
    let at = job + JOB.size;
    for (let index = words[job + JOB.calls]!; index > 0; index--, at += CALL.size) {
      const valueAt = words[at + CALL.valueAt]!;
      calls.push({
        contract: this.#address(words[at + CALL.contractAt]!),
        selector: words[at + CALL.selector]! >>> 0,
        args: this.#copy(words[at + CALL.argsAt]!, words[at + CALL.argsLength]!),
        value: valueAt === 0 ? 0n : bigintOf(this.arena.numbers, valueAt / 4, 4),
      });
    }
    return calls;
  }

  /** The `END` words of a run; what it changed is put in place if it ended OK. */
  #writeEnd(end: CallEnd, gas: number, results: readonly Uint8Array[]): number {
    const words = this.#words;
    const heap = this.#heap;
    const set = this.#set;
    const ok = end.status === 'OK';
    const kept = ok ? results.length : 0;
    const at = heap.words(END.size + 2 * kept + (ok ? WRITE.size * set.places : 0));
    words[at + END.status] = STATUSES.indexOf(end.status);
    words[at + END.gas] = gas % 0x1_0000_0000;
    words[at + END.gas + 1] = Math.floor(gas / 0x1_0000_0000);
    const { access } = this.context.schedule ?? GAS_SCHEDULE;
    words[at + END.refund] = end.status === 'VIOLATION' ? 0 : set.refund(access);
    words[at + END.results] = kept;
    words[at + END.failureLength] = 0;
    if (end.failure !== undefined) {
      const writer = new Writer();
      writeFailure(writer, end.failure);
      words[at + END.failureAt] = heap.put(writer.finish());
      words[at + END.failureLength] = writer.length;
    }
    words[at + END.events] = ok ? this.#events.count : 0;
    const events = ok ? this.#events.bytes : EMPTY;
    words[at + END.eventsAt] = heap.put(events);
    words[at + END.eventsLength] = events.length;
    let next = at + END.size;
    for (let index = 0; index < kept; index++, next += 2) {
      words[next] = heap.put(results[index]!);
      words[next + 1] = results[index]!.length;
    }
    words[at + END.writes] = ok ? this.#commit(next) : 0;
    return at;
  }

  /** Puts new values in place and notes them from `next` on; how many. We alone may write these slots now. */
  #commit(next: number): number {
    const words = this.#words;
    const set = this.#set;
    let count = 0;
    for (let place = 0; place < set.places; place++) {
      const member = set.addedMember(place);
      if (member >= 0) this.#keepDelta(place, member);
      if (!set.isWritten(place)) continue;
      const slot = set.slotAt(place);
      const record = recordAt(this.arena, HEADER.slots, slot, SLOT.size);
      const beforeAt = words[record + SLOT.currentAt]!;
      const beforeLength = words[record + SLOT.currentLength]!;
      const kind = set.kindAt(place);
      const value = kind === 0 ? (set.valueAt(place) ?? EMPTY) : EMPTY;
      const length = kind === 0 ? value.length : this.#cellLength(kind, set.cells, set.numbersAt(place).cell);
      const afterAt = length === 0 ? 0 : this.#heap.take(length);
      if (kind === 0) this.arena.bytes.set(value, afterAt);
      else if (length > 0) {
        writeCellWords(this.arena.bytes, afterAt, set.cells, set.numbersAt(place).cell, cellBits(kind) / 32);
      }
      if (length === beforeLength && this.#isSame(beforeAt, afterAt, length)) continue;
      const at = next + WRITE.size * count++;
      words[at + WRITE.slot] = slot;
      words[at + WRITE.beforeAt] = beforeAt;
      words[at + WRITE.beforeLength] = beforeLength;
      words[at + WRITE.afterAt] = afterAt;
      words[at + WRITE.afterLength] = length;
      words[record + SLOT.currentAt] = afterAt;
      words[record + SLOT.currentLength] = length;
    }
    return count;
  }

  /** Stored bytes of a cell; 0 is stored as absent. */
  #cellLength(kind: KeyKind, cells: Uint32Array, at: number): number {
    const count = cellBits(kind) / 32;
    return isZeroWords(cells, at, count) ? 0 : CELL_HEADER_BYTES + 4 * count;
  }

  #isSame(a: number, b: number, length: number): boolean {
    const { bytes } = this.arena;
    for (let index = 0; index < length; index++) if (bytes[a + index] !== bytes[b + index]) return false;
    return true;
  }

  /** Leaves what an adder added for the merge, unless it came to nothing. */
  #keepDelta(place: number, member: number): void {
    const { numbers } = this.arena;
    const { cells } = this.#set;
    const { up, down } = this.#set.numbersAt(place);
    if (compareWords(cells, up, cells, down, 8) === 0) return;
    const delta = this.#heap.words(16);
    for (let index = 0; index < 8; index++) {
      numbers[delta + index] = cells[up + index]!;
      numbers[delta + 8 + index] = cells[down + index]!;
    }
    this.#words[recordAt(this.arena, HEADER.members, member, MEMBER.size) + MEMBER.delta] = delta;
  }

  /** As the last to leave a run: adds up what its members left, by block order. */
  #merge(run: number): void {
    const { words, numbers, bytes } = this.arena;
    const at = recordAt(this.arena, HEADER.runs, run, RUN.size);
    const slot = words[at + RUN.slot]!;
    const record = recordAt(this.arena, HEADER.slots, slot, SLOT.size);
    const count = cellBits(this.#keys.byteAt(slot, 0) as KeyKind) / 32;
    const cell = this.#cell;
    words[at + RUN.beforeAt] = words[record + SLOT.currentAt]!;
    words[at + RUN.beforeLength] = words[record + SLOT.currentLength]!;
    cell.fill(0);
    if (words[record + SLOT.currentLength] !== 0) {
      wordsFromBytes(cell, 0, bytes, words[record + SLOT.currentAt]! + CELL_HEADER_BYTES, count);
    }
    const first = words[at + RUN.firstMember]!;
    const end = first + words[at + RUN.members]!;
    for (let index = first; index < end; index++) {
      const member = recordAt(this.arena, HEADER.members, index, MEMBER.size);
      const delta = words[member + MEMBER.delta]!;
      if (delta === 0) continue;
      // The plan keeps every order of the run's adds within the cell's range.
      addWords(cell, 0, numbers, delta, count);
      subtractWords(cell, 0, numbers, delta + 8, count);
      const zero = isZeroWords(cell, 0, count);
      const length = zero ? 0 : CELL_HEADER_BYTES + 4 * count;
      const valueAt = zero ? 0 : this.#heap.take(length);
      if (!zero) writeCellWords(bytes, valueAt, cell, 0, count);
      words[record + SLOT.currentAt] = valueAt;
      words[record + SLOT.currentLength] = length;
      words[member + MEMBER.afterAt] = valueAt;
      words[member + MEMBER.afterLength] = length;
    }
  }

  #address(at: number): Address {
    let address = this.#addresses.get(at);
    if (address === undefined) {
      address = this.#copy(at, 32) as Address;
      this.#addresses.set(at, address);
    }
    return address;
  }

  /** A copy outside shared memory. */
  #copy(at: number, length: number): Uint8Array {
    const { bytes } = this.arena;
    const copy = new Uint8Array(length);
    for (let index = 0; index < length; index++) copy[index] = bytes[at + index]!;
    return copy;
  }
}
