// Main's side of an arena after the ordered part: reports, changes and final values come out of shared memory. All
// workers have left the job, an atomic count main waited for, so plain reads see everything they wrote.
import { assert } from '../../base/assert.js';
import { Writer } from '../../base/codec.js';
import type { AccessTable } from '../../types/access-table.js';
import type { ChangeList, ValueChange } from '../../types/block.js';
import type { ContractEvent } from '../../types/receipt.js';
import { encodedEvents } from '../../types/receipt-codec.js';
import { STATUSES } from '../outcome-codec.js';
import type { Executed } from '../phases/assemble.js';
import type { BlockState } from '../phases/state.js';
import type { TailEntry } from '../phases/tail.js';
import {
  type Arena,
  END,
  HEADER,
  heapCopy,
  recordAt,
  SLOT,
  TRANSACTION,
  TRANSACTION_STATE,
} from './arena.js';
import { collectChanges } from './collect-changes.js';
import { EncodedExecuted } from './encoded.js';
import type { OrderedArena, OrderedPart } from './layout.js';

const NOTHING: readonly ContractEvent[] = [];
const UNCHANGED: readonly ValueChange[] = [];
/** Room kept from one block to the next. */
const TOLD_BYTES_MAX = 64 * 1024 * 1024;
const TOLD = new Writer();

/** What the ordered part came to. */
export interface OrderedResult {
  /** By transaction; undefined for those that did not end in the ordered part. */
  readonly executed: (Executed | undefined)[];
  /** In block order. */
  readonly tail: readonly TailEntry[];
}

/** Reads every transaction's end and writes the final values into the state. */
export function collectOrdered(
  ordered: OrderedArena,
  { reserved, attemptGas: before, table, state }: OrderedPart,
): OrderedResult {
  const { arena } = ordered;
  const { words, numbers } = arena;
  const count = table.records.length;
  const changes = collectChanges(arena, table, state);
  const told = tellEnds(arena, table);
  const executed = new Array<Executed | undefined>(count).fill(undefined);
  const tail: TailEntry[] = [];
  for (let place = 0; place < reserved.length; place++) {
    const { index, transaction } = reserved[place]!;
    const attemptGas = before[index]!;
    const record = recordAt(arena, HEADER.transactions, index, TRANSACTION.size);
    const state = table.records[index] === 0 ? TRANSACTION_STATE.unrun : words[record + TRANSACTION.state]!;
    assert(state !== TRANSACTION_STATE.waiting, 'every transaction with an access set was taken');
    if (state === TRANSACTION_STATE.unrun) {
      tail.push({ index, transaction, attemptGas });
      continue;
    }
    const end = words[record + TRANSACTION.end]!;
    const gas = numbers[end + END.gas]! + numbers[end + END.gas + 1]! * 0x1_0000_0000;
    if (state === TRANSACTION_STATE.violated) {
      tail.push({ index, transaction, attemptGas: attemptGas + gas });
      continue;
    }
    const status = STATUSES[words[end + END.status]!]!;
    assert(status !== 'VIOLATION', 'a violation goes to the tail');
    const used = Math.max(0, attemptGas + gas - words[end + END.refund]!);
    const own = changes[index] ?? UNCHANGED;
    executed[index] = told.executed(index, status, used, words[end + END.events]!, own);
  }
  applySlots(ordered, state);
  return { executed, tail };
}

/** Copies what the receipts of the ordered part say last, and their events, out of the arena: all into one byte string. */
function tellEnds(arena: Arena, table: AccessTable) {
  const { words } = arena;
  const count = table.records.length;
  const writer = TOLD.clear(TOLD_BYTES_MAX);
  /** By transaction: where its part begins, and its events behind it. */
  const starts = new Int32Array(count + 1);
  const eventStarts = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    starts[index] = writer.length;
    const record = recordAt(arena, HEADER.transactions, index, TRANSACTION.size);
    const done = table.records[index] !== 0 && words[record + TRANSACTION.state] === TRANSACTION_STATE.done;
    if (done) writeEnd(writer, arena, words[record + TRANSACTION.end]!);
    eventStarts[index] = writer.length;
    if (done) writeEvents(writer, arena, words[record + TRANSACTION.end]!);
  }
  starts[count] = writer.length;
  const bytes = writer.finish();
  return {
    executed(
      index: number,
      status: Exclude<(typeof STATUSES)[number], 'VIOLATION'>,
      gasUsed: number,
      events: number,
      changes: ChangeList,
    ): Executed {
      const [start, end] = [eventStarts[index]!, starts[index + 1]!];
      const own = events === 0 ? NOTHING : encodedEvents(bytes, start, end, events, index);
      return new EncodedExecuted(bytes, starts[index]!, start, status, gasUsed, own, changes);
    },
  };
}

/** As `writeReceiptEnd`. */
function writeEnd(writer: Writer, { words, bytes }: Arena, at: number): void {
  const failure = words[at + END.failureLength]!;
  if (failure === 0) writer.u8(0);
  else writer.u8(1).part(bytes, words[at + END.failureAt]!, failure);
  const count = words[at + END.results]!;
  writer.u32(count);
  for (let index = 0, next = at + END.size; index < count; index++, next += 2) {
    const length = words[next + 1]!;
    writer.u32(length).part(bytes, words[next]!, length);
  }
}

function writeEvents(writer: Writer, { words, bytes }: Arena, at: number): void {
  writer.part(bytes, words[at + END.eventsAt]!, words[at + END.eventsLength]!);
}

function applySlots({ arena }: OrderedArena, state: BlockState): void {
  const { words } = arena;
  const end = Math.min(state.size, words[HEADER.slotRoom]!);
  for (let slot = 0; slot < end; slot++) {
    const at = recordAt(arena, HEADER.slots, slot, SLOT.size);
    if (isUnchanged(arena, at)) continue;
    state.writeAt(slot, heapCopy(arena, words[at + SLOT.currentAt]!, words[at + SLOT.currentLength]!));
  }
}

function isUnchanged({ words }: Arena, at: number): boolean {
  return (
    words[at + SLOT.currentAt] === words[at + SLOT.startAt] &&
    words[at + SLOT.currentLength] === words[at + SLOT.startLength]
  );
}
