// Main's side of an arena after the ordered part: reports, changes and final values come out of shared memory. All
// workers have left the job, an atomic count main waited for, so plain reads see everything they wrote.
import { assert } from '../../base/assert.js';
import { Reader } from '../../base/codec.js';
import type { ValueChange } from '../../types/block.js';
import type { ContractEvent } from '../../types/receipt.js';
import { encodedEvents } from '../../types/receipt-codec.js';
import { EMPTY } from '../../vm/outcome.js';
import { type RunReport, readFailure, STATUSES } from '../outcome-codec.js';
import type { Executed } from '../phases/assemble.js';
import { orderedExecuted } from '../phases/executed.js';
import type { BlockState } from '../phases/state.js';
import type { TailEntry } from '../phases/tail.js';
import {
  type Arena,
  END,
  HEADER,
  HeapCopies,
  heapCopy,
  recordAt,
  SLOT,
  TRANSACTION,
  TRANSACTION_STATE,
} from './arena.js';
import { collectChanges } from './collect-changes.js';
import type { OrderedArena, OrderedPart } from './layout.js';

const NOTHING: readonly ContractEvent[] = [];
const NO_RESULTS: Uint8Array[] = [];
const UNCHANGED: readonly ValueChange[] = [];

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
  { attempts, table, state }: OrderedPart,
): OrderedResult {
  const { arena } = ordered;
  const count = table.records.length;
  const changes = collectChanges(arena, table, state);
  const copies = new HeapCopies(arena);
  const executed = new Array<Executed | undefined>(count).fill(undefined);
  const tail: TailEntry[] = [];
  for (const { index, transaction, attemptGas } of attempts) {
    const record = recordAt(arena, HEADER.transactions, index, TRANSACTION.size);
    const end =
      table.records[index] === 0 ? TRANSACTION_STATE.unrun : arena.words[record + TRANSACTION.state]!;
    assert(end !== TRANSACTION_STATE.waiting, 'every transaction with an access set was taken');
    if (end === TRANSACTION_STATE.unrun) {
      tail.push({ index, transaction, attemptGas });
      continue;
    }
    const at = arena.words[record + TRANSACTION.end]!;
    const report = readReport(arena, at, index, copies);
    if (end === TRANSACTION_STATE.violated) {
      tail.push({ index, transaction, attemptGas: attemptGas + report.gas });
      continue;
    }
    const refund = arena.words[at + END.refund]!;
    executed[index] = orderedExecuted(attemptGas, report, refund, changes[index] ?? UNCHANGED);
  }
  applySlots(ordered, state);
  return { executed, tail };
}

function readReport(arena: Arena, at: number, transaction: number, copies: HeapCopies): RunReport {
  const { words, numbers } = arena;
  const count = words[at + END.results]!;
  const results = count === 0 ? NO_RESULTS : new Array<Uint8Array>(count);
  for (let index = 0, next = at + END.size; index < count; index++, next += 2) {
    results[index] = copies.of(words[next]!, words[next + 1]!) ?? EMPTY;
  }
  const failure = copies.of(words[at + END.failureAt]!, words[at + END.failureLength]!);
  const events = copies.of(words[at + END.eventsAt]!, words[at + END.eventsLength]!);
  return {
    status: STATUSES[words[at + END.status]!]!,
    gas: numbers[at + END.gas]! + numbers[at + END.gas + 1]! * 0x1_0000_0000,
    results,
    failure: failure === undefined ? undefined : readFailure(new Reader(failure, 'failure')),
    events: events === undefined ? NOTHING : encodedEvents(events, words[at + END.events]!, transaction),
  };
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
