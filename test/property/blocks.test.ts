// The small twin of `npm run fuzz -- blocks`: random chains give the same on the oracle and on disturbed workers.
import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { startBlocks } from '../fuzz/blocks/start.js';

const SEED = Number(process.env['WEFT_SEED'] ?? randomInt(2 ** 31));
const BLOCKS = 40;

it(`blocks: every number of disturbed workers gives the oracle's chain (WEFT_SEED=${SEED})`, async () => {
  const { blocks, transactions, seen } = await startBlocks({ seed: SEED, count: BLOCKS });
  expect(blocks).toBe(BLOCKS);
  expect(transactions).toBeGreaterThan(BLOCKS);
  expect(seen['OK/ordered']).toBeGreaterThan(0);
}, 120_000);
