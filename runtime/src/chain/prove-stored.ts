// Proofs at any height whose records are kept, of a store that no node has open: the state is made again from flat state and
// the records between, so it takes seconds a million keys; a node answers for the last heights at once.
import type { ProvenState } from '../ports/query.js';
import type { Store } from '../ports/store.js';
import { headerFieldPath } from '../types/header-codec.js';
import { asStateKey } from '../types/key.js';
import { stateAt } from './state-at.js';

/**
 * What a key held after a block (default: the newest), up to the header hash.
 * @throws CODEC_* for no state key, CHAIN_HEAD_MISMATCH, STORE_UNKNOWN_HEIGHT, STORE_PRUNED and what damage throws
 */
export async function proveStored(store: Store, key: Uint8Array, height?: number): Promise<ProvenState> {
  const stateKey = asStateKey(key);
  const at = height ?? (await store.head());
  const { head, state } = await stateAt(store, at);
  const { header, hash } = head;
  return {
    height: at,
    hash,
    stateRoot: header.stateRoot,
    proof: state.proveAt(stateKey, at),
    headerPath: headerFieldPath(header, 'stateRoot'),
  };
}
