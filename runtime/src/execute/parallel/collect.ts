// Main's side of an arena after the ordered part: reports, changes and final values come out of shared memory. All
// workers have left the job, an atomic count main waited for, so plain reads see everything they wrote.
import { assert } from '../../base/assert.js';
import { Reader } from '../../base/codec.js';
import type { ValueChange } from '../../types/block.js';
import { compareKeys } from '../../types/key.js';
import { readEvent } from '../../types/receipt-codec.js';
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
  heapCopy,
  MEMBER,
  RUN,
  recordAt,
  SLOT,
  TRANSACTION,
  TRANSACTION_STATE,
  WRITE,
} from './arena.js';
import type { OrderedArena, OrderedPart } from './layout.js';

/** What the ordered part came to. */
export interface OrderedResult {
  readonly executed: Map<number, Executed>;
  /** In block order. */
  readonly tail: readonly TailEntry[];
}

/** Reads every transaction's end and writes the final values into the state. */
export function collectOrdered(
  ordered: OrderedArena,
  { attempts, table, state }: OrderedPart,
): OrderedResult {
  const { arena } = ordered;
  const changes = adderChanges(ordered, state);
  const executed = new Map<number, Executed>();
  const tail: TailEntry[] = [];
  for (const one of attempts) {
    const { index, transaction } = one;
    const join = (attemptGas: number) => tail.push({ index, transaction, attemptGas });
    if (table.records[index] === 0) {
      join(one.attemptGas);
      continue;
    }
    const record = recordAt(arena, HEADER.transactions, index, TRANSACTION.size);
    const end = arena.words[record + TRANSACTION.state]!;
    assert(end !== TRANSACTION_STATE.waiting, 'every transaction with an access set was taken');
    if (end === TRANSACTION_STATE.unrun) {
      join(one.attemptGas);
      continue;
    }
    const { report, refund, writes } = readEnd(ordered, record, state);
    if (end === TRANSACTION_STATE.violated) join(one.attemptGas + report.gas);
    else {
      const own = [...writes, ...(changes.get(index) ?? [])];
      own.sort((a, b) => compareKeys(a.key, b.key));
      executed.set(index, orderedExecuted(one.attemptGas, report, refund, own));
    }
  }
  applySlots(ordered, state);
  return { executed, tail };
}

function readEnd({ arena }: OrderedArena, record: number, state: BlockState) {
  const { words, numbers } = arena;
  const at = words[record + TRANSACTION.end]!;
  const results: Uint8Array[] = [];
  let next = at + END.size;
  for (let index = words[at + END.results]!; index > 0; index--, next += 2) {
    results.push(heapCopy(arena, words[next]!, words[next + 1]!) ?? EMPTY);
  }
  const failure = heapCopy(arena, words[at + END.failureAt]!, words[at + END.failureLength]!);
  const events = heapCopy(arena, words[at + END.eventsAt]!, words[at + END.eventsLength]!);
  const reader = new Reader(events ?? EMPTY, 'events');
  const report: RunReport = {
    status: STATUSES[words[at + END.status]!]!,
    gas: numbers[at + END.gas]! + numbers[at + END.gas + 1]! * 0x1_0000_0000,
    results,
    failure: failure === undefined ? undefined : readFailure(new Reader(failure, 'failure')),
    events: Array.from({ length: words[at + END.events]! }, () => readEvent(reader)),
  };
  const writes: ValueChange[] = [];
  for (let index = words[at + END.writes]!; index > 0; index--, next += WRITE.size) {
    const key = state.keyAt(words[next + WRITE.slot]!);
    const before = heapCopy(arena, words[next + WRITE.beforeAt]!, words[next + WRITE.beforeLength]!);
    const after = heapCopy(arena, words[next + WRITE.afterAt]!, words[next + WRITE.afterLength]!);
    writes.push({ key, before, after });
  }
  return { report, refund: words[at + END.refund]!, writes };
}

/** Per transaction, old and new value of each cell it added to: prefix sums in block order. */
function adderChanges({ arena }: OrderedArena, state: BlockState): Map<number, ValueChange[]> {
  const { words } = arena;
  const changes = new Map<number, ValueChange[]>();
  for (let at = words[HEADER.runs]!; at < words[HEADER.members]!; at += RUN.size) {
    const key = state.keyAt(words[at + RUN.slot]!);
    let before = heapCopy(arena, words[at + RUN.beforeAt]!, words[at + RUN.beforeLength]!);
    const first = words[at + RUN.firstMember]!;
    for (let index = first; index < first + words[at + RUN.members]!; index++) {
      const member = recordAt(arena, HEADER.members, index, MEMBER.size);
      if (words[member + MEMBER.delta] === 0) continue;
      const after = heapCopy(arena, words[member + MEMBER.afterAt]!, words[member + MEMBER.afterLength]!);
      const transaction = words[member + MEMBER.transaction]!;
      const own = changes.get(transaction);
      if (own === undefined) changes.set(transaction, [{ key, before, after }]);
      else own.push({ key, before, after });
      before = after;
    }
  }
  return changes;
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
