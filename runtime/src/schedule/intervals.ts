// Which adds may share a run: per cell an interval that holds its value whatever earlier transactions do, failing
// included. SPEC: runtime/docs/spec/access.md, "Intervals"; its verdicts are consensus (critical-path gas is hashed).
import type { KeyAccess } from '../types/access.js';
import { cellMax, type KeyKind, keyKind, type StateKey } from '../types/key.js';
import type { KeyUse, LockUse, Resources } from './resources.js';

/** A cell's value in S0; undefined: absent, which reads 0. Asked only for cells, once each at most. */
export type InitialCell = (key: StateKey) => bigint | undefined;

interface Interval {
  low: bigint;
  high: bigint;
  /** The write locks over the cell, counted when the interval was last true. */
  writeLocks: number;
}

/** The intervals of a block's cells. Ask in block order: keys of a transaction first, then its locks. */
export class CellIntervals {
  readonly #cells: (Interval | undefined)[];
  /** Write locks met so far: a lock moves the count and every cell under it is stale, cells not yet met too. */
  readonly #fieldLocks: Int32Array;
  readonly #contractLocks: Int32Array;
  readonly #initial: InitialCell;

  constructor(resources: Resources, initial: InitialCell) {
    this.#cells = new Array<Interval | undefined>(resources.keyCount).fill(undefined);
    this.#fieldLocks = new Int32Array(resources.fieldCount);
    this.#contractLocks = new Int32Array(resources.contractCount);
    this.#initial = initial;
  }

  /** Takes one access of a cell and tells whether it is an add that fits; moves the interval either way. */
  fits(access: KeyAccess, use: KeyUse): boolean {
    const kind = keyKind(access.key);
    if (kind === 0 || access.mode === 'read') return false;
    const cell = this.#cellOf(access.key, use, kind);
    const max = cellMax(kind);
    if (access.mode === 'write') {
      cell.low = 0n;
      cell.high = max;
      return false;
    }
    const low = cell.low - access.down;
    const high = cell.high + access.up;
    const fits = (access.down === 0n || low >= access.floor) && (access.up === 0n || high <= access.ceiling);
    // Cut to the type's range, never to the adder's own bounds: it may fail and leave the value outside them.
    cell.low = low < 0n ? 0n : low;
    cell.high = high;
    if (high > max) cell.high = max;
    return fits;
  }

  /** Takes one lock: under a write lock anything may have happened. */
  lock(use: LockUse): void {
    if (!use.write) return;
    if (use.field < 0) this.#contractLocks[use.contract] = (this.#contractLocks[use.contract] as number) + 1;
    else this.#fieldLocks[use.field] = (this.#fieldLocks[use.field] as number) + 1;
  }

  #cellOf(key: StateKey, use: KeyUse, kind: KeyKind): Interval {
    const writeLocks =
      (this.#fieldLocks[use.field] as number) + (this.#contractLocks[use.contract] as number);
    let cell = this.#cells[use.key];
    if (cell === undefined) {
      const value = writeLocks === 0 ? (this.#initial(key) ?? 0n) : 0n;
      cell = { low: value, high: writeLocks === 0 ? value : cellMax(kind), writeLocks };
      this.#cells[use.key] = cell;
    } else if (cell.writeLocks !== writeLocks) {
      cell.low = 0n;
      cell.high = cellMax(kind);
      cell.writeLocks = writeLocks;
    }
    return cell;
  }
}
