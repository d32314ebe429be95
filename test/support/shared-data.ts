// Suites nobody here wrote live beside the checkout (../shared/data). Tests read them there, never from a copy.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../shared/data/', import.meta.url);

/**
 * The folder of a suite, or undefined where it is absent: one line says what is missing, and under CI that fails.
 */
export function sharedData(suite: string): string | undefined {
  const path = fileURLToPath(new URL(`${suite}/`, ROOT));
  if (existsSync(path)) return path;
  const line = `suite ${suite} is missing: put it at ../shared/data/${suite} beside the checkout`;
  if (process.env['CI']) throw new Error(line);
  console.warn(`skipped: ${line}`);
  return undefined;
}
