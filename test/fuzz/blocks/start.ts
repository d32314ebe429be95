// Starts the fuzzing process; what the task and its small twin share.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a run came to. */
export interface BlocksReport {
  readonly blocks: number;
  readonly transactions: number;
  readonly seen: Readonly<Record<string, number>>;
}

/** Runs blocks in a process whose threads are disturbed. Progress goes to stderr. @throws where executors part */
export async function startBlocks(options: {
  readonly seed: number;
  readonly count: number;
  readonly block?: number;
}): Promise<BlocksReport> {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const disturb = new URL('./disturb.mjs', import.meta.url).href;
  const args = ['--import', disturb, '--import', 'tsx', path('./child.ts'), JSON.stringify(options)];
  const env = { ...process.env, WEFT_DISTURB_SEED: String(options.seed) };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
    process.stderr.write(chunk);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(errors.trim() || `the fuzzing process ended with ${code}`);
  return JSON.parse(output) as BlocksReport;
}
