// Critical-path gas, hashed in the header: the longest chain, weighted by gas limit, of transactions with an access
// set in which each conflicts with an earlier one. By the pairwise definition, not by the plan's edges: around locks
// a per-key queue orders pairs that do not conflict.
import { conflictSlots, slotCount } from './conflict-slots.js';
import type { Resources } from './resources.js';

/**
 * The longest chain in gas, cut at 2^53-1. `fits(t, i)` says whether key i of transaction t is planned as an adder;
 * an add that does not fit counts as a write. Linear: per slot, the heaviest chain that ends in it.
 */
export function criticalPath(
  resources: Resources,
  gasLimits: readonly number[],
  fits: (transaction: number, index: number) => boolean,
): number {
  const heaviest = new Float64Array(slotCount(resources));
  let longest = 0;
  resources.uses.forEach((use, t) => {
    if (use === undefined) return;
    const slots = conflictSlots(resources, use, (i) => {
      const mode = use.access.keys[i]?.mode ?? 'write';
      return mode === 'add' && !fits(t, i) ? 'write' : mode;
    });
    let before = 0;
    for (const slot of slots.checks) before = Math.max(before, heaviest[slot] as number);
    // Both terms are integers up to 2^53-1, so a sum beyond that is cut the same way everywhere.
    const chain = Math.min(before + (gasLimits[t] as number), Number.MAX_SAFE_INTEGER);
    for (const slot of slots.marks) heaviest[slot] = Math.max(heaviest[slot] as number, chain);
    longest = Math.max(longest, chain);
  });
  return longest;
}
