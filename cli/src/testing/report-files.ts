// Reads what test chains leave behind when they close: one JSON file each, in the folder WEFT_TEST_REPORTS names.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestReport } from '@weft/sdk/testing/report-file';

/** All of them, joined: gas of every transaction by method, and the lines of contracts that ran. */
export async function readReports(folder: string): Promise<TestReport> {
  const gas: Record<string, number[]> = {};
  const covered: Record<string, number[]> = {};
  for (const file of (await readdir(folder)).sort()) {
    const report = JSON.parse(await readFile(join(folder, file), 'utf8')) as TestReport;
    for (const [method, used] of Object.entries(report.gas)) gas[method] = [...(gas[method] ?? []), ...used];
    for (const [contract, points] of Object.entries(report.covered))
      covered[contract] = [...new Set([...(covered[contract] ?? []), ...points])];
  }
  return { gas, covered };
}
