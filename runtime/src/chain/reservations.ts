// Which pending transactions the next block could reserve, taken in order over the newest state: what proposals are
// filtered by, and what tells stale ones in the pool. The rule is Reserve's own.

import { reserve } from '../execute/phases/reserve.js';
import { readSettings } from '../execute/phases/settings.js';
import { BlockState } from '../execute/phases/state.js';
import type { BlockInput, ReadState } from '../types/outcome.js';
import type { SignedTransaction } from '../types/transaction.js';

/**
 * Reserves wire bytes after those it was given before: the transaction, or undefined where Reserve refuses. Signatures
 * are taken as checked.
 */
export type Reservations = (bytes: Uint8Array) => SignedTransaction | undefined;

/** Begins at a state: `input` names chain, height and time of the block in question. */
export function createReservations(
  input: Omit<BlockInput, 'transactions' | 'rule' | 'signaturesFound'>,
  read: ReadState,
): Reservations {
  const state = new BlockState(read);
  const settings = readSettings(state);
  return (bytes) => {
    const one: BlockInput = { ...input, transactions: [bytes], rule: 'finalize', signaturesFound: ['all'] };
    const [reservation] = reserve(one, settings, state);
    return reservation?.kind === 'reserved' ? reservation.transaction : undefined;
  };
}
