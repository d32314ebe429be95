// Keeps the index of past blocks behind the chain: opened once the store holds one, told of each block, asked to forget what
// the store has pruned. It never holds up anything: while it is not there, blocks are read instead.
import type { HistoryIndex } from '../ports/history-index.js';
import type { Store } from '../ports/store.js';

/** Blocks between two looks at what was pruned. */
const PRUNE_EVERY = 64;

export class HistoryFollower {
  /** Undefined: not there yet, or there is none. */
  index: HistoryIndex | undefined;
  readonly #store: Store;
  readonly #open: () => Promise<HistoryIndex | undefined>;
  #opening: Promise<void> | undefined;
  #height = 0;

  /** `open`: called once. */
  constructor(store: Store, open: () => Promise<HistoryIndex | undefined>) {
    this.#store = store;
    this.#open = open;
  }

  /** The store holds a chain. */
  begin(): void {
    this.#opening ??= this.#open().then((index) => {
      this.index = index;
      // Blocks of the meantime; announcing one the index found by itself would say that it was replaced.
      if (this.#height > 0) index?.catchUp(this.#height);
    });
  }

  /** A block has been committed. */
  follow(height: number): void {
    this.#height = height;
    this.begin();
    this.index?.advance(height);
    if (height % PRUNE_EVERY !== 0) return;
    this.#store.oldest().then(
      (oldest) => this.index?.prune(oldest),
      // The store is closed meanwhile: the next opening looks again.
      () => undefined,
    );
  }

  /** The store has taken blocks back. */
  revert(height: number): void {
    this.#height = height;
    this.index?.revert(height);
  }

  async close(): Promise<void> {
    await this.#opening;
    await this.index?.close();
    this.index = undefined;
  }
}
