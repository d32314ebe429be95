// State at a recent height: the newest state under the records above it, read backwards. Old values of a few heights are
// kept; the deeper the height, the more records are read.
import type { Store } from '../ports/store.js';
import type { ValueChange } from '../types/block.js';
import { keyText } from '../types/key.js';
import type { ReadState } from '../types/outcome.js';
import { QueryError } from './errors.js';

/** Heights below the newest one whose state can be read. */
export const HISTORY_BLOCKS = 256;
const KEPT = 8;

export interface History {
  /**
   * Reads the state after block `height`, given the newest state and its height.
   * @throws QUERY_HEIGHT outside the window, STORE_PRUNED and what the store throws for damage
   */
  at(height: number, newest: number, read: ReadState): Promise<ReadState>;
  /** As `at`, and stays that height while the chain goes on, until released. */
  pin(height: number, newest: number, read: ReadState): Promise<PinnedState>;
  /** The newest state, pinned. */
  pinNewest(read: ReadState): PinnedState;
  /** Told of each block as the state moves on to it. */
  advance(stateDiff: readonly ValueChange[]): void;
  /** The chain went back: what was kept is of other blocks. */
  clear(): void;
}

/** A height that does not move. */
export interface PinnedState {
  readonly read: ReadState;
  release(): void;
}

/** By key, the value before the first block above a height that changed it. */
type Before = Map<string, Uint8Array | undefined>;

export function createHistory(store: Store): History {
  /** By height and the newest height they were read at. */
  const kept = new Map<string, Before>();
  const pinned = new Set<Before>();
  const beforeAt = async (height: number, newest: number): Promise<Before> => {
    const oldest = Math.max((await store.oldest()) - 1, newest - HISTORY_BLOCKS);
    if (!Number.isInteger(height) || height < oldest || height > newest) {
      throw new QueryError('QUERY_HEIGHT', { expected: `${oldest}..${newest}`, got: height });
    }
    const name = `${height} ${newest}`;
    const before = kept.get(name) ?? (await readBefore(store, height, newest));
    kept.delete(name);
    kept.set(name, before);
    const [first] = kept.keys();
    if (kept.size > KEPT && first !== undefined) kept.delete(first);
    return before;
  };
  const hold = (read: ReadState): PinnedState & { readonly before: Before } => {
    const before: Before = new Map();
    pinned.add(before);
    return { before, read: readUnder(before, read), release: () => void pinned.delete(before) };
  };
  return {
    async at(height, newest, read) {
      return readUnder(await beforeAt(height, newest), read);
    },
    async pin(height, newest, read) {
      const pin = hold(read);
      try {
        // Blocks committed while the records are read note what they change; what the records say is older and counts.
        for (const [key, value] of await beforeAt(height, newest)) pin.before.set(key, value);
        return pin;
      } catch (error) {
        pin.release();
        throw error;
      }
    },
    pinNewest: hold,
    advance(stateDiff) {
      for (const before of pinned) noteBefore(before, stateDiff);
    },
    clear() {
      kept.clear();
      // They stand on a state that no block changes any more.
      pinned.clear();
    },
  };
}

function readUnder(before: Before, read: ReadState): ReadState {
  return (key) => {
    const text = keyText(key);
    return before.has(text) ? before.get(text) : read(key);
  };
}

function noteBefore(before: Before, stateDiff: readonly ValueChange[]): void {
  for (const change of stateDiff) {
    const text = keyText(change.key);
    if (!before.has(text)) before.set(text, change.before);
  }
}

async function readBefore(store: Store, height: number, newest: number): Promise<Before> {
  const before: Before = new Map();
  for await (const { stateDiff } of store.records(height + 1, newest)) noteBefore(before, stateDiff);
  return before;
}
