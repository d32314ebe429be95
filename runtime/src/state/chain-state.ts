// The state a chain stands on: the tree, for roots, proofs and recent heights, and the values in use beside it for
// execution. A block's effect is staged first (its root goes into the header) and taken once the block is durable.
import { LIMITS } from '../base/limits.js';
import type { ValueChange } from '../types/block.js';
import type { StateKey } from '../types/key.js';
import type { ReadState } from '../types/outcome.js';
import type { StateProof } from '../types/proof.js';
import { StateError } from './errors.js';
import { createFlatState } from './flat-state.js';
import { createTree, type PinnedVersion, type StateTree, type TreeOptions } from './tree.js';

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
  /** The oldest height that `readAt`, `proveAt` and `revert` know: 32 before, fewer where they take 256 MB; at least 2. */
  readonly oldest: number;
  /** Number of keys. */
  readonly size: number;
  /** 32 bytes. */
  root(): Uint8Array;
  /** Values at `height`; a staged block does not show. Bound: may be handed on as it is. */
  readonly read: ReadState;
  /** The same for whoever asks on behalf of anybody: what is read is not taken for a key in use. */
  readonly peek: ReadState;
  prove(key: StateKey): StateProof;
  /** What a key held at a recent height. @throws STATE_HEIGHT */
  readAt(key: StateKey, height: number): Uint8Array | undefined;
  /** A proof against the state root of a recent height. @throws STATE_HEIGHT */
  proveAt(key: StateKey, height: number): StateProof;
  /**
   * The effect of block `height + 1`. One at a time.
   * @throws STATE_DIFF_MISMATCH if it does not begin at this state, STATE_DUPLICATE_KEY, STATE_EMPTY_VALUE
   */
  stage(diff: readonly ValueChange[]): StagedState;
  /** Goes back to a recent height; nothing may be staged. @throws STATE_HEIGHT */
  revert(height: number): void;
  /** Holds the present state for whoever writes it down. One at a time. */
  pin(): PinnedVersion;
}

/** A key and the value it holds. */
export interface PresentValue {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** The state of `height` from its whole content, each key once. @throws STATE_DUPLICATE_KEY, STATE_EMPTY_VALUE */
export function createChainState(height: number, content: readonly PresentValue[]): ChainState {
  const tree = createChainTree();
  tree.apply(content);
  return chainStateOf(height, tree);
}

/** An empty tree that keeps the window of recent heights. */
export function createChainTree(group?: TreeOptions['group']): StateTree {
  return createTree({
    keepVersions: LIMITS.stateWindowBlocks,
    keepBytes: LIMITS.stateWindowBytes,
    ...(group && { group }),
  });
}

/** The state of `height` that a tree holds, which is its own from here on. */
export function chainStateOf(height: number, tree: StateTree): ChainState {
  tree.forget();
  const flat = createFlatState((key) => tree.get(key));
  let current = height;
  const oldest = (): number => Math.max(height, current - tree.kept);
  const back = (asked: number): number => {
    if (asked >= oldest() && asked <= current) return current - asked;
    throw new StateError('STATE_HEIGHT', { expected: `${oldest()} to ${current}`, got: asked });
  };
  return {
    get height() {
      return current;
    },
    get oldest() {
      return oldest();
    },
    get size() {
      return tree.size;
    },
    root: () => tree.root(),
    read: flat.read,
    peek: flat.peek,
    prove: (key) => tree.prove(key),
    readAt: (key, asked) => tree.get(key, back(asked)),
    proveAt: (key, asked) => tree.prove(key, back(asked)),
    stage(diff) {
      flat.assertBefore(diff);
      const staged = tree.stage(diff.map(({ key, after }) => ({ key, value: after })));
      return {
        root: staged.root,
        commit() {
          staged.commit();
          flat.apply(diff);
          current++;
        },
        discard: () => staged.discard(),
      };
    },
    revert(asked) {
      tree.revert(back(asked));
      flat.clear();
      current = asked;
    },
    pin: () => tree.pin(),
  };
}

/** The root of a content, each key once: what a genesis header carries. @throws STATE_DUPLICATE_KEY, STATE_EMPTY_VALUE */
export function stateRootOf(content: readonly PresentValue[]): Uint8Array {
  return createTree().apply(content);
}
