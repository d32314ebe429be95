// The mistakes newcomers make, each with the message it gets: whole files, to be read as that person would.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { expectedOf, readCases, runCase } from '../support/golden-cases.js';

const cases = await readCases(fileURLToPath(new URL('./cases', import.meta.url)));

describe('mistakes', () => {
  it('there are at least 30, and every message says what to write', () => {
    expect(cases.length).toBeGreaterThanOrEqual(30);
    for (const one of cases) expect(one.expected, one.name).toMatch(/write instead|note: /);
  });

  it.each(cases)('$name', async (one) => {
    const actual = await runCase(one);
    expect(actual).toBe(await expectedOf(one, actual));
  });
});
