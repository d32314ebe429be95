// 1,000 random histories of each contract on the real machine; WEFT_HISTORIES for another number, WEFT_SEED to repeat.
import { describe, expect, it } from 'vitest';
import { HISTORIES, historySeed, runHistories } from '../support/histories.js';
import { ALL_HISTORIES } from './all.js';

describe('histories', () => {
  for (const [name, { holds, scene }] of Object.entries(ALL_HISTORIES)) {
    it(`${name}: ${holds}`, { timeout: 300_000 }, async () => {
      const report = await runHistories(scene, { seed: historySeed(`${name} histories`), runs: HISTORIES });
      console.log(JSON.stringify(report));
      expect(report.histories).toBe(HISTORIES);
      expect(report.succeeded).toBeGreaterThan(report.calls / 10);
    });
  }
});
