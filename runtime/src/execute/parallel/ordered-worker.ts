// A worker's part in the ordered part of a block: takes ready transactions out of the arena, runs each under its A(t),
// writes values and outcome back, and makes others ready. The plan makes every plain access below free of races.

import { ByteTable } from '../../base/byte-table.js';
import { bytesEqual } from '../../base/bytes.js';
import { Writer } from '../../base/codec.js';
import { addWords, bigintOf, subtractWords } from '../../base/words.js';
import { KEY, RECORD } from '../../types/access-table.js';
import { GAS_SCHEDULE } from '../../types/gas-schedule.js';
import { cellBits, type KeyKind } from '../../types/key.js';
import { SYSTEM_ADDRESS } from '../../types/system.js';
import { EventLog } from '../../vm/event-log.js';
import type { CallEnd } from '../../vm/outcome.js';
import type { BlockContext, Run } from '../../vm/run.js';
import { endOfNothing, runCall, startRun } from '../../vm/run-transaction.js';
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
  wordsOfArgs,
} from './arena.js';
import { cellBytes, loadCell, putCell } from './arena-cells.js';
import { CallBytes } from './call-bytes.js';
import { JobCodes, type ThreadCodes } from './job-codes.js';
import type { Kernel } from './kernel.js';
import { SlotSet } from './slot-set.js';

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

const OK = STATUSES.indexOf('OK');

/** What all transactions of a job share. */
export interface JobContext extends Omit<BlockContext, 'schedule' | 'reached'> {
  readonly codes: ThreadCodes;
}

/** What a worker needs to know of the others: `Kernel`, or nothing where there are none. */
export type Others = Pick<Kernel, 'isFlagged' | 'flag' | 'leave'>;

/** Runs transactions of one job; each when everything the plan orders before it has finished. */
export class OrderedWorker {
  readonly #words: Int32Array<SharedArrayBuffer>;
  /** Where the access table stands. */
  readonly #access: number;
  readonly #heap: Heap;
  readonly #keys: ByteTable;
  readonly #set: SlotSet;
  readonly #events = new EventLog();
  readonly #codes: JobCodes;
  readonly #context: BlockContext;
  /** Senders and arguments of calls, for as long as the call runs. */
  readonly #given: CallBytes;
  /** Where the results of the running transaction's calls stand, and their lengths: the first `#resultWords` numbers. */
  readonly #results: number[] = [];
  #resultWords = 0;
  readonly #cell = new Uint32Array(8);

  constructor(
    private readonly arena: Arena,
    main: Pick<MainThread, 'ask'>,
    { codes, pool, height, time, grandparentHash }: JobContext,
    private readonly kernel: Others,
  ) {
    this.#codes = new JobCodes(codes, arena);
    this.#context = { codes: this.#codes, pool, height, time, grandparentHash };
    this.#words = arena.words;
    this.#access = arena.words[HEADER.access]!;
    this.#heap = new Heap(arena);
    this.#keys = keyTableOf(arena);
    this.#given = new CallBytes(arena);
    this.#set = new SlotSet(arena, this.#keys, (key) => main.ask(REQUEST.slot, key).number);
  }

  take(transaction: number): void {
    const words = this.#words;
    const record = recordAt(this.arena, HEADER.transactions, transaction, TRANSACTION.size);
    const job = words[record + TRANSACTION.job]!;
    words[record + TRANSACTION.state] = this.#run(transaction, job, record);
    // Left whatever became of it: the last one to leave a run merges what the members added.
    const access = this.#access + words[job + JOB.record]!;
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
    this.#set.begin(this.#access + words[job + JOB.record]!);
    this.#events.clear();
    this.#resultWords = 0;
    const gasLimit = this.arena.numbers[job + JOB.gas]! + words[job + JOB.gas + 1]! * 0x1_0000_0000;
    const sender = this.#given.sender(4 * (job + JOB.sender));
    const request = { sender, index: transaction, tail: false };
    const run = startRun(request, this.#context, this.#set, this.#events);
    const end = this.#runCalls(run, job, gasLimit);
    words[record + TRANSACTION.end] = this.#writeEnd(end, gasLimit - end.gasLeft);
    if (end.status !== 'VIOLATION') return TRANSACTION_STATE.done;
    this.kernel.flag(transaction);
    return TRANSACTION_STATE.violated;
  }

  /** Runs the calls of a job in order, up to the first that does not end OK. */
  #runCalls(run: Run, job: number, gasLimit: number): CallEnd {
    const words = this.#words;
    let end = endOfNothing(gasLimit);
    let at = job + JOB.size;
    for (let index = words[job + JOB.calls]!; index > 0; index--) {
      const contract = this.#codes.address(words[at + CALL.contract]!);
      const argsAt = 4 * (at + CALL.size);
      const argsLength = words[at + CALL.argsLength]!;
      const native = bytesEqual(contract, SYSTEM_ADDRESS);
      const call = {
        contract,
        selector: words[at + CALL.selector]! >>> 0,
        args: native ? this.#given.ownArgs(argsAt, argsLength) : this.#given.args(argsAt, argsLength),
        value: bigintOf(this.arena.numbers, at + CALL.value, 4),
      };
      at += CALL.size + wordsOfArgs(argsLength);
      end = runCall(run, call, end.gasLeft);
      if (end.status !== 'OK') break;
      this.#results[this.#resultWords++] = this.#heap.put(end.output);
      this.#results[this.#resultWords++] = end.output.length;
    }
    return end;
  }

