// Files of plain JavaScript are compiled by nobody: what they import by name must be there.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, sourceFiles } from '../support/source-tree.js';

const FOLDERS = ['runtime', 'sdk', 'contracts', 'cli', 'test'];

test('every name a script imports from our packages exists', async () => {
  const missing: string[] = [];
  let names = 0;
  for (const file of FOLDERS.flatMap((folder) =>
    ['.js', '.mjs'].flatMap((end) => sourceFiles(folder, end)),
  )) {
    const text = readFileSync(file, 'utf8');
    for (const [, list = '', from = ''] of text.matchAll(/import\s*\{([^}]*)\}\s*from\s*'(@weft\/[^']*)'/g)) {
      const module = (await import(from)) as Record<string, unknown>;
      for (const entry of list.split(',')) {
        const name = entry.trim().split(' as ')[0]!;
        if (name === '') continue;
        names++;
        if (!(name in module)) missing.push(`${relative(ROOT, file)}: ${name} of ${from}`);
      }
    }
  }
  expect(missing).toEqual([]);
  expect(names).toBeGreaterThan(20);
});
