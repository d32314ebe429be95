// A block's outcome as plain objects, whichever form an executor gave its parts in: what comparisons by structure need.
import type { BlockOutcome } from '@weft/runtime/types/outcome';
import { decodeEvent, encodeEvent } from '@weft/runtime/types/receipt-codec';
import { listOf } from '@weft/runtime/types/record-codec';

/** Everything but how it ran; events by way of their canonical bytes. */
export function plainOutcome({ stats, ...outcome }: BlockOutcome): Omit<BlockOutcome, 'stats'> {
  return {
    ...outcome,
    events: outcome.events.map((event) => decodeEvent(encodeEvent(event))),
    changes: outcome.changes.map(listOf),
  };
}
