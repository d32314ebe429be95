// The same-sender rule as flags: a transaction that joins the tail raises its flags, a later one of the same sender
// that finds one of those it checks raised joins the tail unrun. A conflict by joined modes implies a path in the
// plan, so the flags a transaction checks are settled when it becomes ready.
import { ByteImage, ByteTable } from '../base/byte-table.js';
import { conflictSlots } from './conflict-slots.js';
import { type IndexLists, packLists } from './index-lists.js';
import type { Resources } from './resources.js';

/** Flags are numbered per (sender, conflict slot); lists run beside the transactions. */
export interface SameSenderFlags {
  readonly count: number;
  /** Any of these raised: the transaction joins the tail without running. */
  readonly checks: IndexLists;
  /** Raised when the transaction joins the tail, run or not. Empty for one without an access set. */
  readonly raises: IndexLists;
}

/** The flags of a block. Senders with one planned transaction have none. Linear in the declared keys. */
export function sameSenderFlags(
  resources: Resources,
  senders: readonly Uint8Array[],
  seed = 0,
): SameSenderFlags {
  const checks: number[][] = senders.map(() => []);
  const raises: number[][] = senders.map(() => []);
  let count = 0;
  for (const transactions of transactionsBySender(resources, senders, seed)) {
    if (transactions.length < 2) continue;
    const flags = new Map<number, number>();
    for (const t of transactions) {
      const use = resources.uses[t];
      if (use === undefined) continue;
      const slots = conflictSlots(resources, use, (i) => use.access.keys[i]?.mode ?? 'write');
      for (const slot of new Set(slots.checks)) {
        const flag = flags.get(slot);
        if (flag !== undefined) checks[t]?.push(flag);
      }
      for (const slot of new Set(slots.marks)) {
        let flag = flags.get(slot);
        if (flag === undefined) {
          flag = count++;
          flags.set(slot, flag);
        }
        raises[t]?.push(flag);
      }
    }
  }
  return { count, checks: packLists(checks), raises: packLists(raises) };
}

function transactionsBySender(
  resources: Resources,
  senders: readonly Uint8Array[],
  seed: number,
): Iterable<readonly number[]> {
  const image = new ByteImage();
  const names = new ByteTable(seed);
  const groups: number[][] = [];
  senders.forEach((sender, t) => {
    if (resources.uses[t] === undefined) return;
    const number = names.intern(image.of(sender));
    if (number === groups.length) groups.push([t]);
    else groups[number]!.push(t);
  });
  return groups;
}
