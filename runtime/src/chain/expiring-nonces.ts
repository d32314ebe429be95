// Which expiring nonces the state holds, by the height they end at: Settle removes them there. An index beside the
// state, rebuilt from it at open and moved on by every block's diff.
import { bytesText } from '../base/bytes.js';
import { Reader } from '../base/codec.js';
import type { ValueChange } from '../types/block.js';
import { decodeStateKey, isKeyOf, type StateKey } from '../types/key.js';
import { SYSTEM_ADDRESS, SYSTEM_FIELD } from '../types/system.js';

/** Expiry height to keys. At most 128 heights, as no nonce expires further ahead. */
export interface ExpiringNonces {
  /** Keys whose expiry is `height`. */
  at(height: number): readonly StateKey[];
  /** All of them. */
  all(): readonly StateKey[];
  /** A key came into the state or left it; keys of other fields are passed over. */
  note(key: Uint8Array, present: boolean): void;
  /** Every key of a block's diff. */
  apply(diff: readonly ValueChange[]): void;
}

export function createExpiringNonces(): ExpiringNonces {
  const heights = new Map<number, Map<string, StateKey>>();
  const note = (key: Uint8Array, present: boolean): void => {
    if (!isExpiring(key)) return;
    const expiry = expiryOf(key);
    const keys = heights.get(expiry) ?? new Map<string, StateKey>();
    if (present) keys.set(bytesText(key), key);
    else keys.delete(bytesText(key));
    if (keys.size > 0) heights.set(expiry, keys);
    else heights.delete(expiry);
  };
  return {
    at: (height) => [...(heights.get(height)?.values() ?? [])],
    all: () => [...heights.values()].flatMap((keys) => [...keys.values()]),
    note,
    apply(diff) {
      for (const { key, after } of diff) note(key, after !== undefined);
    },
  };
}

function isExpiring(key: Uint8Array): key is StateKey {
  return isKeyOf(key, SYSTEM_ADDRESS, SYSTEM_FIELD.expiring);
}

/** Components are sender, expiry (u64), nonce bytes. */
function expiryOf(key: StateKey): number {
  const expiry = decodeStateKey(key).components[1];
  return new Reader(expiry ?? new Uint8Array(0), 'expiring nonce key').number64();
}
