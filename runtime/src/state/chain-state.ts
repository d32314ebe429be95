// The state a chain stands on: flat values for reads and the tree for roots and proofs, always of the same height.
// A block's effect is staged first (its root goes into the header) and taken once the block is durable.
import { assert } from '../base/assert.js';
import type { ValueChange } from '../types/block.js';
import type { StateKey } from '../types/key.js';
import type { ReadState } from '../types/outcome.js';
import type { StateProof } from '../types/proof.js';
import { createFlatState } from './flat-state.js';
import { createTree } from './tree.js';

/** A block's effect, computed and not yet taken; exactly one of `commit` and `discard` is called. */
export interface StagedState {
  /** State root after the block, 32 bytes. */
  readonly root: Uint8Array;
  commit(): void;
  discard(): void;
}

export interface ChainState {
  /** The block whose effect is in; 0 after genesis. */
  readonly height: number;
  /** Number of keys. */
  readonly size: number;
  /** 32 bytes. */
  root(): Uint8Array;
  /** Values at `height`; a staged block does not show. Bound: may be handed on as it is. */
  readonly read: ReadState;
  prove(key: StateKey): StateProof;
  /**
   * The effect of block `height + 1`. One at a time.
   * @throws STATE_DIFF_MISMATCH if it does not begin at this state, STATE_DUPLICATE_KEY, STATE_EMPTY_VALUE
   */
  stage(diff: readonly ValueChange[]): StagedState;
}

/** A key and the value it holds. */
export interface PresentValue {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** The state of `height` from its whole content, each key once. @throws STATE_DUPLICATE_KEY, STATE_EMPTY_VALUE */
export function createChainState(height: number, content: readonly PresentValue[]): ChainState {
  const flat = createFlatState();
  const tree = createTree();
  tree.apply(content);
  for (const { key, value } of content) flat.load(key, value);
  let current = height;
  const read: ReadState = (key) => flat.read(key);
  return {
    get height() {
      return current;
    },
    get size() {
      return flat.size;
    },
    root: () => tree.root(),
    read,
    prove: (key) => tree.prove(key),
    stage(diff) {
      flat.assertBefore(diff);
      const staged = tree.stage(diff.map(({ key, after }) => ({ key, value: after })));
      return {
        root: staged.root,
        commit() {
          staged.commit();
          flat.apply(diff);
          current++;
          assert(flat.size === tree.size, 'flat state and tree hold the same keys');
        },
        discard: () => staged.discard(),
      };
    },
  };
}

/** The root of a content, each key once: what a genesis header carries. @throws STATE_DUPLICATE_KEY, STATE_EMPTY_VALUE */
export function stateRootOf(content: readonly PresentValue[]): Uint8Array {
  return createTree().apply(content);
}
