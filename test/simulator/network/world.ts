// Virtual time and the events in it: one at a time, each run to its end (or to where its node waits for virtual time)
// before the next. All chance comes from one seed, so a seed repeats a run exactly.
import TinyQueue from 'tinyqueue';
import { randomFrom } from '../../support/sample-chain.js';

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => unknown;
}

export class World {
  now = 0;
  #order = 0;
  readonly #events = new TinyQueue<Event>([], (a, b) => a.at - b.at || a.order - b.order);
  readonly #draw: (below: number) => number;

  constructor(readonly seed: number) {
    // Neighbouring seeds begin alike: spread them.
    this.#draw = randomFrom(Math.imul(seed + 1, 0x9e3779b1));
    for (let turn = 0; turn < 8; turn++) this.#draw(2);
  }

  /** A whole number from 0 to below. */
  random(below: number): number {
    return this.#draw(below);
  }

  chance(percent: number): boolean {
    return this.#draw(100) < percent;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.#draw(from.length)] as T;
  }

  /** Runs after so many virtual milliseconds; returns a cancel. What `run` returns is awaited. */
  after(ms: number, run: () => unknown): () => void {
    let cancelled = false;
    const event = { at: this.now + ms, order: this.#order++, run: () => (cancelled ? undefined : run()) };
    this.#events.push(event);
    return () => {
      cancelled = true;
    };
  }

  /** Runs events until `done` holds or virtual time is up; whether it holds. */
  async run(until: number, done: () => boolean = () => false): Promise<boolean> {
    while (!done()) {
      const event = this.#events.peek();
      if (event === undefined || event.at > until) {
        this.now = until;
        return done();
      }
      this.#events.pop();
      this.now = event.at;
      await event.run();
    }
    return true;
  }
}
