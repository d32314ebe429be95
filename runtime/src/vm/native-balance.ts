// Native balances are cells of the system contract; moving them is two bounded adds (SPEC §4).
import { balanceKey } from '../types/system.js';
import type { WorkingSet } from './working-set.js';

/** Moves native units; false, and nothing done, when `from` has too few. Nothing to move touches nothing. */
export function moveBalance(state: WorkingSet, from: Uint8Array, to: Uint8Array, amount: bigint): boolean {
  if (amount === 0n) return true;
  const mark = state.mark();
  if (!state.decrease(balanceKey(from), amount, 0n)) return false;
  if (state.increase(balanceKey(to), amount, undefined)) return true;
  state.rollback(mark);
  return false;
}
