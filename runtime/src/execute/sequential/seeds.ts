// What a replaying thread is given of the transactions that are not its own: what the record says they came to.
import type { SignaturesFound } from '../../types/authorisation.js';
import type { BlockRecord } from '../../types/block.js';
import type { TransactionOutcome } from '../../types/outcome.js';
import type { Executed } from '../phases/assemble.js';

/** By transaction index: the outcome to take as it is; undefined: execute it. */
export type Given = readonly (Executed | undefined)[];

/**
 * What one of `count` threads takes from the record: all but every count-th transaction. Signatures are checked
 * by the thread that executes; those of a refused transaction by all.
 */
export function shareOf(
  { block, changes }: Pick<BlockRecord, 'block' | 'changes'>,
  share: number,
  count: number,
): { readonly given: Given; readonly signaturesFound: readonly (SignaturesFound | undefined)[] } {
  const given = block.receipts.map((receipt, index): Executed | undefined => {
    if (index % count === share || receipt.phase === 'none') return undefined;
    const { status, phase, order, attemptGas, gasUsed, failure, results, firstEvent, eventCount } = receipt;
    const events = block.events.slice(firstEvent, firstEvent + eventCount);
    const own = changes[index] ?? [];
    const ran = order !== undefined;
    return { status, phase, ran, attemptGas, gasUsed, failure, results, events, changes: own };
  });
  return { given, signaturesFound: given.map((one) => (one === undefined ? undefined : 'all')) };
}

/** The run of a given transaction of the tail, as the tail counts it. */
export function givenRun(
  { status, attemptGas, gasUsed, failure, results, events }: Executed,
  factor: number,
): TransactionOutcome {
  return {
    status: status as TransactionOutcome['status'],
    gas: (gasUsed - attemptGas) / factor,
    results,
    failure,
    events,
    writes: new Map(),
    deltas: new Map(),
    touched: new Set(),
  };
}