  /** The `END` words of a run; what it changed is put in place if it ended OK. */
  #writeEnd(end: CallEnd, gas: number): number {
    const words = this.#words;
    const heap = this.#heap;
    const set = this.#set;
    const events = this.#events;
    const ok = end.status === 'OK';
    const kept = ok ? this.#resultWords : 0;
    const at = heap.words(END.size + kept + (ok ? WRITE.size * this.#writtenPlaces() : 0));
    words[at + END.status] = ok ? OK : STATUSES.indexOf(end.status);
    // Stored modulo 2^32.
    words[at + END.gas] = gas;
    words[at + END.gas + 1] = Math.floor(gas / 0x1_0000_0000);
    words[at + END.refund] = end.status === 'VIOLATION' ? 0 : set.refund(GAS_SCHEDULE.access);
    words[at + END.results] = kept / 2;
    words[at + END.failureLength] = 0;
    if (end.failure !== undefined) {
      const writer = new Writer();
      writeFailure(writer, end.failure);
      words[at + END.failureAt] = heap.put(writer.finish());
      words[at + END.failureLength] = writer.length;
    }
    const eventBytes = ok ? events.length : 0;
    const eventsAt = heap.take(eventBytes);
    if (ok) events.copyTo(this.arena.bytes, this.arena.numbers, eventsAt);
    words[at + END.events] = ok ? events.count : 0;
    words[at + END.eventsAt] = eventsAt;
    words[at + END.eventsLength] = eventBytes;
    const next = at + END.size;
    for (let index = 0; index < kept; index++) words[next + index] = this.#results[index]!;
    words[at + END.writes] = ok ? this.#commit(next + kept) : 0;
    return at;
  }

  #writtenPlaces(): number {
    let count = 0;
    for (let place = 0; place < this.#set.places; place++) if (this.#set.isWritten(place)) count++;
    return count;
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
      const afterAt = kind === 0 ? this.#putValue(place) : this.#putCell(place, kind);
      const length =
        kind === 0 ? (set.valueAt(place)?.length ?? 0) : afterAt === 0 ? 0 : cellBytes(cellBits(kind) / 32);
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

  /** Where the value written to a plain key stands; 0: it is removed. */
  #putValue(place: number): number {
    const value = this.#set.valueAt(place);
    return value === undefined ? 0 : this.#heap.put(value);
  }

  /** Where the number of a written cell stands; 0: it is 0, which is stored as absent. */
  #putCell(place: number, kind: KeyKind): number {
    return putCell(this.arena, this.#heap, this.#set.cells, this.#set.cellAt(place), cellBits(kind) / 32);
  }

  #isSame(a: number, b: number, length: number): boolean {
    const { bytes } = this.arena;
    for (let index = 0; index < length; index++) if (bytes[a + index] !== bytes[b + index]) return false;
    return true;
  }

  /** Leaves what an adder added for the merge, unless it came to nothing. */
  #keepDelta(place: number, member: number): void {
    const count = cellBits(this.#set.kindAt(place)) / 32;
    const at = recordAt(this.arena, HEADER.members, member, MEMBER.size);
    const changed = this.#set.copyDelta(place, this.arena.numbers, at + MEMBER.sums, count);
    this.#words[at + MEMBER.delta] = changed ? 1 : 0;
  }

  /** As the last to leave a run: adds up what its members left, by block order. */
  #merge(run: number): void {
    const { words, numbers } = this.arena;
    const at = recordAt(this.arena, HEADER.runs, run, RUN.size);
    const slot = words[at + RUN.slot]!;
    const record = recordAt(this.arena, HEADER.slots, slot, SLOT.size);
    const count = cellBits(this.#keys.byteAt(slot, 0) as KeyKind) / 32;
    const cell = this.#cell;
    let valueAt = words[record + SLOT.currentAt]!;
    let length = words[record + SLOT.currentLength]!;
    words[at + RUN.beforeAt] = valueAt;
    words[at + RUN.beforeLength] = length;
    loadCell(this.arena, valueAt, length, cell, 0, count);
    const first = recordAt(this.arena, HEADER.members, words[at + RUN.firstMember]!, MEMBER.size);
    const end = first + MEMBER.size * words[at + RUN.members]!;
    for (let member = first; member < end; member += MEMBER.size) {
      if (words[member + MEMBER.delta] === 0) continue;
      // The plan keeps every order of the run's adds within the cell's range.
      addWords(cell, 0, numbers, member + MEMBER.sums, count);
      subtractWords(cell, 0, numbers, member + MEMBER.sums + count, count);
      valueAt = putCell(this.arena, this.#heap, cell, 0, count);
      length = valueAt === 0 ? 0 : cellBytes(count);
      words[member + MEMBER.afterAt] = valueAt;
      words[member + MEMBER.afterLength] = length;
    }
    words[record + SLOT.currentAt] = valueAt;
    words[record + SLOT.currentLength] = length;
  }
}
