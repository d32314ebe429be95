// State at a recent height: the newest state under the records above it, read backwards. Old values of a few heights are
// kept; the deeper the height, the more records are read.
import type { Store } from '../ports/store.js';
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
  /** The chain went back: what was kept is of other blocks. */
  clear(): void;
}

/** By key, the value before the first block above a height that changed it. */
type Before = Map<string, Uint8Array | undefined>;

export function createHistory(store: Store): History {
  /** By height and the newest height they were read at. */
  const kept = new Map<string, Before>();
  return {
    async at(height, newest, read) {
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
      return (key) => {
        const text = keyText(key);
        return before.has(text) ? before.get(text) : read(key);
      };
    },
    clear() {
      kept.clear();
    },
  };
}

async function readBefore(store: Store, height: number, newest: number): Promise<Before> {
  const before: Before = new Map();
  for await (const { stateDiff } of store.records(height + 1, newest)) {
    for (const change of stateDiff) {
      const text = keyText(change.key);
      if (!before.has(text)) before.set(text, change.before);
    }
  }
  return before;
}
