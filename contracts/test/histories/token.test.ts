// Random histories of Token.
import { expect, it } from 'vitest';
import { HISTORIES, historySeed, runHistories } from '../support/histories.js';
import { tokenHistories } from './token.js';

it('token: balances are what the events say and sum to the supply, whatever is called', async () => {
  const report = await runHistories(tokenHistories, {
    seed: historySeed('token histories'),
    runs: HISTORIES,
  });
  console.log(JSON.stringify(report));
  expect(report.succeeded).toBeGreaterThan(report.calls / 5);
}, 120_000);
