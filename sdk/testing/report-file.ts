// What a test chain leaves for `weft test` when it closes: a JSON file in the folder the environment names.
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One chain's, or several joined. */
export interface TestReport {
  /** Gas of each transaction by `Contract.method`. */
  readonly gas: Readonly<Record<string, readonly number[]>>;
  /** Statements that ran, by contract: numbers of its coverage build. */
  readonly covered: Readonly<Record<string, readonly number[]>>;
}

/** Nothing unless WEFT_TEST_REPORTS names a folder. */
export async function leaveReport(report: TestReport): Promise<void> {
  const folder = process.env['WEFT_TEST_REPORTS'];
  if (folder === undefined || folder === '') return;
  await writeFile(join(folder, `${randomUUID()}.json`), JSON.stringify(report));
}
