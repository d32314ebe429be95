// Rules every implementation of the Store port holds, wherever the bytes are.
import type { Receipt } from '../types/receipt.js';
import { StoreError } from './errors.js';

/** Records form one chain. @throws STORE_HEIGHT_GAP */
export function assertNextHeight(head: number, height: number): void {
  if (height !== head + 1) throw new StoreError('STORE_HEIGHT_GAP', { expected: head + 1, got: height });
}

/** Flat state only moves forward, onto the boundary of a durable block. @throws STORE_FLUSH_RANGE */
export function assertFlushRange(flushed: number, head: number, height: number): void {
  if (!Number.isInteger(height) || height < flushed || height > head) {
    throw new StoreError('STORE_FLUSH_RANGE', { expected: `${flushed}..${head}`, got: height });
  }
}

/** False for what Reserve refused: its id may come again, and then that place is the one to find. */
export function isIncluded(receipt: Pick<Receipt, 'status'>): boolean {
  return !receipt.status.startsWith('INVALID_');
}

/** Of two places of one id: the included one, else the earlier. */
export function betterLocation<Place extends { readonly included: boolean }>(
  earlier: Place | undefined,
  later: Place,
): Place {
  return earlier === undefined || (later.included && !earlier.included) ? later : earlier;
}
