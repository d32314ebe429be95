// The tutorial in sdk/README.md, every block in order, in a home folder of its own. A `ts PATH` or `js PATH` block is
// written to that file, `sh` blocks run in one shell's folder, the lines of a `text` block must stand in what the last
// `sh` block said. Only the node's port is ours.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/source-tree.js';

interface Block {
  readonly language: string;
  /** What stands behind the language: a path, or `background`. */
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

const page = await readFile(join(ROOT, 'sdk/README.md'), 'utf8');
const blocks: Block[] = [...page.matchAll(/^```(\w+)(?: (.+))?\n([\s\S]*?)^```$/gm)].map((match) => ({
  language: match[1] ?? '',
  info: match[2] ?? '',
  text: match[3] ?? '',
  line: page.slice(0, match.index).split('\n').length,
}));

let home: string;
let folder = ROOT;
let said = '';
let port: number;
let environment: NodeJS.ProcessEnv;
const background: ChildProcess[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'weft-tutorial-'));
  port = await freePort();
  environment = {
    ...process.env,
    // The packages npm installed for this checkout serve the project too.
    npm_config_cache: process.env['npm_config_cache'] ?? join(process.env['HOME'] ?? home, '.npm'),
    npm_config_userconfig:
      process.env['npm_config_userconfig'] ?? join(process.env['HOME'] ?? home, '.npmrc'),
    npm_config_prefer_offline: 'true',
    npm_config_update_notifier: 'false',
    HOME: home,
    NO_COLOR: '1',
    WEFT_RPC_URL: `http://127.0.0.1:${port}`,
  };
  for (const name of Object.keys(environment))
    if (/^VITEST|^npm_(?!config)|^NODE_/.test(name)) delete environment[name];
});
afterAll(async () => {
  for (const { pid } of background) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  await rm(home, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function start(script: string, detached: boolean): ChildProcess {
  const text = script.replaceAll('npx weft node', `npx weft node --port ${port}`);
  const options = { cwd: folder, env: environment, detached, stdio: ['ignore', 'pipe', 'pipe'] as const };
  return spawn('bash', ['-euo', 'pipefail', '-c', `${text}\npwd > "$HOME/.folder"`], {
    ...options,
    stdio: [...options.stdio],
  });
}

/** Runs to the end; what was said on both streams. The folder it ends in is where the next block begins. */
async function run(script: string): Promise<void> {
  const child = start(script, false);
  said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code, said.slice(-4000)).toBe(0);
  folder = (await readFile(join(home, '.folder'), 'utf8')).trim();
}

/** Runs beside the other blocks; ready when it has said something. */
async function runBeside(script: string): Promise<void> {
  const child = start(script, true);
  background.push(child);
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('close', (code) => reject(new RangeError(`ended with ${code}: ${script}`)));
  });
}

describe('the tutorial of the SDK', () => {
  it('has blocks of known kinds', () => {
    expect(blocks.length).toBeGreaterThan(10);
    const unknown = blocks.filter(({ language, info }) => {
      if (language === 'sh') return info !== '' && info !== 'background';
      return language === 'text' ? info !== '' : !['ts', 'js'].includes(language) || info === '';
    });
    expect(unknown).toEqual([]);
  });

  it.each(blocks)('line $line: $language $info', { timeout: 300_000 }, async ({ language, info, text }) => {
    if (language === 'sh') await (info === 'background' ? runBeside(text) : run(text));
    else if (language === 'text') {
      for (const line of text.trim().split('\n')) expect(said).toContain(line);
    } else {
      const file = join(folder, info);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  });

  it('left nothing in the checkout', () => {
    expect(folder.startsWith(fileURLToPath(new URL('.', `file://${ROOT}/`)))).toBe(false);
  });
});
