// Pairwise conflict as set intersection: every access marks some slots and checks others, and a later transaction
// conflicts with an earlier one exactly when it checks a slot the earlier one marks. Sums over slots replace all pairs.

import { IntList } from '../base/int-list.js';
import { ACCESS, type AccessTable, contractsAt, KEY, LOCK, locksAt, RECORD } from '../types/access-table.js';

// Slots of a key: who read, added, wrote.
const OF_KEY = { read: 0, add: 1, write: 2, size: 3 } as const;
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

/** Whether the add at a key's entry (word index) shares its cell; one that does not counts as a write. */
export type SharesCell = (entry: number) => boolean;

/** Every add does: modes as declared and joined. */
export const AS_DECLARED: SharesCell = () => true;

/**
 * The slots of one transaction after the other. Two accesses conflict unless both read or both add; a lock conflicts with
 * the keys and locks under and over it by the same table.
 */
export class ConflictSlots {
  /** Of the record taken last; one may stand in a list more than once. */
  readonly marks = new IntList();
  readonly checks = new IntList();
  /** Slot numbers are below it. */
  readonly count: number;
  readonly #fields: number;
  readonly #contracts: number;

  /** `table` must be complete. */
  constructor(private readonly table: AccessTable) {
    this.#fields = table.keyRoom * OF_KEY.size;
    this.#contracts = this.#fields + table.fields.size * FIELD.size;
    this.count = this.#contracts + table.contracts.size * CONTRACT.size;
  }

  /** Fills both lists from a record. Linear in its keys and locks. */
  take(record: number, shares: SharesCell): void {
    const { words } = this.table;
    this.marks.cut(0);
    this.checks.cut(0);
    let at = record + RECORD.size;
    for (let index = words[record + RECORD.keys]!; index > 0; index--, at += KEY.size) {
      const flags = words[at + KEY.flags]!;
      const adds = (flags & ACCESS.add) !== 0 && shares(at);
      this.#key(words[at + KEY.number]!, adds ? ACCESS.add : flags & (ACCESS.read | ACCESS.write));
    }
    const end = contractsAt(words, record);
    for (let lock = locksAt(words, record); lock < end; lock += LOCK.size) {
      const write = (words[lock + LOCK.flags]! & ACCESS.write) !== 0;
      const field = words[lock + LOCK.field]!;
      const contract = this.#contracts + words[lock + LOCK.contract]! * CONTRACT.size;
      if (field < 0) this.#contractLock(contract, write);
      else this.#fieldLock(this.#fields + field * FIELD.size, contract, write);
    }
  }

  /** `mode`: read, add, or anything else for write. */
  #key(number: number, mode: number): void {
    const { marks, checks } = this;
    const key = number * OF_KEY.size;
    const field = this.#fields + this.table.fieldOf(number) * FIELD.size;
    const contract = this.#contracts + this.table.contractOf(number) * CONTRACT.size;
    if (mode === ACCESS.read) {
      marks.push(key + OF_KEY.read);
      marks.push(field + FIELD.keyRead);
      marks.push(contract + CONTRACT.keyRead);
    } else {
      marks.push(key + (mode === ACCESS.add ? OF_KEY.add : OF_KEY.write));
      marks.push(field + FIELD.keyChange);
      marks.push(contract + CONTRACT.keyChange);
      checks.push(key + OF_KEY.read);
      checks.push(field + FIELD.lockRead);
      checks.push(contract + CONTRACT.lockRead);
    }
    if (mode !== ACCESS.add) checks.push(key + OF_KEY.add);
    checks.push(key + OF_KEY.write);
    checks.push(field + FIELD.lockWrite);
    checks.push(contract + CONTRACT.lockWrite);
  }

  #fieldLock(field: number, contract: number, write: boolean): void {
    const { marks, checks } = this;
    marks.push(field + (write ? FIELD.lockWrite : FIELD.lockRead));
    marks.push(contract + (write ? CONTRACT.fieldWrite : CONTRACT.fieldRead));
    checks.push(field + FIELD.keyChange);
    checks.push(field + FIELD.lockWrite);
    checks.push(contract + CONTRACT.lockWrite);
    if (!write) return;
    checks.push(field + FIELD.keyRead);
    checks.push(field + FIELD.lockRead);
    checks.push(contract + CONTRACT.lockRead);
  }

  #contractLock(contract: number, write: boolean): void {
    const { marks, checks } = this;
    marks.push(contract + (write ? CONTRACT.lockWrite : CONTRACT.lockRead));
    checks.push(contract + CONTRACT.keyChange);
    checks.push(contract + CONTRACT.fieldWrite);
    checks.push(contract + CONTRACT.lockWrite);
    if (!write) return;
    checks.push(contract + CONTRACT.keyRead);
    checks.push(contract + CONTRACT.fieldRead);
    checks.push(contract + CONTRACT.lockRead);
  }
}
