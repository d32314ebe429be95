// Chooses a proposal out of the pool: in pool order, what Reserve would take, within the block's gas, count and bytes.
// The limits that need resolution (keys, critical path, code) are found by running the choice; a refused one shrinks.
import type { WeftError } from '../base/errors.js';
import { LIMITS } from '../base/limits.js';
import type { Parameters } from '../types/genesis.js';
import type { Reservations } from './reservations.js';

export interface ProposalRules {
  readonly parameters: Parameters;
  /** Bytes of all transactions together. */
  readonly bytesMax: number;
  readonly reserve: Reservations;
  /** Whether its signatures pass the strict rule. */
  readonly isSigned: (bytes: Uint8Array) => boolean;
  /** Not to be proposed again. */
  readonly isUnfit: (bytes: Uint8Array) => boolean;
}

/** The longest choice in pool order; a transaction that does not fit ends it, one that is refused is passed over. */
export function chooseTransactions(pool: readonly Uint8Array[], rules: ProposalRules): Uint8Array[] {
  const chosen: Uint8Array[] = [];
  let gas = rules.parameters.blockGasMax;
  let bytes = Math.min(rules.bytesMax, LIMITS.blockBytes);
  for (const transaction of pool) {
    if (chosen.length >= LIMITS.blockTransactions) break;
    if (rules.isUnfit(transaction) || !rules.isSigned(transaction)) continue;
    if (transaction.length > bytes) break;
    const reserved = rules.reserve(transaction);
    if (reserved === undefined) continue;
    if (reserved.gasLimit > gas) break;
    chosen.push(transaction);
    gas -= reserved.gasLimit;
    bytes -= transaction.length;
  }
  return chosen;
}

/** How many of `count` transactions to try after a refusal: in proportion where the refusal says how far it was off. */
export function shrink(count: number, refusal: WeftError): number {
  const { expected, got } = refusal.context;
  const proportion =
    typeof expected === 'number' && typeof got === 'number' && got > expected ? expected / got : 0.5;
  return Math.floor(count * Math.min(proportion, 0.95));
}
