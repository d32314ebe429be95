// The last step both executors share: from what every transaction did to receipts in block order, events in
// effective order and the block's numbers.
import type { Hash32 } from '../../types/address.js';
import type { ChangeList, ValueChange } from '../../types/block.js';
import type { BlockOutcome, BlockStats } from '../../types/outcome.js';
import type { ContractEvent, Failure, Phase, Receipt, ReceiptStatus } from '../../types/receipt.js';
import type { ReceiptNumbers } from '../../types/receipt-codec.js';
import { ID_BYTES, transactionIds } from '../../types/transaction-ids.js';
import type { HookRun } from './hooks.js';
import type { Reservation } from './reserve.js';

/** What one reserved transaction came to, before numbers are given. */
export interface Executed {
  readonly status: ReceiptStatus;
  readonly phase: Phase;
  /** False for one that found the tail full. */
  readonly ran: boolean;
  readonly attemptGas: number;
  readonly gasUsed: number;
  readonly failure: Failure | undefined;
  readonly results: readonly Uint8Array[];
  readonly events: readonly ContractEvent[];
  readonly changes: ChangeList;
}

/** By transaction; undefined where Reserve refused. */
export type ExecutedList = readonly (Executed | undefined)[];

/** Everything a block's outcome is made of. */
export interface BlockParts {
  readonly reservations: readonly Reservation[];
  readonly executed: ExecutedList;
  readonly begin: HookRun;
  readonly end: HookRun;
  readonly stateDiff: readonly ValueChange[];
  readonly criticalPathGas: number;
  readonly tailGas: number;
  readonly stats: BlockStats;
}

/** What receipts are made of; lists run beside the transactions. */
export interface ReceiptParts {
  readonly reservations: readonly Reservation[];
  readonly executed: ExecutedList;
  readonly paid: readonly bigint[];
  /** Ids, one behind the other; of a refused transaction, anything. */
  readonly ids: Uint8Array;
  /** Place in effective order, -1: it did not run. */
  readonly orders: Int32Array;
  readonly firstEvents: Int32Array;
}

/** The receipts, block order. */
export function receiptsOf(parts: ReceiptParts): Receipt[] {
  return parts.reservations.map((reservation, index): Receipt => {
    const one = parts.executed[index];
    if (reservation.kind === 'refused' || one === undefined) return refusedReceipt(reservation);
    const transaction = parts.ids.slice(ID_BYTES * index, ID_BYTES * (index + 1)) as Hash32;
    const { failure, results } = one;
    return { transaction, ...receiptNumbers(parts, index, one), failure, results };
  });
}

/** What the receipt of a transaction that ran says between its id and its end. */
export function receiptNumbers(
  { paid, orders, firstEvents }: ReceiptParts,
  index: number,
  one: Executed,
): ReceiptNumbers {
  return {
    status: one.status,
    phase: one.phase,
    order: orders[index]! < 0 ? undefined : orders[index]!,
    attemptGas: one.attemptGas,
    gasUsed: one.gasUsed,
    paid: paid[index]!,
    firstEvent: firstEvents[index]!,
    eventCount: one.events.length,
  };
}

/**
 * Numbers transactions and events in effective order: begin hooks, ordered part, tail, end hooks; inside a part, by
 * block order. Receipts come in block order. `makeReceipts`: `receiptsOf`, or what makes the same in another form.
 */
export function assembleOutcome(
  parts: BlockParts,
  paid: readonly bigint[],
  makeReceipts: (parts: ReceiptParts) => Receipt[] = receiptsOf,
): BlockOutcome {
  const { reservations, executed } = parts;
  const events: ContractEvent[] = [...parts.begin.events];
  const orders = new Int32Array(executed.length).fill(-1);
  const firstEvents = new Int32Array(executed.length);
  let order = 0;
  let gasUsed = 0;
  for (const phase of ['ordered', 'tail'] as const) {
    for (let index = 0; index < executed.length; index++) {
      const one = executed[index];
      if (one === undefined || one.phase !== phase) continue;
      gasUsed += one.gasUsed;
      if (!one.ran) continue;
      orders[index] = order++;
      firstEvents[index] = events.length;
      const own = one.events;
      for (let place = 0; place < own.length; place++) events.push(own[place]!);
    }
  }
  events.push(...parts.end.events);
  const ids = transactionIds(
    reservations.map((reservation) =>
      reservation.kind === 'reserved' ? reservation.transaction : undefined,
    ),
  );
  return {
    receipts: makeReceipts({ reservations, executed, paid, ids, orders, firstEvents }),
    events,
    hooks: [...parts.begin.receipts, ...parts.end.receipts],
    changes: reservations.map((_, index) => executed[index]?.changes ?? []),
    stateDiff: parts.stateDiff,
    gasUsed,
    criticalPathGas: parts.criticalPathGas,
    tailGas: parts.tailGas,
    stats: parts.stats,
  };
}

/** The receipt of what Reserve refused. */
export function refusedReceipt(reservation: Reservation): Receipt {
  const refused = reservation.kind === 'refused';
  return {
    transaction: refused ? reservation.id : reservation.transaction.id,
    status: refused ? reservation.status : 'INVALID_FORM',
    phase: 'none',
    order: undefined,
    attemptGas: 0,
    gasUsed: 0,
    paid: 0n,
    firstEvent: 0,
    eventCount: 0,
    failure: undefined,
    results: [],
  };
}
