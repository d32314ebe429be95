// Places for what takes much memory while it comes: a body past the small ones is read once it has a place, so that memory
// goes by places and not by connections. Whoever waits is not read from. What is in takes turns too: one a turn of the event
// loop, and small requests between.

export interface PlaceBounds {
  readonly max: number;
  readonly addressMax: number;
  /** Milliseconds a place is held at least; then it is for whoever waits. */
  readonly heldMs: number;
}

/** A place, or the wait for one. */
export interface Place {
  /** Runs `work` in a turn of its own. */
  turn(work: () => void): void;
  /** Gives the place back, or the wait up. */
  leave(): void;
}

interface Entry {
  readonly address: string;
  readonly begin: () => void;
  readonly late: () => void;
  since: number;
}

export class Places {
  readonly #bounds: PlaceBounds;
  readonly #held = new Set<Entry>();
  /** Oldest first. */
  readonly #waiting = new Set<Entry>();
  readonly #byAddress = new Map<string, number>();
  readonly #works: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(bounds: PlaceBounds) {
    this.#bounds = bounds;
  }

  /** Calls `begin` when there is a place, at once or later, and `late` when it is held for too long and others wait. */
  enter(address: string, begin: () => void, late: () => void): Place {
    const entry: Entry = { address, begin, late, since: 0 };
    if (this.#isFree(address)) this.#begin(entry);
    else {
      this.#waiting.add(entry);
      this.#watch();
    }
    return { turn: (work) => this.#turn(work), leave: () => this.#leave(entry) };
  }

  #isFree(address: string): boolean {
    const { max, addressMax } = this.#bounds;
    return this.#held.size < max && (this.#byAddress.get(address) ?? 0) < addressMax;
  }

  #begin(entry: Entry): void {
    this.#held.add(entry);
    this.#byAddress.set(entry.address, (this.#byAddress.get(entry.address) ?? 0) + 1);
    entry.since = performance.now();
    entry.begin();
  }

  #leave(entry: Entry): void {
    this.#waiting.delete(entry);
    if (!this.#held.delete(entry)) return;
    const left = (this.#byAddress.get(entry.address) ?? 1) - 1;
    if (left === 0) this.#byAddress.delete(entry.address);
    else this.#byAddress.set(entry.address, left);
    for (const next of this.#waiting) {
      if (!this.#isFree(next.address)) continue;
      this.#waiting.delete(next);
      this.#begin(next);
      return;
    }
  }

  /** As long as somebody waits, looks for places that are held too long. */
  #watch(): void {
    if (this.#timer !== undefined || this.#waiting.size === 0) return;
    const { heldMs } = this.#bounds;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const before = performance.now() - heldMs;
      for (const entry of this.#held) if (this.#waiting.size > 0 && entry.since <= before) entry.late();
      this.#watch();
    }, heldMs / 4);
    this.#timer.unref();
  }

  #turn(work: () => void): void {
    if (this.#works.push(work) === 1) setImmediate(() => this.#step());
  }

  #step(): void {
    const [work] = this.#works;
    work?.();
    this.#works.shift();
    if (this.#works.length > 0) setImmediate(() => this.#step());
  }
}
