// The page of threats names tests: each is there, in the file the page says, under the title it says.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support/source-tree.js';

const PAGE = join(ROOT, 'runtime/docs/spec/threats.md');
/** `| attack | rule | `file`: title |` */
const ROW = /^\| (?!attack|---)(.+?) \| (.+?) \| `([^`]+)`: (.+?) \|$/;

it('every threat names a test that exists', () => {
  const lines = readFileSync(PAGE, 'utf8').split('\n');
  const rows = lines.flatMap((line) => ROW.exec(line) ?? []);
  const count = lines.filter((line) => /^\| (?!attack|---)/.test(line)).length;
  expect(rows).toHaveLength(5 * count);
  expect(count).toBeGreaterThan(40);
  const missing: string[] = [];
  for (let at = 0; at < rows.length; at += 5) {
    const [file, title] = [rows[at + 3]!, rows[at + 4]!];
    const path = join(ROOT, file);
    if (!existsSync(path)) missing.push(`${file} is no file`);
    else if (!readFileSync(path, 'utf8').includes(title)) missing.push(`${file} has no "${title}"`);
  }
  expect(missing).toEqual([]);
});
