// The committed gas figures of a project: one line a method, so that a change of cost shows in a review.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GasLine } from '@weft/sdk/testing/reports';
import { CliError } from '../errors.js';

/** Beside package.json. */
export const GAS_SNAPSHOT = '.gas-snapshot';

/** By method; sums of all calls of a test run. */
export function snapshotText(lines: readonly GasLine[]): string {
  return lines
    .map(
      ({ method, calls, min, mean, max }) => `${method} calls=${calls} min=${min} mean=${mean} max=${max}\n`,
    )
    .join('');
}

export async function writeGasSnapshot(folder: string, lines: readonly GasLine[]): Promise<void> {
  await writeFile(join(folder, GAS_SNAPSHOT), snapshotText(lines));
}

/** @throws CLI_GAS_CHANGED with the lines that differ, CLI_FILE without a snapshot */
export async function checkGasSnapshot(folder: string, lines: readonly GasLine[]): Promise<void> {
  const path = join(folder, GAS_SNAPSHOT);
  const committed = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CliError(
      'CLI_FILE',
      { expected: 'a snapshot written by `weft test --gas`', place: path },
      cause,
    );
  });
  const before = committed.split('\n').filter((line) => line !== '');
  const now = snapshotText(lines)
    .split('\n')
    .filter((line) => line !== '');
  const gone = before.filter((line) => !now.includes(line));
  const come = now.filter((line) => !before.includes(line));
  if (gone.length + come.length === 0) return;
  throw new CliError('CLI_GAS_CHANGED', { expected: gone, got: come, place: path });
}
