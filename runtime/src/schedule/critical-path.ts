// Critical-path gas, hashed in the header: the longest chain, weighted by gas limit, of transactions with an access
// set in which each conflicts with an earlier one. By the pairwise definition, not by the plan's edges: around locks
// a per-key queue orders pairs that do not conflict.
import { type AccessTable, KEY } from '../types/access-table.js';
import { ConflictSlots } from './conflict-slots.js';

/**
 * The longest chain in gas, cut at 2^53-1, over a planned table: an add without an adder run counts as a write. Linear:
 * per slot, the heaviest chain that ends in it.
 */
export function criticalPath(table: AccessTable, gasLimits: Float64Array): number {
  const slots = new ConflictSlots(table);
  const heaviest = new Float64Array(slots.count);
  const { words, records } = table;
  const shares = (entry: number): boolean => words[entry + KEY.run]! >= 0;
  let longest = 0;
  for (let t = 0; t < records.length; t++) {
    const record = records[t]!;
    if (record === 0) continue;
    slots.take(record, shares);
    const chain = chainOf(slots, heaviest, gasLimits[t]!);
    const { items, length } = slots.marks;
    for (let index = 0; index < length; index++) {
      const slot = items[index]!;
      if (chain > heaviest[slot]!) heaviest[slot] = chain;
    }
    if (chain > longest) longest = chain;
  }
  return longest;
}

/** Gas of the chain that the transaction of `slots` ends. `heaviest`: by slot, what ends in it so far. */
export function chainOf(slots: ConflictSlots, heaviest: Float64Array, gasLimit: number): number {
  const { items, length } = slots.checks;
  let before = 0;
  for (let index = 0; index < length; index++) {
    const chain = heaviest[items[index]!]!;
    if (chain > before) before = chain;
  }
  // Both terms are integers up to 2^53-1, so a sum beyond that is cut the same way everywhere.
  return Math.min(before + gasLimit, Number.MAX_SAFE_INTEGER);
}
