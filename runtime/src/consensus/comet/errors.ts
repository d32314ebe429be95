// Errors of the CometBFT engine.
import { defineErrors } from '../../base/errors.js';

export class CometError extends defineErrors('CometError', {
  COMET_OPTIONS: {
    what: 'an option of the engine is missing or not of its type',
    fix: 'See runtime/docs/spec/network.md.',
  },
  COMET_STARTED: { what: 'the engine was started before', fix: 'Create a new engine for each start.' },
  COMET_STOPPED: { what: 'the engine is not running', fix: 'Start the node.' },
  COMET_HALTED: {
    what: 'the engine halted after a failure',
    fix: 'Read the first failure in the log, mend its cause and restart the node.',
  },
  COMET_SOCKET: { what: 'the address for CometBFT cannot be listened on' },
  COMET_FRAME: { what: 'bytes on an ABCI connection are no message' },
  COMET_REQUEST: { what: 'a request is none of ABCI 2.0' },
  COMET_VERSION: {
    what: 'this CometBFT speaks another ABCI',
    fix: 'Use CometBFT v0.38.25 (or v0.40.0).',
  },
  COMET_GENESIS: {
    what: 'the genesis of CometBFT is not of this chain',
    fix: 'Take both genesis files from the same `weft network init`.',
  },
  COMET_BINARY: {
    what: 'CometBFT cannot be started',
    fix: 'Install it (README, "A network") or name it in WEFT_COMETBFT.',
  },
  COMET_EXITED: { what: 'CometBFT ended', fix: 'Read its log; the node starts both again.' },
  COMET_NOT_PENDING: { what: 'the transaction has left the pool' },
}) {}
