// Native balances are cells of the system contract; moving them is two bounded adds (SPEC §4).
import { setWords } from '../base/words.js';
import { balanceImage } from '../types/system.js';
import type { TransactionState } from './transaction-state.js';

const WORDS = 4;
const AMOUNT = new Uint32Array(8);
const ZERO = new Uint32Array(8);

/** Moves native units; false, and nothing done, when `from` has too few. Nothing to move touches nothing. */
export function moveBalance(
  state: TransactionState,
  from: Uint8Array,
  to: Uint8Array,
  amount: bigint,
): boolean {
  if (amount === 0n) return true;
  setWords(AMOUNT, 0, WORDS, amount);
  const mark = state.mark();
  if (!state.decrease(balanceImage(from), AMOUNT, ZERO)) return false;
  if (state.increase(balanceImage(to), AMOUNT, undefined)) return true;
  state.rollback(mark);
  return false;
}
