// The small twin of `npm run soak -- snapshot`: from a folder on disk to another, and on with the same roots.
import { expect, it } from 'vitest';
import { runSnapshot } from '../soak/snapshot/run-snapshot.js';

const SEED = Number(process.env['WEFT_SEED'] ?? Date.now() % 2 ** 31);

it('a snapshot of some thousand keys continues elsewhere with the same roots', async () => {
  console.info(`snapshot: WEFT_SEED=${SEED}`);
  const report = await runSnapshot({ keys: 4000, seed: SEED });
  expect(report.keys).toBeGreaterThanOrEqual(4000);
  expect(report.continued).toBe(3);
});
