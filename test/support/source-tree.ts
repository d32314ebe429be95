// The checkout as the tidy tests see it: source files and what they import.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const SKIPPED = new Set(['node_modules', 'dist', '.types', 'golden', 'generated']);

/** Absolute paths of the files under a folder of the checkout whose name ends in `.ts` (or another ending), sorted. */
export function sourceFiles(folder: string, ending = '.ts'): string[] {
  const path = join(ROOT, folder);
  if (!existsSync(path)) return [];
  const found: string[] = [];
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) found.push(...sourceFiles(join(folder, entry.name), ending));
    } else if (entry.name.endsWith(ending)) found.push(join(path, entry.name));
  }
  return found.sort();
}

/** The module specifiers a file imports or re-exports; dynamic imports and `new URL('./x.js', import.meta.url)` included. */
export function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|\bnew URL\(\s*['"](\.[^'"]+\.js)['"],\s*import\.meta\.url/g;
  return [...text.matchAll(pattern)].map(
    (match) => match.slice(1).find((group) => group !== undefined) as string,
  );
}
