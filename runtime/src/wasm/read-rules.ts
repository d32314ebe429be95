// What a reader lets pass, as data: contracts get the integer subset, tools and tests may accept the whole core
// specification 2.0 without vectors. Also the count of steps that shows reading to be linear.
import { WasmError } from './errors.js';
import { WASM_LIMITS, type WasmLimits } from './limits.js';
import type { Feature } from './opcodes.js';

/** What reading did: one step for each item, instruction, label and run of locals. Only ever added to. */
export interface Work {
  steps: number;
}

/** What a module may contain. */
export interface ReadRules {
  /** Features beyond the integer subset. */
  readonly accepts: ReadonlySet<Feature>;
  /** Absent: only what the format itself bounds. */
  readonly limits?: Pick<WasmLimits, 'blocksPerFunction' | 'nesting' | 'branchTargets'> | undefined;
  readonly work?: Work | undefined;
}

/** Rules for contracts: no feature beyond integers, one memory and one table. */
export function contractRules(limits: WasmLimits, work?: Work): ReadRules {
  return { accepts: NOTHING, limits, work };
}
const NOTHING: ReadonlySet<Feature> = new Set();

/** Rules for contracts at the limits of the protocol. */
export const CONTRACT_RULES: ReadRules = contractRules(WASM_LIMITS);

/** The core specification 2.0 without vectors; what contracts may not have is metered all the same. */
export const CORE_RULES: ReadRules = {
  accepts: new Set<Feature>([
    'float',
    'multi-value',
    'reference-types',
    'table-mutation',
    'passive-segment',
    'start',
  ]),
};

/** @throws WASM_FEATURE unless the rules accept the feature met at `offset` */
export function demand(rules: ReadRules, feature: Feature, offset: number): void {
  if (!rules.accepts.has(feature)) throw refused(feature, offset);
}

/** The refusal of a feature met at `offset`. */
export function refused(feature: Feature, offset: number): WasmError {
  return new WasmError('WASM_FEATURE', { got: feature, place: `offset ${offset}` });
}

/** Counts one step. */
export function step(rules: ReadRules): void {
  if (rules.work !== undefined) rules.work.steps++;
}
