// The state of one height as plain values, in memory: what execution reads. The tree beside it proves the same content.
import { bytesEqual, toHex } from '../base/bytes.js';
import type { ValueChange } from '../types/block.js';
import { keyText, type StateKey } from '../types/key.js';
import { StateError } from './errors.js';

/** Every key and value of one height. */
export interface FlatState {
  /** Number of keys. */
  readonly size: number;
  /** Undefined: absent. Nobody may change the bytes returned. */
  read(key: StateKey): Uint8Array | undefined;
  /** Puts a value there without asking what was: for loading. */
  load(key: Uint8Array, value: Uint8Array): void;
  /** The diff begins at what is held. @throws STATE_DIFF_MISMATCH */
  assertBefore(diff: readonly ValueChange[]): void;
  /** Moves to the values after the diff. */
  apply(diff: readonly ValueChange[]): void;
}

/** An empty flat state. */
export function createFlatState(): FlatState {
  const values = new Map<string, Uint8Array>();
  return {
    get size() {
      return values.size;
    },
    read: (key) => values.get(keyText(key)),
    load(key, value) {
      values.set(keyText(key), value);
    },
    assertBefore(diff) {
      for (const { key, before } of diff) {
        const held = values.get(keyText(key));
        if (held === before || (held && before && bytesEqual(held, before))) continue;
        throw new StateError('STATE_DIFF_MISMATCH', {
          expected: before ? toHex(before.subarray(0, 64)) : 'absent',
          got: held ? toHex(held.subarray(0, 64)) : 'absent',
          place: toHex(key),
        });
      }
    },
    apply(diff) {
      for (const { key, after } of diff) {
        if (after === undefined) values.delete(keyText(key));
        else values.set(keyText(key), after);
      }
    },
  };
}
