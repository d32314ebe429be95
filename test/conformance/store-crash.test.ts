// SIGKILL while blocks are written: what was acknowledged is there afterwards, whole, and the state is that of a block.
// `npm run soak -- crash` does more of it.
import { describe, expect, it } from 'vitest';
import { runCrash } from '../soak/crash/run-crash.js';

const SEED = Number(process.env['WEFT_SEED'] ?? Date.now() % 2 ** 31);
const CYCLES = Number(process.env['WEFT_KILLS'] ?? 20);

describe('store crash', () => {
  it(`keeps every acknowledged block over ${CYCLES} SIGKILLs`, async () => {
    console.info(`store crash: WEFT_SEED=${SEED} WEFT_KILLS=${CYCLES}`);
    const report = await runCrash({ cycles: CYCLES, seed: SEED });
    console.info(JSON.stringify(report));
    expect(report.atRandom + report.atBoundary).toBe(CYCLES);
    expect(report.blocks).toBeGreaterThan(CYCLES);
  }, 600_000);
});
