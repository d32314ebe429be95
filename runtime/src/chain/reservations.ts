// Which pending transactions the next block could reserve, taken in order over the newest state: what proposals are
// filtered by, and what tells stale ones in the pool. The rule is Reserve's own.

import { BlockAccounts } from '../execute/phases/accounts.js';
import { reserveDecoded } from '../execute/phases/reserve.js';
import { readSettings } from '../execute/phases/settings.js';
import { BlockState } from '../execute/phases/state.js';
import type { BlockInput, ReadState } from '../types/outcome.js';
import type { SignedTransaction } from '../types/transaction.js';

/** Reserves a transaction after those it was given before; false where Reserve refuses. Signatures are taken as checked. */
export type Reservations = (transaction: SignedTransaction) => boolean;

/** Begins at a state: `input` names chain, height and time of the block in question. */
export function createReservations(
  input: Omit<BlockInput, 'transactions' | 'rule' | 'signaturesFound'>,
  read: ReadState,
): Reservations {
  const state = new BlockState(read);
  const settings = readSettings(state);
  const accounts = new BlockAccounts(state);
  const whole = { ...input, transactions: [], rule: 'finalize' as const };
  const block = { input: whole, settings, state, accounts };
  return (transaction) => reserveDecoded(transaction, 0, block, 'all').kind === 'reserved';
}
