// Bounds of one transaction's resolution; past any of them the transaction has no access set and runs in the tail.
// Part of the protocol version's table.
import { AccessError } from './errors.js';

export const ACCESS_LIMITS = {
  /** Key expansions of one transaction, repeats counted, a lock as `lockKeys`. */
  keys: 1024,
  lockKeys: 64,
  /** Calls of one transaction, callees included. */
  calls: 256,
  /** Calls inside calls: the transaction's own are at depth 1. */
  depth: 8,
  /** Evaluated expressions and loop steps, plus one for every 64 bytes an expression handles. */
  steps: 65_536,
} as const;

/** Adds to a count of expansions. @throws ACCESS_LIMIT */
export function countExpansions(before: number, keys: number): number {
  const count = before + keys;
  if (count > ACCESS_LIMITS.keys) {
    throw new AccessError('ACCESS_LIMIT', { expected: `at most ${ACCESS_LIMITS.keys}`, unit: 'keys' });
  }
  return count;
}
