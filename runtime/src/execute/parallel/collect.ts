// Main's side of an arena after the ordered part: reports, changes and final values come out of shared memory. All
// workers have left the job, an atomic count main waited for, so plain reads see everything they wrote.
import { assert } from '../../base/assert.js';
import { Reader } from '../../base/codec.js';
import { LIMITS } from '../../base/limits.js';
import type { ValueChange } from '../../types/block.js';
import { compareKeys } from '../../types/key.js';
import { type RunReport, readReport } from '../outcome-codec.js';
import type { Executed } from '../phases/assemble.js';
import { orderedExecuted } from '../phases/executed.js';
import type { Resolved } from '../phases/resolve.js';
import { type BlockState, sameValue } from '../phases/state.js';
import type { TailEntry } from '../phases/tail.js';
import {
  type Arena,
  HEADER,
  heapCopy,
  MEMBER,
  RUN,
  recordAt,
  SLOT,
  TRANSACTION,
  TRANSACTION_STATE,
} from './arena.js';
import type { OrderedArena } from './layout.js';

/** What the ordered part came to. */
export interface OrderedResult {
  readonly executed: Map<number, Executed>;
  /** In block order. */
  readonly tail: readonly TailEntry[];
}

/** Reads every transaction's end and writes the final values into the state. */
export function collectOrdered(
  ordered: OrderedArena,
  resolved: readonly Resolved[],
  state: BlockState,
): OrderedResult {
  const { arena } = ordered;
  const changes = adderChanges(ordered);
  const executed = new Map<number, Executed>();
  const tail: TailEntry[] = [];
  for (const one of resolved) {
    const { index, transaction } = one.reserved;
    const join = (attemptGas: number) => tail.push({ index, transaction, attemptGas });
    if (one.access === undefined) {
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
    const { report, refund, writes } = readEnd(ordered, record, end);
    if (end === TRANSACTION_STATE.violated) join(one.attemptGas + report.gas);
    else {
      const own = [...writes, ...(changes.get(index) ?? [])];
      own.sort((a, b) => compareKeys(a.key, b.key));
      executed.set(index, orderedExecuted(one, report, refund, own));
    }
  }
  applySlots(ordered, state);
  return { executed, tail };
}

function readEnd({ arena, slots }: OrderedArena, record: number, end: number) {
  const bytes = heapCopy(
    arena,
    arena.words[record + TRANSACTION.outAt]!,
    arena.words[record + TRANSACTION.outLength]!,
  );
  const reader = new Reader(bytes ?? new Uint8Array(0), 'report');
  const report: RunReport = readReport(reader);
  if (end === TRANSACTION_STATE.violated) return { report, refund: 0, writes: [] };
  const refund = reader.number64();
  const writes: ValueChange[] = [];
  reader.list(() => {
    const key = slots.keys[reader.u32()]!;
    const before = heapCopy(arena, reader.u32(), reader.u32());
    const after = heapCopy(arena, reader.u32(), reader.u32());
    if (!sameValue(before, after)) writes.push({ key, before, after });
  }, LIMITS.blockChanges);
  return { report, refund, writes };
}

/** Per transaction, old and new value of each cell it added to: prefix sums in block order. */
function adderChanges({ arena, slots }: OrderedArena): Map<number, ValueChange[]> {
  const { words } = arena;
  const changes = new Map<number, ValueChange[]>();
  for (let at = words[HEADER.runs]!; at < words[HEADER.members]!; at += RUN.size) {
    const key = slots.keys[words[at + RUN.slot]!]!;
    let before = heapCopy(arena, words[at + RUN.beforeAt]!, words[at + RUN.beforeLength]!);
    const first = words[at + RUN.firstMember]!;
    for (let index = first; index < first + words[at + RUN.members]!; index++) {
      const member = recordAt(arena, HEADER.members, index, MEMBER.size);
      if (words[member + MEMBER.deltaAt] === 0) continue;
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

function applySlots({ arena, slots }: OrderedArena, state: BlockState): void {
  slots.keys.forEach((key, slot) => {
    const at = recordAt(arena, HEADER.slots, slot, SLOT.size);
    if (isUnchanged(arena, at)) return;
    state.write(
      key,
      heapCopy(arena, arena.words[at + SLOT.currentAt]!, arena.words[at + SLOT.currentLength]!),
    );
  });
}

function isUnchanged({ words }: Arena, at: number): boolean {
  return (
    words[at + SLOT.currentAt] === words[at + SLOT.startAt] &&
    words[at + SLOT.currentLength] === words[at + SLOT.startLength]
  );
}
