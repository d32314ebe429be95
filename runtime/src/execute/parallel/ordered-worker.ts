// A worker's part in the ordered part of a block: takes ready transactions out of the arena, runs each under its A(t),
// writes values and outcome back, and makes others ready. The plan makes every plain access below free of races.
import { createEnforcer } from '../../access/enforce.js';
import { extraAccessRefund } from '../../access/price.js';
import { assert } from '../../base/assert.js';
import { Reader, Writer } from '../../base/codec.js';
import { keyKind, keyText, type StateKey } from '../../types/key.js';
import type { TransactionOutcome } from '../../types/outcome.js';
import { decodeCell, encodeCell } from '../../types/value.js';
import type { BlockEnvironment } from '../../vm/run.js';
import { runTransaction } from '../../vm/run-transaction.js';
import { writeReport } from '../outcome-codec.js';
import { REQUEST } from '../threads/requests.js';
import type { MainThread } from '../threads/worker.js';
import {
  type Arena,
  HEADER,
  Heap,
  heapCopy,
  MEMBER,
  RUN,
  recordAt,
  SLOT,
  TRANSACTION,
  TRANSACTION_STATE,
} from './arena.js';
import { decodeJob, type OrderedJob } from './job-codec.js';
import { Kernel } from './kernel.js';

/** Runs until every transaction of the job is finished or the job is given up. @throws ARENA_FULL */
export function runOrderedJob(
  arena: Arena,
  main: MainThread,
  environment: Omit<BlockEnvironment, 'state'>,
  isGivenUp: () => boolean,
): void {
  const kernel = new Kernel(arena, isGivenUp);
  const worker = new OrderedWorker(arena, main, environment, kernel);
  kernel.serve((transaction) => worker.take(transaction));
}

class OrderedWorker {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #heap: Heap;
  readonly #environment: BlockEnvironment;
  /** Keys met by this worker, by slot and by text. A slot's key never changes during a job. */
  readonly #keys: StateKey[] = [];
  readonly #slots = new Map<string, number>();

  constructor(
    private readonly arena: Arena,
    private readonly main: MainThread,
    environment: Omit<BlockEnvironment, 'state'>,
    private readonly kernel: Kernel,
  ) {
    this.#words = arena.words;
    this.#heap = new Heap(arena);
    const state = {
      read: (key: StateKey) => this.#value(this.#slotOf(key), SLOT.currentAt),
      past: (key: StateKey) => this.#value(this.#slotOf(key), SLOT.startAt),
    };
    this.#environment = { ...environment, state };
  }

