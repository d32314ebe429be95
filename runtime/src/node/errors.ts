// What the composition root refuses: configurations and folders that do not fit together, and work while it is down.
import { defineErrors } from '../base/errors.js';

export class NodeError extends defineErrors('NodeError', {
  NODE_NO_GENESIS: {
    what: 'the data folder holds no chain and no genesis was given',
    fix: 'Name a genesis file, or start a development node.',
  },
  NODE_GENESIS_MISMATCH: {
    what: 'the data folder belongs to another genesis',
    fix: 'Use another data folder, or the genesis this one was made with.',
  },
  NODE_VALIDATOR_KEY: {
    what: 'no validator key was given and none is in the data folder',
    fix: 'Give a seed, or put 64 hexadecimal digits into validator.key.',
  },
  NODE_NOT_VALIDATOR: {
    what: 'the key of this node is not among the validators of the genesis',
    fix: 'Use the key the genesis names.',
  },
  NODE_STATE: { what: 'the node cannot do this now' },
  NODE_PAUSED: { what: 'the node is paused and its store is closed', fix: 'Try again when it has reopened.' },
  NODE_STOPPED: { what: 'the node is not running', fix: 'Start it.' },
}) {}
