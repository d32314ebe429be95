// The plan of a block that is given as access sets, keys and all: what the oracle, `explain` and tests ask for.

import { ByteImage, ByteTable } from '../base/byte-table.js';
import { setWords } from '../base/words.js';
import type { AccessSet } from '../types/access.js';
import { AccessTable, cellWords, KEY, RECORD } from '../types/access-table.js';
import type { StateKey } from '../types/key.js';
import type { InitialCell } from './intervals.js';
import { type Plan, planTable } from './plan.js';

/** S0's value of a cell by key; undefined: absent. Asked only for cells. */
export type CellOfKey = (key: StateKey) => bigint | undefined;

/** One transaction of a block given as access sets. Without `access` it takes no part: a node without edges. */
export interface PlanItem {
  readonly access: AccessSet | undefined;
  readonly sender: Uint8Array;
  /** 1 to 2^53-1. */
  readonly gasLimit: number;
}

/** A plan with what its table says, by transaction and key. */
export interface ListedPlan extends Plan {
  readonly table: AccessTable;
  /** The key with a number. */
  readonly keyAt: (key: number) => StateKey;
  /** Per transaction, beside `access.keys`: the adder run of the key, or -1. Empty without access. */
  readonly adderRunOf: readonly Int32Array[];
  readonly adderRuns: readonly { readonly key: StateKey; readonly members: readonly number[] }[];
}

/** Plans access sets; the table is part of the answer. */
export function planSchedule(items: readonly PlanItem[], initial: CellOfKey): ListedPlan {
  const { table, keyAt } = tableOfSets(items.map((item) => item.access));
  const cell: InitialCell = (key, to, at) => {
    setWords(to, at, cellWords(table.kindOf(key)), initial(keyAt(key)) ?? 0n);
  };
  const names = new ByteTable(0);
  const image = new ByteImage();
  const senders = Int32Array.from(items, ({ sender }) => names.intern(image.of(sender)));
  const gasLimits = Float64Array.from(items, (item) => item.gasLimit);
  const plan = planTable(table, { senders, gasLimits }, cell);
  const { words } = table;
  const adderRunOf = Array.from(table.records, (record) => {
    const count = record === 0 ? 0 : words[record + RECORD.keys]!;
    return Int32Array.from(
      { length: count },
      (_, i) => words[record + RECORD.size + i * KEY.size + KEY.run]!,
    );
  });
  const adderRuns = Array.from(plan.runKeys, (key, run) => ({
    key: keyAt(key),
    members: [...plan.members.subarray(plan.runMembers[run], plan.runMembers[run + 1])],
  }));
  return { ...plan, table, keyAt, adderRunOf, adderRuns };
}

/** A table of access sets by transaction, its keys numbered on their own. */
export function tableOfSets(accesses: readonly (AccessSet | undefined)[]) {
  const names = new ByteTable(0);
  const table = new AccessTable(accesses.length, { numberOf: (key) => names.intern(key) });
  accesses.forEach((access, t) => {
    if (access !== undefined) table.take(t, access);
  });
  return { table, keyAt: (key: number) => names.copy(key) as StateKey };
}
