// From the gas schedule to one price per opcode. The rule the instrumenter implements and any interpreter can repeat:
// gas = sum of the prices of executed instructions + `entryCost` per function entered. A loop's own price is paid at
// each pass through its header; block, else, end, nop and unreachable are free.
import { assert } from '../base/assert.js';
import { GAS_SCHEDULE, type InstructionPrices } from '../types/gas-schedule.js';
import { OPCODE_COUNT, opcodeAt } from './opcodes.js';

/** Gas per instruction class; every price but `bulkWord` and `growPage` is paid through the static sums. */
export type InstructionCosts = InstructionPrices;

/** The prices of protocol version 0. */
export const DEFAULT_COSTS: InstructionCosts = GAS_SCHEDULE.instructions;

/** Static gas by opcode index (see `opcodes.ts`); instructions of dynamic cost have their fixed part here. */
export function priceTable(costs: InstructionCosts): Uint32Array {
  // A pass through a loop must cost something, or a loop would be free for ever.
  assert(costs.branch > 0 && costs.simple >= 0, 'a branch has a price');
  const prices = new Uint32Array(OPCODE_COUNT);
  for (let index = 0; index < OPCODE_COUNT; index++) {
    const info = opcodeAt(index);
    if (info !== undefined && info.cost !== 'free') prices[index] = costs[info.cost];
  }
  return prices;
}

/** Gas for entering a function, beside the caller's `call`: its declared locals are set to zero. */
export function entryCost(costs: InstructionCosts, locals: number): number {
  return costs.simple * locals;
}

/** Bytes of memory.copy and memory.fill that cost one `bulkWord`. */
export const BULK_WORD_BYTES = 8;

/** Depth weight of any frame, before its parameters, locals and values. */
export const FRAME_WEIGHT = 8;
