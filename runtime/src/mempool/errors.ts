// Refusals of the pool.
import { defineErrors } from '../base/errors.js';

export class MempoolError extends defineErrors('MempoolError', {
  MEMPOOL_DUPLICATE: { what: 'this transaction is pending already' },
  MEMPOOL_NONCE_TAKEN: {
    what: 'another pending transaction of the sender has this nonce',
    fix: 'Pay the gas price named to replace it, or use the next sequence or another lane.',
  },
  MEMPOOL_FULL: {
    what: 'the pool is full of transactions that pay as much or more',
    fix: 'Pay the gas price named, or send it again after the next block.',
  },
  MEMPOOL_JOURNAL: {
    what: 'the journal of pending transactions is damaged; what stood behind the damage is lost',
    fix: 'Nothing on the chain is affected. Send again what is missing.',
  },
  MEMPOOL_SENDER_FULL: {
    what: 'the sender has too many pending transactions',
    fix: 'Send it again after the next block.',
  },
}) {}
