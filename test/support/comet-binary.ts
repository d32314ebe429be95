// The program tests of real networks need. Where it is absent they are skipped in one line; where WEFT_REQUIRE_COMETBFT
// is set, they fail.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Its path, or undefined where it is not installed. */
export function cometBinary(): string | undefined {
  const candidates = [process.env['WEFT_COMETBFT'], 'cometbft', goBinary()];
  const found = candidates.find((path) => path !== undefined && runs(path));
  if (found !== undefined) {
    process.env['WEFT_COMETBFT'] = found;
    return found;
  }
  const line = 'CometBFT is not installed (README, "A network")';
  if (process.env['WEFT_REQUIRE_COMETBFT'] === '1') throw new Error(line);
  console.warn(`skipped: ${line}`);
  return undefined;
}

function goBinary(): string | undefined {
  try {
    return join(execFileSync('go', ['env', 'GOPATH'], { encoding: 'utf8' }).trim(), 'bin', 'cometbft');
  } catch {
    return undefined;
  }
}

function runs(path: string): boolean {
  try {
    execFileSync(path, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
