// Settle (SPEC §4 step 6): what each transaction pays, refunds before the end hooks, fees and spent nonces after.
import type { BlockInput } from '../../types/outcome.js';
import { feeOf, type Reserved } from './reserve.js';
import type { BlockState } from './state.js';

/** Gas price × max(gasUsed, a quarter of the limit, rounded up): what a reserved transaction pays in every phase. */
export function paymentOf(reserved: Reserved, gasUsed: number): bigint {
  const { gasLimit, gasPrice } = reserved.transaction;
  return gasPrice * BigInt(Math.max(gasUsed, Math.ceil(gasLimit / 4)));
}

/** Gives payers back what was set aside and not used. Before the end hooks. */
export function refund(reserved: readonly Reserved[], paid: readonly bigint[], state: BlockState): void {
  for (const one of reserved) {
    state.addToCell(one.balance, feeOf(one.transaction) - paid[one.index]!);
  }
}

/** Pays the proposer and removes the expiring nonces that end at this height. After the end hooks. */
export function closeBlock(
  input: Pick<BlockInput, 'height' | 'proposer' | 'expiring'>,
  reserved: readonly Reserved[],
  fees: bigint,
  state: BlockState,
): void {
  state.addBalance(input.proposer, fees);
  for (const key of input.expiring) state.write(key, undefined);
  for (const { endingNonce } of reserved) if (endingNonce >= 0) state.writeAt(endingNonce, undefined);
}
