// The tail (SPEC §4 step 5): what could not run under its access set runs alone, in block order, as far as the
// tail's gas and the quotas of senders and contracts go. Pure: who runs a transaction and keeps its writes is given.
import { bytesText } from '../../base/bytes.js';
import type { Parameters } from '../../types/genesis.js';
import type { TransactionOutcome } from '../../types/outcome.js';
import type { SignedTransaction } from '../../types/transaction.js';

/** A transaction that joined the tail. */
export interface TailEntry {
  readonly index: number;
  readonly transaction: Pick<SignedTransaction, 'sender' | 'calls' | 'gasLimit'>;
  /** Gas of the ordered part: intrinsic and declared keys, and what a violating attempt used. */
  readonly attemptGas: number;
}

/** What became of it; `outcome` undefined: it did not fit and did not run. */
export interface TailResult {
  readonly entry: TailEntry;
  readonly outcome: TransactionOutcome | undefined;
  /** attemptGas + factor × used. */
  readonly gasUsed: number;
}

export interface TailRun {
  readonly results: readonly TailResult[];
  /** Unfactored gas used. */
  readonly gasUsed: number;
}

/** Runs what fits, in order. `run` gets the entry and its allotment in unfactored gas and applies the outcome. */
export function runTail(
  entries: readonly TailEntry[],
  parameters: Pick<Parameters, 'tailGasMax' | 'tailGasFactor'>,
  run: (entry: TailEntry, gas: number) => TransactionOutcome,
): TailRun {
  const { tailGasMax, tailGasFactor } = parameters;
  const quota = Math.floor(tailGasMax / 4);
  const bySender = new Map<string, number>();
  const byContract = new Map<string, number>();
  let used = 0;
  const results = entries.map((entry): TailResult => {
    const { transaction, attemptGas } = entry;
    const sender = bytesText(transaction.sender);
    const contracts = new Set(transaction.calls.map((call) => bytesText(call.contract)));
    const gas = Math.floor((transaction.gasLimit - attemptGas) / tailGasFactor);
    const fits =
      gas <= tailGasMax - used &&
      gas <= quota - (bySender.get(sender) ?? 0) &&
      [...contracts].every((contract) => gas <= quota - (byContract.get(contract) ?? 0));
    if (!fits) return { entry, outcome: undefined, gasUsed: attemptGas };

    const outcome = run(entry, gas);
    used += outcome.gas;
    bySender.set(sender, (bySender.get(sender) ?? 0) + outcome.gas);
    for (const contract of contracts) byContract.set(contract, (byContract.get(contract) ?? 0) + outcome.gas);
    return { entry, outcome, gasUsed: attemptGas + tailGasFactor * outcome.gas };
  });
  return { results, gasUsed: used };
}
