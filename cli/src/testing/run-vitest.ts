// Runs the vitest a project pins, in its folder, with its output on ours.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CliError } from '../errors.js';

/** The exit code. @throws CLI_NO_VITEST */
export async function runVitest(
  folder: string,
  filters: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  let manifest: string;
  try {
    manifest = createRequire(join(folder, 'package.json')).resolve('vitest/package.json');
  } catch (cause) {
    throw new CliError('CLI_NO_VITEST', { place: folder }, cause);
  }
  const script = join(dirname(manifest), 'vitest.mjs');
  // Its report is for people: stdout is kept for the answer.
  const child = spawn(process.execPath, [script, 'run', ...filters], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...environment },
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
