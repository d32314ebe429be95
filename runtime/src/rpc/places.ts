// Places for what takes much memory while it comes: a body past the small ones is read once it has a place, so that memory
// goes by places and not by connections. Whoever waits is not read from, and as what has come of it stays, not all may wait.
// What is in takes turns too: one a turn of the event loop, and small requests between.

export interface PlaceBounds {
  readonly max: number;
  readonly addressMax: number;
  /** How many wait at most, in all and of one address. */
  readonly waitingMax: number;
  readonly addressWaitingMax: number;
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
  readonly #heldBy = new Counts();
  readonly #waitingBy = new Counts();
  readonly #works: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(bounds: PlaceBounds) {
    this.#bounds = bounds;
  }

  /**
   * Calls `begin` when there is a place, at once or later, and `late` when it is held for too long and others wait.
   * Undefined: too many wait already.
   */
  enter(address: string, begin: () => void, late: () => void): Place | undefined {
    const { waitingMax, addressWaitingMax } = this.#bounds;
    const entry: Entry = { address, begin, late, since: 0 };
    if (this.#isFree(address)) this.#begin(entry);
    else if (this.#waiting.size >= waitingMax || this.#waitingBy.of(address) >= addressWaitingMax)
      return undefined;
    else {
      this.#waiting.add(entry);
      this.#waitingBy.add(address, 1);
      this.#watch();
    }
    return { turn: (work) => this.#turn(work), leave: () => this.#leave(entry) };
  }

  #isFree(address: string): boolean {
    const { max, addressMax } = this.#bounds;
    return this.#held.size < max && this.#heldBy.of(address) < addressMax;
  }

  #begin(entry: Entry): void {
    this.#held.add(entry);
    this.#heldBy.add(entry.address, 1);
    entry.since = performance.now();
    entry.begin();
  }

  #leave(entry: Entry): void {
    this.#waitNoMore(entry);
    if (!this.#held.delete(entry)) return;
    this.#heldBy.add(entry.address, -1);
    for (const next of this.#waiting) {
      if (!this.#isFree(next.address)) continue;
      this.#waitNoMore(next);
      this.#begin(next);
      return;
    }
  }

  #waitNoMore(entry: Entry): void {
    if (this.#waiting.delete(entry)) this.#waitingBy.add(entry.address, -1);
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

/** Numbers by address; one at 0 takes no room. */
class Counts {
  readonly #counts = new Map<string, number>();

  of(address: string): number {
    return this.#counts.get(address) ?? 0;
  }

  add(address: string, more: number): void {
    const count = this.of(address) + more;
    if (count === 0) this.#counts.delete(address);
    else this.#counts.set(address, count);
  }
}
