// The outcome of the block run last under rule `process`, kept for its finalize: taken only if everything that decides
// it is equal (SPEC §7), otherwise the block runs again.
import { bytesEqual } from '../base/bytes.js';
import type { BlockContext } from '../ports/consensus.js';
import type { BlockOutcome } from '../types/outcome.js';

export interface Speculation {
  /** Hash of the parent header: state, parameters and validators follow from it. */
  readonly parent: Uint8Array;
  readonly context: BlockContext;
  readonly transactions: readonly Uint8Array[];
  readonly outcome: BlockOutcome;
}

/** Whether the kept outcome is that of this block. */
export function matches(
  kept: Speculation,
  parent: Uint8Array,
  context: BlockContext,
  transactions: readonly Uint8Array[],
): boolean {
  return (
    bytesEqual(kept.parent, parent) &&
    kept.context.height === context.height &&
    kept.context.time === context.time &&
    bytesEqual(kept.context.proposer, context.proposer) &&
    kept.transactions.length === transactions.length &&
    kept.transactions.every((bytes, index) => sameBytes(bytes, transactions[index]))
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && (a === b || bytesEqual(a, b));
}
