// The stages of a block from signed bytes to fsynced record, as they are measured and as the model spreads them.
import type { StageTimes } from '@weft/runtime/types/outcome';

/** Milliseconds of one block by stage. */
export type BlockTimes = Readonly<Record<StageName, number>>;
export type StageName = 'signatures' | keyof StageTimes | 'root' | 'commit';

/**
 * Every stage, in the order a block goes through them, and who does it: `main`, the main thread alone; `workers`, in the
 * order the plan gives. One after the other: nothing of a block overlaps.
 */
export const STAGES: Readonly<Record<StageName, 'main' | 'workers'>> = {
  // Admission: decoding, the strict signature rule, nonce, funds. The block then takes the signature as known.
  signatures: 'main',
  reserve: 'main',
  hooks: 'main',
  resolve: 'main',
  plan: 'main',
  lay: 'main',
  run: 'workers',
  merge: 'main',
  tail: 'main',
  settle: 'main',
  // State tree, receipt and event roots, header.
  root: 'main',
  // The record, fsynced, and what follows it.
  commit: 'main',
};

export const STAGE_NAMES = Object.keys(STAGES) as readonly StageName[];

/** Their sum. */
export function totalMs(times: BlockTimes): number {
  return STAGE_NAMES.reduce((sum, name) => sum + times[name], 0);
}
