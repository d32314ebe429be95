// Refusals of the pool.
import { defineErrors } from '../base/errors.js';

export class MempoolError extends defineErrors('MempoolError', {
  MEMPOOL_DUPLICATE: { what: 'this transaction is pending already' },
  MEMPOOL_NONCE_TAKEN: {
    what: 'another pending transaction of the sender has this nonce',
    fix: 'Wait for the block that includes it, or use the next sequence or another lane.',
  },
  MEMPOOL_FULL: { what: 'the pool is full', fix: 'Send it again after the next block.' },
  MEMPOOL_SENDER_FULL: {
    what: 'the sender has too many pending transactions',
    fix: 'Send it again after the next block.',
  },
}) {}
