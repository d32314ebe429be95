// Errors of the seal engine.
import { defineErrors } from '../../base/errors.js';

export class SealError extends defineErrors('SealError', {
  SEAL_SIGNER: { what: 'sealing needs the key of a validator', fix: 'Give the node its seed.' },
  SEAL_STARTED: { what: 'the engine was started before', fix: 'Create a new engine for each start.' },
  SEAL_STOPPED: { what: 'the engine is not running', fix: 'Start the node, or wait until it has reopened.' },
  SEAL_HALTED: {
    what: 'block production halted after a failure',
    fix: 'Read the first failure in the log, mend its cause and restart the node.',
  },
  SEAL_PROPOSAL_REFUSED: { what: 'the chain refused the block its own prepare had proposed' },
  SEAL_REFUSED: { what: 'the chain refused a block of these transactions' },
  SEAL_INTERVAL: { what: 'the time between blocks is out of range' },
  SEAL_COUNT: { what: 'a number of blocks out of range' },
}) {}
