// `npm run test:inference`: small contracts, one idea each, with the access the compiler finds or the refusal it gives.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { expectedOf, readCases, runCase } from '../support/golden-cases.js';

const cases = await readCases(fileURLToPath(new URL('./cases', import.meta.url)));

describe('inference cases', () => {
  it('there are at least 40, some of them refused', () => {
    expect(cases.length).toBeGreaterThanOrEqual(40);
    // Every case is a contract the language accepts: a refusal is about access.
    for (const one of cases)
      expect(one.expected, one.name).toMatch(/^(?:call|init|view) |\[COMPILE_ACCESS\]/);
    expect(cases.filter((one) => one.expected.includes('[COMPILE_ACCESS]')).length).toBeGreaterThanOrEqual(5);
  });

  it.each(cases)('$name', async (one) => {
    const actual = await runCase(one);
    expect(actual).toBe(await expectedOf(one, actual));
  });
});
