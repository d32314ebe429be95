// How a call ends, and the constants the host throws to leave a contract's frames. A thrown constant unwinds
// through WebAssembly untouched: contracts cannot catch, and no text is made on the way.
import type { TransactionOutcome } from '../types/outcome.js';
import type { Failure } from '../types/receipt.js';

/** End of one call: the status a transaction would get from it. VIOLATION ends the whole attempt. */
export type EndStatus = TransactionOutcome['status'];

/** How one call ended. */
export interface CallEnd {
  readonly status: EndStatus;
  /** Gas of the allotment that is left; 0 after a trap or when it ran out. */
  readonly gasLeft: number;
  /** What the call returned; empty unless OK. */
  readonly output: Uint8Array;
  /** The innermost failure; undefined for OK and VIOLATION. */
  readonly failure: Failure | undefined;
}

/** Thrown by the host when the running call has ended; why stands in its frame. */
export const UNWIND: unique symbol = Symbol('unwind');

/** Thrown when an access is not permitted: the attempt is over, whoever would catch it. */
export const VIOLATION: unique symbol = Symbol('violation');

/** No bytes; shared. */
export const EMPTY: Uint8Array = new Uint8Array(0);
