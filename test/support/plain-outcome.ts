// A block's outcome as plain objects, whichever form an executor gave its parts in: what comparisons by structure need.
import type { BlockOutcome } from '@weft/runtime/types/outcome';
import { decodeEvent, decodeReceipt, encodeEvent, encodeReceipt } from '@weft/runtime/types/receipt-codec';
import { listOf } from '@weft/runtime/types/record-codec';

/** Everything but how it ran; receipts and events by way of their canonical bytes. */
export function plainOutcome({ stats, ...outcome }: BlockOutcome): Omit<BlockOutcome, 'stats'> {
  return {
    ...outcome,
    receipts: outcome.receipts.map((receipt) => decodeReceipt(encodeReceipt(receipt))),
    events: outcome.events.map((event) => decodeEvent(encodeEvent(event))),
    changes: outcome.changes.map(listOf),
  };
}
