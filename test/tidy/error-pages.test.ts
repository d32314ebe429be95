// `weft explain CODE`: a page for every code that the source defines.
import { readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { RECEIPT_STATUS } from '@weft/runtime/types/receipt';
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import { expect, test } from 'vitest';
import { errorPage, explainedCodes, pageText } from '../../cli/dist/explain/error-page.js';
import { ROOT, sourceFiles } from '../support/source-tree.js';

const SOURCE = ['runtime/src', 'sdk/client', 'sdk/compiler', 'sdk/testing', 'contracts', 'cli/src'];

/** Keys of every table given to `defineErrors`, read out of the source itself. */
function definedCodes(): string[] {
  return SOURCE.flatMap((folder) => sourceFiles(folder)).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const [, ...tables] = text.split(/defineErrors\('\w+', \{\n/);
    return tables.flatMap((table) =>
      [...table.matchAll(/^ {2}([A-Z][A-Z0-9]*_[A-Z0-9_]+): \{/gm)].map(([, code]) => code ?? ''),
    );
  });
}

test('every code the source defines has a page, and so has every receipt status and failure', async () => {
  const defined = definedCodes();
  expect(defined.length).toBeGreaterThan(250);
  const codes = [...defined, ...Object.keys(RECEIPT_STATUS), ...Object.keys(FAILURE_CODE), 'CRITICAL_PATH'];
  expect(codes.filter((code) => errorPage(code) === undefined)).toEqual([]);
  expect(explainedCodes()).toEqual(expect.arrayContaining(codes));
});

test('a page says what, where and what to do, and names a page that is there', async () => {
  for (const code of explainedCodes()) {
    const page = errorPage(code);
    expect(page, code).toBeDefined();
    if (page === undefined) continue;
    expect(
      [page.what, page.where, page.fix].every((text) => text.length > 7),
      code,
    ).toBe(true);
    const [, path = ''] = /((?:[\w-]+\/)*[\w.-]+\.(?:md|ts))$/.exec(page.see) ?? [];
    await access(join(ROOT, path));
    expect(pageText(page)).toContain('What to do:');
  }
});

test('a text that is no code has no page', () => {
  expect(errorPage('CLI_NOTHING_SUCH')).toBeUndefined();
  expect(errorPage('constructor')).toBeUndefined();
});
