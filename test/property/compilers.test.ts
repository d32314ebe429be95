// Receipts and gas are the same whichever of the engine's compilers made the code, for any number of workers.
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const SEED = Number(process.env['WEFT_SEED'] ?? randomInt(2 ** 30));
const CHILD = fileURLToPath(new URL('./compilers-child.ts', import.meta.url));
const MODES = [[], ['--liftoff-only'], ['--no-liftoff']];

it(`compilers: the same receipts and gas from each, by any workers (WEFT_SEED=${SEED})`, async () => {
  const seen = new Set<string>();
  for (const flags of MODES) {
    const args = [...flags, '--import', 'tsx', CHILD, String(SEED)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { digests, gas } = JSON.parse(stdout) as { digests: string[]; gas: number };
    expect(new Set(digests).size).toBe(1);
    expect(gas).toBeGreaterThan(1_000_000);
    seen.add(stdout);
  }
  expect(seen.size).toBe(1);
});
