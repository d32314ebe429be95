// What one transaction sees and has changed so far: every access of contracts and of the host's own transfers goes
// through here, is checked against the transaction's access (SPEC §3), and can be undone back to a mark.
import type { AddRule, Enforcer } from '../access/enforce.js';
import type { Address } from '../types/address.js';
import { cellMax, type KeyKind, keyKind, keyText, type StateKey } from '../types/key.js';
import type { PendingDelta, PendingWrite } from '../types/outcome.js';
import type { RunNotes } from '../types/run-notes.js';
import { decodeCell, encodeCell } from '../types/value.js';
import { VIOLATION } from './outcome.js';
import { stackText } from './trace.js';

/** The state one transaction runs over. Values carry their header byte; undefined is absent. */
export interface StateView {
  /** The value in front of this transaction, at its place in the effective order. Never asked for adders' keys. */
  read(key: StateKey): Uint8Array | undefined;
  /** The value in S0. */
  past(key: StateKey): Uint8Array | undefined;
}

const ANY_ADD: AddRule = { mode: 'write' };

/** A key this transaction met: what it may do there, what it read, what it did. */
interface Slot {
  readonly key: StateKey;
  readonly kind: KeyKind;
  readonly rule: AddRule | undefined;
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
  readonly adder: boolean;
  loaded: boolean;
  /** Value before the transaction. */
  base: Uint8Array | undefined;
  written: boolean;
  /** Written value of a plain key, header byte included. */
  value: Uint8Array | undefined;
  /** Number of a cell: written, or once loaded the base. */
  cell: bigint;
  /** Sum of an adder, `added` once there is one. */
  added: boolean;
  delta: bigint;
  /** Sums of increases and decreases so far, where the rule limits them. */
  increased: bigint;
  decreased: bigint;
}

type Undo = Pick<Slot, 'written' | 'value' | 'cell' | 'added' | 'delta' | 'increased' | 'decreased'> & {
  readonly slot: Slot;
};

/** One transaction's reads, writes and adds. Methods throw VIOLATION where the access does not permit them. */
export class WorkingSet {
  readonly #slots = new Map<string, Slot>();
  readonly #undo: Undo[] = [];
  /** The engine's stack at the access that was not permitted, where notes are taken. */
  violationStack: string | undefined;

  constructor(
    private readonly state: StateView,
    /** null: unrestricted, as in the tail and in hooks. */
    private readonly rules: Enforcer | null,
    /** Keys planned as adders: their adds are summed and the cell is never read. */
    private readonly isAdder: (key: StateKey) => boolean,
    private readonly notes: RunNotes | undefined,
  ) {}

  /** The stored bytes of a plain key, header byte included. */
  readStored(key: StateKey): Uint8Array | undefined {
    const slot = this.#slot(key);
    if (!slot.mayRead) this.violate(key, 'read');
    if (slot.written) return slot.value;
    this.#load(slot);
    return slot.base;
  }

  /** Sets a plain key to stored bytes (header byte included), or removes it. */
  write(key: StateKey, stored: Uint8Array | undefined): void {
    const slot = this.#slot(key);
    if (!slot.mayWrite) this.violate(key, 'write');
    this.#save(slot);
    slot.written = true;
    slot.value = stored;
  }

  readCell(key: StateKey): bigint {
    const slot = this.#slot(key);
    if (!slot.mayRead) this.violate(key, 'read');
    return this.#cell(slot);
  }

  writeCell(key: StateKey, value: bigint): void {
    const slot = this.#slot(key);
    if (!slot.mayWrite) this.violate(key, 'write');
    this.#save(slot);
    slot.written = true;
    slot.cell = value;
  }

  /** The stored bytes a plain key held in S0. */
  past(key: StateKey): Uint8Array | undefined {
    if (this.rules !== null && !this.rules.mayPast(key)) this.violate(key, 'past');
    return this.state.past(key);
  }

  pastCell(key: StateKey): bigint {
    return decodeCell(keyKind(key), this.past(key));
  }

  /** Adds to a cell; false, and nothing done, when the result would pass `ceiling` (undefined: the width's maximum). */
  increase(key: StateKey, amount: bigint, ceiling: bigint | undefined): boolean {
    const slot = this.#slot(key);
    const maximum = cellMax(slot.kind);
    const bound = ceiling === undefined || ceiling > maximum ? maximum : ceiling;
    const rule = slot.rule ?? this.violate(key, 'add');
    if (amount === 0n) return true;
    if (rule.mode === 'add') {
      if (bound < rule.ceiling || slot.increased + amount > rule.up) this.violate(key, 'add');
      if (slot.adder) return this.#sum(slot, amount, amount, 0n);
    }
    const result = this.#cell(slot) + amount;
    if (result > bound) return false;
    this.#put(slot, result, rule.mode === 'add' ? amount : 0n, 0n);
    return true;
  }

