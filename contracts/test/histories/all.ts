// Every contract with histories, by name.
import type { CreateScene } from '../support/histories.js';
import { attestHistories } from './attest.js';
import { itemsHistories } from './items.js';
import { orderEscrowHistories } from './order-escrow.js';
import { timelockHistories } from './timelock.js';
import { tokenHistories } from './token.js';
import { traceLedgerHistories } from './trace-ledger.js';
import { treasuryHistories } from './treasury.js';

/** What must hold, in one line, and the histories it is held against. */
export const ALL_HISTORIES: Readonly<
  Record<string, { readonly holds: string; readonly scene: CreateScene }>
> = {
  token: { holds: 'balances are what the events say and sum to the supply', scene: tokenHistories },
  items: { holds: 'an item has one owner, units sum to the supply', scene: itemsHistories },
  timelock: { holds: 'nothing executes before its delay, or twice', scene: timelockHistories },
  'trace-ledger': {
    holds: 'chains are whole, nothing is in itself, findings count',
    scene: traceLedgerHistories,
  },
  attest: { holds: 'what is kept was said by its attester, and a revocation stays', scene: attestHistories },
  'order-escrow': {
    holds: 'paid, refunded and held are what was funded; stock adds up',
    scene: orderEscrowHistories,
  },
  treasury: { holds: 'nothing is paid below the threshold or past the limit', scene: treasuryHistories },
};
