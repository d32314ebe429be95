// The page of limits says what the code enforces, limit by limit.
import { readFileSync } from 'node:fs';
import { WASM_LIMITS } from '@weft/runtime/wasm/limits';
import { expect, test } from 'vitest';

test('limits: the page states every limit with its value, and none besides', () => {
  const page = readFileSync(new URL('../../docs/spec/limits.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)`[^|]*\| (\d+) \|/gm)].map(([, name, value]) => [
    name,
    Number(value),
  ]);
  expect(rows).toHaveLength(page.split('\n').filter((line) => line.startsWith('| `')).length);
  expect(Object.fromEntries(rows)).toEqual(WASM_LIMITS);
});