  /** Takes from a cell; false, and nothing done, when the result would be below `floor`. */
  decrease(key: StateKey, amount: bigint, floor: bigint): boolean {
    const slot = this.#slot(key);
    const rule = slot.rule ?? this.violate(key, 'add');
    if (amount === 0n) return true;
    if (rule.mode === 'add') {
      if (floor > rule.floor || slot.decreased + amount > rule.down) this.violate(key, 'add');
      if (slot.adder) return this.#sum(slot, -amount, 0n, amount);
    }
    const result = this.#cell(slot) - amount;
    if (result < floor) return false;
    this.#put(slot, result, 0n, rule.mode === 'add' ? amount : 0n);
    return true;
  }

  /** Throws VIOLATION unless the access reaches the contract. */
  assertReached(contract: Address): void {
    if (this.rules !== null && !this.rules.mayCall(contract)) this.violate(contract, 'call');
  }

  /** A point to come back to. */
  mark(): number {
    return this.#undo.length;
  }

  /** Undoes every change since the mark, sums of adds included. */
  rollback(mark: number): void {
    while (this.#undo.length > mark) {
      const { slot, ...before } = this.#undo.pop()!;
      Object.assign(slot, before);
    }
  }

  /** Every key met, by `keyText`, rolled-back parts included. */
  touched(): ReadonlySet<string> {
    return new Set(this.#slots.keys());
  }

  /** Final value of each key written, by `keyText`. */
  writes(): Map<string, PendingWrite> {
    const writes = new Map<string, PendingWrite>();
    for (const [text, slot] of this.#slots) {
      if (!slot.written) continue;
      const value = slot.kind === 0 ? slot.value : encodeCell(slot.kind, slot.cell);
      writes.set(text, { key: slot.key, value });
    }
    return writes;
  }

  /** Net change of each key planned as an adder and added to, by `keyText`. */
  deltas(): Map<string, PendingDelta> {
    const deltas = new Map<string, PendingDelta>();
    for (const [text, slot] of this.#slots) {
      if (slot.added) deltas.set(text, { key: slot.key, delta: slot.delta });
    }
    return deltas;
  }

  #slot(key: StateKey): Slot {
    const text = keyText(key);
    const known = this.#slots.get(text);
    if (known !== undefined) return known;
    const rule = this.rules === null ? ANY_ADD : this.rules.addRule(text);
    const slot: Slot = {
      key,
      kind: keyKind(key),
      rule,
      mayRead: this.rules === null || this.rules.mayRead(text),
      mayWrite: this.rules === null || this.rules.mayWrite(text),
      adder: rule !== undefined && rule.mode === 'add' && this.isAdder(key),
      loaded: false,
      base: undefined,
      written: false,
      value: undefined,
      cell: 0n,
      added: false,
      delta: 0n,
      increased: 0n,
      decreased: 0n,
    };
    this.#slots.set(text, slot);
    return slot;
  }

  #load(slot: Slot): void {
    if (slot.loaded) return;
    slot.base = this.state.read(slot.key);
    if (slot.kind !== 0) slot.cell = decodeCell(slot.kind, slot.base);
    slot.loaded = true;
  }

  #cell(slot: Slot): bigint {
    if (!slot.written) this.#load(slot);
    return slot.cell;
  }

  #sum(slot: Slot, change: bigint, up: bigint, down: bigint): true {
    this.#save(slot);
    slot.added = true;
    slot.delta += change;
    slot.increased += up;
    slot.decreased += down;
    return true;
  }

  #put(slot: Slot, result: bigint, up: bigint, down: bigint): void {
    this.#save(slot);
    slot.written = true;
    slot.cell = result;
    slot.increased += up;
    slot.decreased += down;
  }

  #save(slot: Slot): void {
    const { written, value, cell, added, delta, increased, decreased } = slot;
    this.#undo.push({ slot, written, value, cell, added, delta, increased, decreased });
  }

  private violate(key: Uint8Array, mode: NonNullable<RunNotes['violation']>['mode']): never {
    if (this.notes !== undefined) {
      this.notes.violation = { key, mode };
      this.violationStack = stackText();
    }
    throw VIOLATION;
  }
}
