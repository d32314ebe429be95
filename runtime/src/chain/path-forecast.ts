// What a candidate would add to the critical path, told before anything runs: A(t) against the newest state and the
// longest chain of conflicts among those taken so far. Proposals use it so that those who all want one key share the
// part of a block that one key can have, and everybody else is served beside them.
import { accessGas } from '../access/price.js';
import { resolveAccess } from '../access/resolve.js';
import { CodeStore } from '../execute/code-store.js';
import { accessLookup } from '../execute/phases/resolve.js';
import { conflictSlots } from '../schedule/conflict-slots.js';
import { CellIntervals } from '../schedule/intervals.js';
import { numberResources, type Resources } from '../schedule/resources.js';
import { keyKind } from '../types/key.js';
import type { ReadState } from '../types/outcome.js';
import type { SignedTransaction } from '../types/transaction.js';
import { decodeCell } from '../types/value.js';

/** A forecast over a list of candidates, asked in order. */
export interface PathForecast {
  /** Whether the longest chain of conflicts that candidate `index` would end stays within `gasMax`. */
  fits(index: number, gasMax: number): boolean;
  /** Takes the candidate asked about last. */
  take(): void;
  /** Gas of its declared keys; undefined: it has no access set and would run in the tail, on no path. */
  accessGas(index: number): number | undefined;
}

/** Resolves candidates over a state, once; each call of what comes back begins a forecast anew. */
export type Forecasts = (candidates: readonly SignedTransaction[], read: ReadState) => () => PathForecast;

/** Forecasts that keep decoded code sections from one proposal to the next. */
export function createForecasts(): Forecasts {
  const codes = new CodeStore();
  return (candidates, read) => {
    const lookup = accessLookup(codes.view(read), read);
    const accesses = candidates.map((one) => resolveAccess(one, lookup));
    const resources = numberResources(accesses);
    return () => new Forecast(candidates, resources, read);
  };
}

/**
 * Begin hooks and earlier transactions may move pointers, so this is a forecast: `process` has the last word. A
 * candidate that is left out still widens the intervals of its cells, which errs on the side of longer chains.
 */
class Forecast implements PathForecast {
  readonly #intervals: CellIntervals;
  /** By conflict slot: the heaviest chain that ends in it. */
  readonly #heaviest = new Map<number, number>();
  #asked: { readonly marks: readonly number[]; readonly chain: number } | undefined;

  constructor(
    private readonly candidates: readonly SignedTransaction[],
    private readonly resources: Resources,
    read: ReadState,
  ) {
    this.#intervals = new CellIntervals(resources, (key) => decodeCell(keyKind(key), read(key)));
  }

  accessGas(index: number): number | undefined {
    const use = this.resources.uses[index];
    return use && accessGas(use.access);
  }

  fits(index: number, gasMax: number): boolean {
    const use = this.resources.uses[index];
    this.#asked = undefined;
    if (use === undefined) return true;
    const { keys } = use.access;
    const fits = keys.map((key, i) => this.#intervals.fits(key, use.keys[i] as (typeof use.keys)[number]));
    for (const lock of use.locks) this.#intervals.lock(lock);
    const { checks, marks } = conflictSlots(this.resources, use, (i) => {
      const mode = keys[i]?.mode ?? 'write';
      return mode === 'add' && fits[i] !== true ? 'write' : mode;
    });
    let chain = 0;
    for (const slot of checks) chain = Math.max(chain, this.#heaviest.get(slot) ?? 0);
    chain += this.candidates[index]?.gasLimit ?? 0;
    this.#asked = { marks: [...marks], chain };
    return chain <= gasMax;
  }

  take(): void {
    const { marks, chain } = this.#asked ?? { marks: [], chain: 0 };
    for (const slot of marks) this.#heaviest.set(slot, Math.max(this.#heaviest.get(slot) ?? 0, chain));
  }
}
