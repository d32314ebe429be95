// The runs of a block that are not restricted by an access set: migrations, hooks and the tail, alone on one thread. Shared by the
// oracle and by the worker that does a parallel block's serial jobs.
import type { Hook } from '../types/genesis.js';
import type { TransactionOutcome } from '../types/outcome.js';
import type { BlockEnvironment } from '../vm/run.js';
import { type RunOutcome, type RunRequest, runTransaction } from '../vm/run-transaction.js';
import type { TailEntry } from './phases/tail.js';
import type { MigrationRun } from './phases/upgrades.js';

/** One hook: its contract calls itself, without arguments or value. */
export function runHook(hook: Hook, environment: BlockEnvironment): TransactionOutcome {
  const call = { contract: hook.contract, selector: hook.selector, args: new Uint8Array(0), value: 0n };
  return runTransaction(
    {
      sender: hook.contract,
      calls: [call],
      gasLimit: hook.gasLimit,
      index: undefined,
      enforcer: null,
      tail: false,
    },
    environment,
  );
}

/** One migration: the upgraded contract calls itself, which nobody else can make it do. */
export function runMigration(migration: MigrationRun, environment: BlockEnvironment): TransactionOutcome {
  const { contract, selector, args, gasLimit } = migration;
  const calls = [{ contract, selector, args, value: 0n }];
  return runTransaction(
    { sender: contract, calls, gasLimit, index: undefined, enforcer: null, tail: false },
    environment,
  );
}

/** One transaction of the tail, with its allotment. `notes`, `steps`: whether it takes some. */
export function runTailEntry(
  entry: TailEntry,
  gas: number,
  environment: BlockEnvironment,
  { notes = false, steps = false }: Pick<RunRequest, 'notes' | 'steps'> = {},
): RunOutcome {
  const { sender, calls } = entry.transaction;
  return runTransaction(
    { sender, calls, gasLimit: gas, index: entry.index, enforcer: null, tail: true, notes, steps },
    environment,
  );
}
