// The same-sender rule as flags: a transaction that joins the tail raises its flags, a later one of the same sender
// that finds one of those it checks raised joins the tail unrun. A conflict by joined modes implies a path in the
// plan, so the flags a transaction checks are settled when it becomes ready.

import type { AccessTable } from '../types/access-table.js';
import { AS_DECLARED, ConflictSlots } from './conflict-slots.js';
import { type IndexLists, ItemPairs } from './index-lists.js';

/** Flags are numbered per (sender, conflict slot); lists run beside the transactions. */
export interface SameSenderFlags {
  readonly count: number;
  /** Any of these raised: the transaction joins the tail without running. */
  readonly checks: IndexLists;
  /** Raised when the transaction joins the tail, run or not. Empty for one without an access set. */
  readonly raises: IndexLists;
}

/** The flags of a block. Senders with one planned transaction have none. Linear in the declared keys. */
export function sameSenderFlags(table: AccessTable, senders: Int32Array): SameSenderFlags {
  const { records } = table;
  const checks = new ItemPairs();
  const raises = new ItemPairs();
  const slots = new ConflictSlots(table);
  // Per slot: the sender (1 + number) whose flag it is, the flag, and the transactions (1 + index) that named it last.
  const owner = new Int32Array(slots.count);
  const flagOf = new Int32Array(slots.count);
  const checked = new Int32Array(slots.count);
  const raised = new Int32Array(slots.count);
  let count = 0;
  const { offsets, items } = transactionsBySender(table, senders);
  for (let sender = 1; sender < offsets.length; sender++) {
    const first = offsets[sender - 1]!;
    const end = offsets[sender]!;
    if (end - first < 2) continue;
    for (let place = first; place < end; place++) {
      const t = items[place]!;
      slots.take(records[t]!, AS_DECLARED);
      for (let index = 0; index < slots.checks.length; index++) {
        const slot = slots.checks.items[index]!;
        if (owner[slot] !== sender || checked[slot] === t + 1) continue;
        checked[slot] = t + 1;
        checks.add(t, flagOf[slot]!);
      }
      for (let index = 0; index < slots.marks.length; index++) {
        const slot = slots.marks.items[index]!;
        if (raised[slot] === t + 1) continue;
        raised[slot] = t + 1;
        if (owner[slot] !== sender) {
          owner[slot] = sender;
          flagOf[slot] = count++;
        }
        raises.add(t, flagOf[slot]!);
      }
    }
  }
  return { count, checks: checks.pack(records.length), raises: raises.pack(records.length) };
}

/** Planned transactions by sender, in block order. */
function transactionsBySender({ records }: AccessTable, senders: Int32Array): IndexLists {
  const pairs = new ItemPairs();
  let last = -1;
  for (let t = 0; t < records.length; t++) {
    if (records[t] === 0) continue;
    pairs.add(senders[t]!, t);
    last = Math.max(last, senders[t]!);
  }
  return pairs.pack(last + 1);
}
