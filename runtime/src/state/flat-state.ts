// What execution reads: values by key text, remembered for the keys that are in use, out of the tree for all others.
// Two generations: when the younger one is full it becomes the older one, whose keys nobody asked for are forgotten.
import { bytesEqual, toHex } from '../base/bytes.js';
import { LIMITS } from '../base/limits.js';
import type { ValueChange } from '../types/block.js';
import { keyText, type StateKey } from '../types/key.js';
import { StateError } from './errors.js';

/** The values of one height. */
export interface FlatState {
  /** Undefined: absent. Nobody may change the bytes returned. About 0.5 us, 5 us for a key not in use. */
  read(key: StateKey): Uint8Array | undefined;
  /** The same, and nothing is remembered: for questions of anybody, whose keys no block may ever use. */
  peek(key: StateKey): Uint8Array | undefined;
  /** The diff begins at what is held. @throws STATE_DIFF_MISMATCH */
  assertBefore(diff: readonly ValueChange[]): void;
  /** Moves to the values after the diff. */
  apply(diff: readonly ValueChange[]): void;
  /** Forgets all it remembers. */
  clear(): void;
}

/** What is remembered of a key that has no value. */
const ABSENT = null;
type Known = Uint8Array | typeof ABSENT;

/** `readTree`: the value a key has in the tree at the height of the last diff applied. */
export function createFlatState(readTree: (key: Uint8Array) => Uint8Array | undefined): FlatState {
  let younger = new Map<string, Known>();
  let older = new Map<string, Known>();
  const remember = (text: string, value: Known): void => {
    if (younger.size >= LIMITS.stateCacheKeys) {
      older = younger;
      younger = new Map();
    }
    younger.set(text, value);
  };
  const read = (key: Uint8Array): Uint8Array | undefined => {
    const text = keyText(key);
    let known = younger.get(text);
    if (known === undefined) {
      known = older.get(text);
      if (known === undefined) known = readTree(key) ?? ABSENT;
      remember(text, known);
    }
    return known ?? undefined;
  };
  const peek = (key: Uint8Array): Uint8Array | undefined => {
    const text = keyText(key);
    let known = younger.get(text);
    if (known === undefined) known = older.get(text);
    return known === undefined ? readTree(key) : (known ?? undefined);
  };
  return {
    read,
    peek,
    assertBefore(diff) {
      for (const { key, before } of diff) {
        const held = read(key);
        if (held === before || (held && before && bytesEqual(held, before))) continue;
        throw new StateError('STATE_DIFF_MISMATCH', {
          expected: before ? toHex(before.subarray(0, 64)) : 'absent',
          got: held ? toHex(held.subarray(0, 64)) : 'absent',
          place: toHex(key),
        });
      }
    },
    apply(diff) {
      for (const { key, after } of diff) remember(keyText(key), after ?? ABSENT);
    },
    clear() {
      younger.clear();
      older.clear();
    },
  };
}
