// Settle (SPEC §4 step 6): what each transaction pays, refunds before the end hooks, fees and spent nonces after.
import type { BlockInput } from '../../types/outcome.js';
import type { Executed } from './assemble.js';
import type { Reserved } from './reserve.js';
import type { BlockState } from './state.js';

/** What transactions used, by index; undefined where Reserve refused. */
type GasUsed = readonly (Pick<Executed, 'gasUsed'> | undefined)[];

/** Gas a reserved transaction pays for in every phase: what it used, but at least a quarter of its limit, rounded up. */
function chargedGas({ index, transaction }: Reserved, used: GasUsed): number {
  return Math.max(used[index]?.gasUsed ?? 0, Math.ceil(transaction.gasLimit / 4));
}

/** What each reserved transaction pays, by index; 0 for the others. */
export function paymentsOf(reserved: readonly Reserved[], used: GasUsed): readonly bigint[] {
  const paid = new Array<bigint>(used.length).fill(0n);
  reserved.forEach((one) => {
    paid[one.index] = one.transaction.gasPrice * BigInt(chargedGas(one, used));
  });
  return paid;
}

/** Gives payers back what was set aside and not used. Before the end hooks. */
export function refund(reserved: readonly Reserved[], used: GasUsed, state: BlockState): void {
  reserved.forEach((one) => {
    const { gasLimit, gasPrice } = one.transaction;
    const unused = gasLimit - chargedGas(one, used);
    state.addToCell(one.balance, gasPrice * BigInt(unused));
  });
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
  reserved.forEach(({ endingNonce }) => {
    if (endingNonce >= 0) state.writeAt(endingNonce, undefined);
  });
}
