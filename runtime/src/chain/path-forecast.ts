// What a candidate would add to the critical path, told before anything runs: A(t) against the newest state and the
// longest chain of conflicts among those taken so far. Proposals use it so that those who all want one key share the
// part of a block that one key can have, and everybody else is served beside them.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { Resolver } from '../access/resolve.js';
import { TableSink } from '../access/table-sink.js';
import { ByteTable } from '../base/byte-table.js';
import { CodeStore } from '../execute/code-store.js';
import { accessLookup, rememberContracts } from '../execute/phases/resolve.js';
import { ConflictSlots } from '../schedule/conflict-slots.js';
import { chainOf } from '../schedule/critical-path.js';
import { CellIntervals } from '../schedule/intervals.js';
import { AccessTable, contractsAt, KEY, LOCK, locksAt, RECORD } from '../types/access-table.js';
import { intrinsicGas } from '../types/gas-schedule.js';
import { keyKind, type StateKey } from '../types/key.js';
import type { ReadState } from '../types/outcome.js';
import type { SignedTransaction } from '../types/transaction.js';
import { readCellWords } from '../types/value.js';

/** A forecast over a list of candidates, asked in order. */
export interface PathForecast {
  /** Whether the longest chain of conflicts that candidate `index` would end stays within `gasMax`. */
  fits(index: number, gasMax: number): boolean;
  /** Takes the candidate asked about last. */
  take(): void;
  /** Gas of its declared keys; undefined: it has no access set and would run in the tail, on no path. */
  accessGas(index: number): number | undefined;
}

/**
 * Resolves candidates over a state, once; each call of what comes back begins a forecast anew. Others get a turn meanwhile:
 * the state must not move on.
 */
export type Forecasts = (
  candidates: readonly SignedTransaction[],
  read: ReadState,
) => Promise<() => PathForecast>;

/** Candidates before others get a turn: about 2 ms. */
const SLICE = 256;

/** Intrinsic gas of a decoded transaction. */
export function intrinsicOf(transaction: SignedTransaction): number {
  return intrinsicGas(transaction.bytes.length, transaction.signatureCount, transaction.callCount);
}

/** Forecasts that keep decoded code sections from one proposal to the next. */
export function createForecasts(): Forecasts {
  const codes = new CodeStore();
  return async (candidates, read) => {
    const lookup = rememberContracts(accessLookup(codes.view(read), read), 0);
    const names = new ByteTable(0);
    const table = new AccessTable(candidates.length, { numberOf: (key) => names.intern(key) });
    const sink = new TableSink(table);
    const resolver = new Resolver(sink, lookup);
    const gas: (number | undefined)[] = [];
    for (const [index, one] of candidates.entries()) {
      if (index % SLICE === SLICE - 1) await nextTurn();
      sink.begin();
      const found = resolver.resolve(one, one.gasLimit - intrinsicOf(one));
      if (found.refusal === undefined) sink.commit(index);
      gas.push(found.refusal === undefined ? found.gas : undefined);
    }
    const keyAt = (key: number) => names.copy(key) as StateKey;
    return () => new Forecast(candidates, { table, keyAt, gas }, read);
  };
}

/** Access sets by candidate: a table with its keys, and what resolving cost; undefined: it has none. */
interface Resolved {
  readonly table: AccessTable;
  readonly keyAt: (key: number) => StateKey;
  readonly gas: readonly (number | undefined)[];
}

/**
 * Begin hooks and earlier transactions may move pointers, so this is a forecast: `process` has the last word. A
 * candidate that is left out still widens the intervals of its cells, which errs on the side of longer chains.
 */
class Forecast implements PathForecast {
  readonly #table: AccessTable;
  readonly #gas: readonly (number | undefined)[];
  readonly #intervals: CellIntervals;
  readonly #slots: ConflictSlots;
  /** By conflict slot: the heaviest chain that ends in it. */
  readonly #heaviest: Float64Array;
  /** Entries of adds that fit, of the candidate asked about last. */
  readonly #fitting = new Set<number>();
  #chain: number | undefined;

  constructor(
    private readonly candidates: readonly SignedTransaction[],
    { table, keyAt, gas }: Resolved,
    read: ReadState,
  ) {
    this.#table = table;
    this.#gas = gas;
    this.#intervals = new CellIntervals(table, (key, to, at) => {
      const stored = keyAt(key);
      readCellWords(keyKind(stored), read(stored), to, at);
    });
    this.#slots = new ConflictSlots(table);
    this.#heaviest = new Float64Array(this.#slots.count);
  }

  accessGas(index: number): number | undefined {
    return this.#gas[index];
  }

  fits(index: number, gasMax: number): boolean {
    const { words, records } = this.#table;
    const record = records[index] ?? 0;
    this.#chain = undefined;
    if (record === 0) return true;
    this.#fitting.clear();
    let entry = record + RECORD.size;
    for (let left = words[record + RECORD.keys]!; left > 0; left--, entry += KEY.size) {
      if (this.#intervals.fits(entry)) this.#fitting.add(entry);
    }
    const end = contractsAt(words, record);
    for (let lock = locksAt(words, record); lock < end; lock += LOCK.size) this.#intervals.lock(lock);
    this.#slots.take(record, (at) => this.#fitting.has(at));
    const gasLimit = this.candidates[index]?.gasLimit ?? 0;
    this.#chain = chainOf(this.#slots, this.#heaviest, gasLimit);
    return this.#chain <= gasMax;
  }

  take(): void {
    if (this.#chain === undefined) return;
    for (const slot of this.#slots.marks.view()) {
      this.#heaviest[slot] = Math.max(this.#heaviest[slot]!, this.#chain);
    }
  }
}
