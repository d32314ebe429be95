// Upgrades at the block's start (SPEC §5): after Reserve and before the begin hooks, in the order asked for. Each takes
// effect with its migration call or, when that fails, not at all. Who runs a migration is given, one at a time, so that
// both executors do the same steps.
import { assert } from '../../base/assert.js';
import type { TransactionOutcome } from '../../types/outcome.js';
import type { ContractEvent, HookReceipt } from '../../types/receipt.js';
import { contractKey, decodeContractRecord, encodeContractRecord, upgradesKey } from '../../types/system.js';
import { decodeUpgrades, type Migration, type PendingUpgrade } from '../../types/upgrade.js';
import type { HookRun } from './hooks.js';
import { decodeStored } from './settings.js';
import type { BlockState } from './state.js';

/** A migration to run, over the state as it stands: marked, the contract having its new code. */
export interface MigrationRun extends Migration {
  readonly contract: PendingUpgrade['contract'];
}

/**
 * Carries the pending upgrades out. Yields each migration and takes its outcome, whose writes it applies; ends with
 * what hooks end with: a receipt an upgrade, events, nothing paid (their gas was paid for when they were asked for).
 */
export function* runUpgrades(state: BlockState): Generator<MigrationRun, HookRun, TransactionOutcome> {
  const receipts: HookReceipt[] = [];
  const events: ContractEvent[] = [];
  const stored = state.parent(upgradesKey());
  if (stored === undefined) return { receipts, events, paid: 0n };
  state.write(upgradesKey(), undefined);
  for (const { contract, codeHash, migration } of decodeStored('upgrades', decodeUpgrades, stored)) {
    const key = contractKey(contract);
    const before = state.current(key);
    assert(before !== undefined, 'contracts are never removed');
    state.write(key, encodeContractRecord({ ...decodeContractRecord(before), codeHash }));
    const receipt = { contract, selector: migration?.selector ?? 0, at: 'upgrade', paid: 0n } as const;
    if (migration === undefined) {
      receipts.push({ ...receipt, status: 'OK', gasUsed: 0, failure: undefined });
      continue;
    }
    state.mark();
    const outcome = yield { contract, ...migration };
    assert(outcome.status !== 'VIOLATION', 'a migration is unrestricted');
    if (outcome.status === 'OK') state.writeAll(outcome.writes.values());
    else state.write(key, before);
    for (const event of outcome.events) events.push({ ...event, transaction: undefined });
    receipts.push({ ...receipt, status: outcome.status, gasUsed: outcome.gas, failure: outcome.failure });
  }
  return { receipts, events, paid: 0n };
}

/** Upgrades, then begin hooks, as one: what stands before the transactions. */
export function joinRuns(first: HookRun, second: HookRun): HookRun {
  return {
    receipts: [...first.receipts, ...second.receipts],
    events: [...first.events, ...second.events],
    paid: first.paid + second.paid,
  };
}
