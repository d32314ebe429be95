// Begin and end hooks (SPEC §4 steps 2 and 6): contracts a chain runs by itself, each within a gas bound it pays
// from its own native balance, in registry order.
import type { Hook } from '../../types/genesis.js';
import type { TransactionOutcome } from '../../types/outcome.js';
import type { ContractEvent, HookReceipt } from '../../types/receipt.js';
import type { BlockState } from './state.js';

export interface HookRun {
  readonly receipts: readonly HookReceipt[];
  readonly events: readonly ContractEvent[];
  /** Native units paid by all of them together, for Settle. */
  readonly paid: bigint;
}

/**
 * Runs the hooks of one side of the block. The bound (gas limit × price) is set aside before a hook runs and what is
 * left of it returned after; one that cannot pay it is skipped. `run` yields the outcome; its writes are applied here.
 */
export function runHooks(
  hooks: readonly Hook[],
  at: Hook['at'],
  price: bigint,
  state: BlockState,
  run: (hook: Hook) => TransactionOutcome,
): HookRun {
  const receipts: HookReceipt[] = [];
  const events: ContractEvent[] = [];
  let paid = 0n;
  for (const hook of hooks) {
    if (hook.at !== at) continue;
    const { contract, selector } = hook;
    const bound = BigInt(hook.gasLimit) * price;
    if (state.balance(contract) < bound) {
      receipts.push({ contract, selector, at, status: 'SKIPPED', gasUsed: 0, paid: 0n, failure: undefined });
      continue;
    }
    state.addBalance(contract, -bound);
    const outcome = run(hook);
    state.writeAll(outcome.writes.values());
    const cost = BigInt(outcome.gas) * price;
    state.addBalance(contract, bound - cost);
    paid += cost;
    // A hook runs unrestricted, so it cannot violate an access set.
    const status = outcome.status === 'VIOLATION' ? 'TRAP' : outcome.status;
    receipts.push({
      contract,
      selector,
      at,
      status,
      gasUsed: outcome.gas,
      paid: cost,
      failure: outcome.failure,
    });
    for (const event of outcome.events) events.push({ ...event, transaction: undefined });
  }
  return { receipts, events, paid };
}