  take(transaction: number): void {
    const words = this.#words;
    const record = recordAt(this.arena, HEADER.transactions, transaction, TRANSACTION.size);
    const bytes = heapCopy(
      this.arena,
      words[record + TRANSACTION.jobAt]!,
      words[record + TRANSACTION.jobLength]!,
    );
    assert(bytes !== undefined, 'a ready transaction has a job');
    const job = decodeJob(new Reader(bytes, 'job'), (slot) => this.#keyOf(slot));
    words[record + TRANSACTION.state] = this.#run(transaction, job, record);
    // Left whatever became of it: the last one to leave a run merges what the members added.
    for (const { run } of job.adders) if (this.kernel.leave(run)) this.#merge(run);
  }

  #run(transaction: number, job: OrderedJob, record: number): number {
    if (this.kernel.isFlagged(transaction)) {
      this.kernel.flag(transaction);
      return TRANSACTION_STATE.unrun;
    }
    const adders = new Map(job.adders.map((adder) => [keyText(this.#keyOf(adder.slot)), adder]));
    const outcome = runTransaction(
      {
        sender: job.sender,
        calls: job.calls,
        gasLimit: job.gas,
        index: transaction,
        enforcer: createEnforcer(job.access),
        isAdder: (key) => adders.has(keyText(key)),
        tail: false,
      },
      this.#environment,
    );
    const writer = new Writer();
    writeReport(writer, outcome);
    if (outcome.status === 'VIOLATION') this.kernel.flag(transaction);
    else {
      writer.number64(extraAccessRefund(job.access, outcome.touched));
      this.#commit(writer, outcome);
      for (const [text, { delta }] of outcome.deltas) {
        const adder = adders.get(text);
        assert(adder !== undefined, 'only planned adders have a delta');
        const member = recordAt(this.arena, HEADER.members, adder.member, MEMBER.size);
        if (delta !== 0n) this.#words[member + MEMBER.deltaAt] = this.#heap.put(encodeDelta(delta));
      }
    }
    const report = writer.finish();
    this.#words[record + TRANSACTION.outAt] = this.#heap.put(report);
    this.#words[record + TRANSACTION.outLength] = report.length;
    return outcome.status === 'VIOLATION' ? TRANSACTION_STATE.violated : TRANSACTION_STATE.done;
  }

  /** Puts new values in place. We alone may write these slots now; later readers are ordered after `finish`. */
  #commit(writer: Writer, outcome: TransactionOutcome): void {
    const words = this.#words;
    writer.list([...outcome.writes], ([text, { key, value }]) => {
      const slot = this.#slots.get(text) ?? this.#slotOf(key);
      const at = recordAt(this.arena, HEADER.slots, slot, SLOT.size);
      const valueAt = value === undefined ? 0 : this.#heap.put(value);
      const length = value?.length ?? 0;
      writer
        .u32(slot)
        .u32(words[at + SLOT.currentAt]!)
        .u32(words[at + SLOT.currentLength]!);
      writer.u32(valueAt).u32(length);
      words[at + SLOT.currentAt] = valueAt;
      words[at + SLOT.currentLength] = length;
    });
  }

  /** As the last to leave a run: adds up what its members stored, by block order. */
  #merge(run: number): void {
    const words = this.#words;
    const at = recordAt(this.arena, HEADER.runs, run, RUN.size);
    const slot = words[at + RUN.slot]!;
    const record = recordAt(this.arena, HEADER.slots, slot, SLOT.size);
    const kind = keyKind(this.#keyOf(slot));
    words[at + RUN.beforeAt] = words[record + SLOT.currentAt]!;
    words[at + RUN.beforeLength] = words[record + SLOT.currentLength]!;
    let cell = decodeCell(kind, this.#value(slot, SLOT.currentAt));
    const first = words[at + RUN.firstMember]!;
    for (let index = 0; index < words[at + RUN.members]!; index++) {
      const member = recordAt(this.arena, HEADER.members, first + index, MEMBER.size);
      const deltaAt = words[member + MEMBER.deltaAt]!;
      if (deltaAt === 0) continue;
      cell += decodeDelta(this.arena, deltaAt);
      const value = encodeCell(kind, cell);
      words[record + SLOT.currentAt] = value === undefined ? 0 : this.#heap.put(value);
      words[record + SLOT.currentLength] = value?.length ?? 0;
      words[member + MEMBER.afterAt] = words[record + SLOT.currentAt]!;
      words[member + MEMBER.afterLength] = words[record + SLOT.currentLength]!;
    }
  }

  #keyOf(slot: number): StateKey {
    let key = this.#keys[slot];
    if (key === undefined) {
      const at = recordAt(this.arena, HEADER.slots, slot, SLOT.size);
      const length = this.#words[at + SLOT.keyLength]!;
      key = heapCopy(this.arena, this.#words[at + SLOT.keyAt]!, length) as StateKey;
      this.#keys[slot] = key;
      this.#slots.set(keyText(key), slot);
    }
    return key;
  }

  /** Declared keys came with the job; one met under a lock may need a slot from main. */
  #slotOf(key: StateKey): number {
    const text = keyText(key);
    let slot = this.#slots.get(text);
    if (slot === undefined) {
      slot = this.main.ask(REQUEST.slot, key).number;
      this.#slots.set(text, slot);
    }
    return slot;
  }

  #value(slot: number, field: typeof SLOT.currentAt | typeof SLOT.startAt): Uint8Array | undefined {
    const at = recordAt(this.arena, HEADER.slots, slot, SLOT.size) + field;
    return heapCopy(this.arena, this.#words[at]!, this.#words[at + 1]!);
  }
}

const DELTA_BYTES = 33;

function encodeDelta(delta: bigint): Uint8Array {
  return new Writer()
    .bool(delta < 0n)
    .u256(delta < 0n ? -delta : delta)
    .finish();
}

function decodeDelta(arena: Arena, at: number): bigint {
  const reader = new Reader(arena.bytes.slice(at, at + DELTA_BYTES), 'delta');
  const negative = reader.bool();
  const amount = reader.u256();
  return negative ? -amount : amount;
}
