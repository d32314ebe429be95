// Events as plain objects, whichever form an executor gave them in: what comparisons by structure need.
import type { BlockOutcome } from '@weft/runtime/types/outcome';
import type { ContractEvent } from '@weft/runtime/types/receipt';
import { decodeEvent, encodeEvent } from '@weft/runtime/types/receipt-codec';

/** The block's events, by way of their canonical bytes. */
export function plainEvents({ events }: Pick<BlockOutcome, 'events'>): ContractEvent[] {
  return events.map((event) => decodeEvent(encodeEvent(event)));
}
