// What prover (state/tree) and verifier (base/proof) of the state tree share: its two hashes and the shape of a
// proof. A binary Patricia trie over SHA-256(key): an ICS-23 tree under a ProofSpec of our own (adr/0004).
import { concatBytes, utf8 } from './bytes.js';
import { sha256, sha256Into } from './hash.js';

/** 48 bytes before every leaf. Longer than a node (32), so no inner node's preimage begins with it. */
export const STATE_LEAF_TAG: Uint8Array = concatBytes(
  sha256(utf8('weft/state/leaf/1')),
  sha256(utf8('weft/state/leaf/1/b')).slice(0, 16),
);

/** The root of the tree without keys: 32 zero bytes, which no hash of a node is known to give. */
export const EMPTY_STATE_ROOT: Uint8Array = new Uint8Array(32);

const TAG_BYTES = STATE_LEAF_TAG.length;
/** Room for what is hashed of one leaf: every cold read of state hashes one. */
const LEAF = concatBytes(STATE_LEAF_TAG, new Uint8Array(64));
const VALUE_HASH = new Uint8Array(32);

/** SHA-256(tag ‖ hashed key ‖ SHA-256(value)), the hashed key of 32 bytes. An inner node is `hashPair(left, right)`. */
export function stateLeafHash(hashedKey: Uint8Array, value: Uint8Array): Uint8Array {
  const hash = new Uint8Array(32);
  stateLeafHashInto(hash, hashedKey, value);
  return hash;
}

/** The same into the first 32 bytes of `hash`. */
export function stateLeafHashInto(hash: Uint8Array, hashedKey: Uint8Array, value: Uint8Array): void {
  sha256Into(VALUE_HASH, value);
  for (let index = 0; index < 32; index++) {
    LEAF[TAG_BYTES + index] = hashedKey[index]!;
    LEAF[TAG_BYTES + 32 + index] = VALUE_HASH[index]!;
  }
  sha256Into(hash, LEAF);
}

/** One level up from a node: its sibling, and whether that stands on the left. */
export interface ProofStep {
  readonly siblingIsLeft: boolean;
  /** 32 bytes. */
  readonly sibling: Uint8Array;
}

/** That a hashed key holds a value. */
export interface ExistenceProof {
  /** SHA-256 of the state key, 32 bytes. */
  readonly hashedKey: Uint8Array;
  /** Never empty. */
  readonly value: Uint8Array;
  /** From the leaf up to the root, at most 256. */
  readonly steps: readonly ProofStep[];
}

/**
 * That a key holds a value, or that none is there: then its neighbours in the order of hashed keys are present and
 * adjacent. `left` is undefined when the key is before the first one, `right` when it is behind the last one, both
 * only when the tree is empty (its root then is `EMPTY_STATE_ROOT`, which ICS-23 cannot express).
 */
export type StateProof =
  | { readonly kind: 'present'; readonly existence: ExistenceProof }
  | {
      readonly kind: 'absent';
      /** SHA-256 of the state key, 32 bytes. */
      readonly hashedKey: Uint8Array;
      readonly left: ExistenceProof | undefined;
      readonly right: ExistenceProof | undefined;
    };
