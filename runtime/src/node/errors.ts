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
  NODE_ENGINE: {
    what: 'the consensus engine cannot be used',
    fix: 'Name a module that exports createEngine, as runtime/docs/spec/engine.md says.',
  },
  NODE_SEAL: {
    what: 'this consensus engine makes blocks by itself, not on request',
    fix: 'Wait for the next block.',
  },
  NODE_HOME: {
    what: 'the folder is no home of a network node',
    fix: 'Make one with `weft network init` or `weft node --join`.',
  },
  NODE_HOME_EXISTS: { what: 'the folder holds a node already', fix: 'Name another folder.' },
  NODE_FOLDER: {
    what: 'the folder cannot be made',
    fix: 'Check the path: the folder above it has to be there, and to take new ones.',
  },
  NODE_NETWORK: { what: 'a network cannot be made of this' },
  NODE_JOIN: {
    what: 'the node to join does not answer, or not as one of a Weft network does',
    fix: 'Name the CometBFT RPC of a running node, such as http://127.0.0.1:26657.',
  },
  NODE_STATE: { what: 'the node cannot do this now' },
  NODE_PAUSED: { what: 'the node is paused and its store is closed', fix: 'Try again when it has reopened.' },
  NODE_DEV_ONLY: { what: 'only a chain of a `dev: true` genesis can do this' },
  NODE_DEV_TIME: {
    what: 'the time of the next block would be before the newest one',
    fix: 'Time goes forward only; to go back, revert to a snapshot.',
  },
  NODE_DEV_REFUSED: { what: 'the development chain does not take this change' },
  NODE_DEV_SNAPSHOT: {
    what: 'there is no such snapshot',
    fix: 'Reverting to a snapshot ends those taken after it, and a restart ends all.',
  },
  NODE_DEV_SNAPSHOTS: { what: 'too many snapshots are kept', fix: 'Revert to an earlier one.' },
  NODE_DEV_PRUNED: {
    what: 'the blocks to take back are not all kept any more',
    fix: 'Run the node without `--keep`.',
  },
  NODE_STOPPED: { what: 'the node is not running', fix: 'Start it.' },
}) {}
