// From one run to one line of the block's outcome: gas as receipts show it, for the ordered part and the tail.
import { assert } from '../../base/assert.js';
import type { ChangeList } from '../../types/block.js';
import type { RunReport } from '../outcome-codec.js';
import type { Executed } from './assemble.js';
import type { TailResult } from './tail.js';

/**
 * An ordered run that ended inside its access set. `before`: gas used before it ran; `refund`: given back for extra access
 * it did touch.
 */
export function orderedExecuted(
  before: number,
  report: RunReport,
  refund: number,
  changes: ChangeList,
): Executed {
  assert(report.status !== 'VIOLATION', 'a violation goes to the tail');
  const { status, failure, results, events } = report;
  const gasUsed = Math.max(0, before + report.gas - refund);
  return { status, phase: 'ordered', ran: true, attemptGas: 0, gasUsed, failure, results, events, changes };
}

/** A transaction of the tail, run or not. */
export function tailExecuted(result: TailResult, changes: ChangeList): Executed {
  const { attemptGas } = result.entry;
  const common = { phase: 'tail', attemptGas, gasUsed: result.gasUsed } as const;
  const { outcome } = result;
  if (outcome === undefined) {
    const nothing = { failure: undefined, results: [], events: [], changes: [] };
    return { ...common, ...nothing, status: 'ACCESS_TAIL_FULL', ran: false };
  }
  assert(outcome.status !== 'VIOLATION', 'the tail is unrestricted');
  const { status, failure, results, events } = outcome;
  return { ...common, status, ran: true, failure, results, events, changes };
}
