// Pairwise conflict as set intersection: every access marks some slots and checks others, and a later transaction
// conflicts with an earlier one exactly when it checks a slot the earlier one marks. Sums over slots replace all pairs.
import type { AccessMode } from '../types/access.js';
import type { KeyUse, LockUse, Resources, ResourceUse } from './resources.js';

/** The slots of one transaction; one may stand in a list more than once. */
export interface ConflictSlots {
  readonly marks: readonly number[];
  readonly checks: readonly number[];
}

/** Mode of the i-th key of a transaction as the question at hand sees it. */
export type ModeOf = (index: number) => Exclude<AccessMode, 'past'>;

// Slots of a key: who read, added, wrote.
const KEY = { read: 0, add: 1, write: 2, size: 3 } as const;
// Slots of a field: keys under it read or changed, locks on it.
const FIELD = { keyRead: 0, keyChange: 1, lockRead: 2, lockWrite: 3, size: 4 } as const;
// Slots of a contract: keys and field locks under it, locks on it.
const CONTRACT = {
  keyRead: 0,
  keyChange: 1,
  fieldRead: 2,
  fieldWrite: 3,
  lockRead: 4,
  lockWrite: 5,
  size: 6,
} as const;

/** How many slots a block's resources have; slot numbers are below it. */
export function slotCount(resources: Resources): number {
  return (
    resources.keyCount * KEY.size +
    resources.fieldCount * FIELD.size +
    resources.contractCount * CONTRACT.size
  );
}

/**
 * The slots of one transaction. Two accesses conflict unless both read or both add; a lock conflicts with the keys
 * and locks under and over it by the same table. Linear in its keys and locks. The lists are good until the next call.
 */
export function conflictSlots(resources: Resources, use: ResourceUse, modeOf: ModeOf): ConflictSlots {
  const slots = LISTS;
  slots.marks.length = 0;
  slots.checks.length = 0;
  const fields = resources.keyCount * KEY.size;
  const contracts = fields + resources.fieldCount * FIELD.size;
  use.keys.forEach((key, i) => {
    keySlots(slots, key, modeOf(i), fields, contracts);
  });
  for (const lock of use.locks) {
    if (lock.field < 0) contractLockSlots(slots, lock, contracts);
    else fieldLockSlots(slots, lock, fields, contracts);
  }
  return slots;
}

interface Slots {
  readonly marks: number[];
  readonly checks: number[];
}
const LISTS: Slots = { marks: [], checks: [] };

function keySlots(
  slots: Slots,
  use: KeyUse,
  mode: 'read' | 'write' | 'add',
  fields: number,
  contracts: number,
): void {
  const key = use.key * KEY.size;
  const field = fields + use.field * FIELD.size;
  const contract = contracts + use.contract * CONTRACT.size;
  slots.marks.push(key + KEY[mode]);
  slots.marks.push(field + (mode === 'read' ? FIELD.keyRead : FIELD.keyChange));
  slots.marks.push(contract + (mode === 'read' ? CONTRACT.keyRead : CONTRACT.keyChange));
  if (mode !== 'read') slots.checks.push(key + KEY.read);
  if (mode !== 'add') slots.checks.push(key + KEY.add);
  slots.checks.push(key + KEY.write);
  slots.checks.push(field + FIELD.lockWrite);
  slots.checks.push(contract + CONTRACT.lockWrite);
  if (mode === 'read') return;
  slots.checks.push(field + FIELD.lockRead);
  slots.checks.push(contract + CONTRACT.lockRead);
}

function fieldLockSlots(slots: Slots, lock: LockUse, fields: number, contracts: number): void {
  const field = fields + lock.field * FIELD.size;
  const contract = contracts + lock.contract * CONTRACT.size;
  slots.marks.push(field + (lock.write ? FIELD.lockWrite : FIELD.lockRead));
  slots.marks.push(contract + (lock.write ? CONTRACT.fieldWrite : CONTRACT.fieldRead));
  slots.checks.push(field + FIELD.keyChange);
  slots.checks.push(field + FIELD.lockWrite);
  slots.checks.push(contract + CONTRACT.lockWrite);
  if (!lock.write) return;
  slots.checks.push(field + FIELD.keyRead);
  slots.checks.push(field + FIELD.lockRead);
  slots.checks.push(contract + CONTRACT.lockRead);
}

function contractLockSlots(slots: Slots, lock: LockUse, contracts: number): void {
  const contract = contracts + lock.contract * CONTRACT.size;
  slots.marks.push(contract + (lock.write ? CONTRACT.lockWrite : CONTRACT.lockRead));
  slots.checks.push(contract + CONTRACT.keyChange);
  slots.checks.push(contract + CONTRACT.fieldWrite);
  slots.checks.push(contract + CONTRACT.lockWrite);
  if (!lock.write) return;
  slots.checks.push(contract + CONTRACT.keyRead);
  slots.checks.push(contract + CONTRACT.fieldRead);
  slots.checks.push(contract + CONTRACT.lockRead);
}
