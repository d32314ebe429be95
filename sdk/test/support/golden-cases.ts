// Golden contracts: a file holds a comment with its idea, a whole contract, a line `---`, and what the compiler says of
// it. `WEFT_UPDATE_GOLDEN=1` writes the last part anew, to be read before it is committed.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { WeftError } from '@weft/runtime/base/errors';
import { compileContract } from '@weft/sdk/compiler/compile';
import { CompileError } from '@weft/sdk/compiler/errors';

const LINE = '\n---\n';

export interface GoldenCase {
  readonly name: string;
  readonly file: string;
  readonly source: string;
  readonly expected: string;
}

/** The cases of a folder, by name. */
export async function readCases(folder: string): Promise<GoldenCase[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.case')).sort();
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const text = await readFile(file, 'utf8');
      const at = text.indexOf(LINE);
      const source = text.slice(0, at + 1);
      return { name: name.replace(/\.case$/, ''), file, source, expected: text.slice(at + LINE.length) };
    }),
  );
}

/** What the compiler says of a case: the access of every method, or the refusal. */
export async function runCase(one: GoldenCase): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'weft-case-'));
  try {
    await writeFile(path.join(folder, 'contract.ts'), one.source);
    const artifact = await compileContract({ entry: folder });
    return artifact.accessText;
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    return error instanceof CompileError && error.described !== undefined
      ? error.described
      : `${error.message}\n`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The text to compare with; under WEFT_UPDATE_GOLDEN the file is written and equals it. */
export async function expectedOf(one: GoldenCase, actual: string): Promise<string> {
  if (process.env['WEFT_UPDATE_GOLDEN'] !== '1') return one.expected;
  await writeFile(one.file, `${one.source.replace(/\n$/, '')}${LINE}${actual}`);
  return actual;
}
