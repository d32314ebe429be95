// What the state floor refuses: batches that are no set of changes, and stored state that is not what a header says.
import { defineErrors } from '../base/errors.js';

/** Thrown by tree, flat state and `openState`. */
export class StateError extends defineErrors('StateError', {
  STATE_DUPLICATE_KEY: { what: 'one batch changes a key twice' },
  STATE_EMPTY_VALUE: {
    what: 'a stored value has no bytes',
    fix: 'Delete the key instead, or give the value its header byte.',
  },
  STATE_DIFF_MISMATCH: {
    what: 'a recorded change does not begin at the value the state holds',
    fix: 'The data folder is damaged: restore it from a backup or a snapshot.',
  },
  STATE_ROOT_MISMATCH: {
    what: 'the stored state does not have the state root its header commits to',
    fix: 'The data folder is damaged: restore it from a backup or a snapshot.',
  },
  STATE_THREAD_LOST: {
    what: 'a thread of the state tree failed or does not answer',
    fix: 'Start the node again: nothing of the block was kept.',
  },
  STATE_LEAF_MISMATCH: {
    what: 'a value in memory is not the one its leaf of the state tree commits to',
    fix: 'Delete state.checkpoint and start again; if it comes back, test the memory of this machine.',
  },
  STATE_CHECKPOINT_DAMAGED: { what: 'the state checkpoint is not what was written' },
  STATE_CHECKPOINT_VERSION: { what: 'the state checkpoint is of another version' },
  STATE_CHECKPOINT_STALE: {
    what: 'the state checkpoint is of a state this chain never had, or cannot follow',
  },
  STATE_HEIGHT: {
    what: 'the state of this height is not held any more',
    fix: 'Ask for a height of the window the error names, or make the state again from block records.',
  },
  STATE_EMPTY_STORE: { what: 'the store holds no chain yet', fix: 'Initialise it with a genesis first.' },
}) {}
