// What a short command loads: most of its time is Node finding and compiling modules, so each package here is milliseconds
// that everybody waits (`npm run bench -- cli`).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/weft.js', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-startup-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** URLs of the modules a command loads, in order: a loader writes them down. */
function modulesOf(...args: string[]): readonly string[] {
  const list = join(folder, `${args[0]}.txt`);
  const loader = `import { appendFileSync } from 'node:fs';
export function load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context); }`;
  const asUrl = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;
  const start = `import { register } from 'node:module'; register(${JSON.stringify(asUrl(loader))});`;
  spawnSync(process.execPath, ['--import', asUrl(start), BIN, ...args], { cwd: folder });
  return readFileSync(list, 'utf8').split('\n').slice(0, -1);
}

const HEAVY =
  /node_modules\/(sodium-native|@noble\/curves|assemblyscript|binaryen|fastify|level|pino|jiti|ws)\//;

test.each([
  // As far as an address nobody listens at: the transport is loaded.
  [60, ['call', 'token', 'totalSupply', '--rpc-url', 'http://127.0.0.1:1']],
  [25, ['--help']],
] as const)('at most %i modules, none of them heavy: weft %j', (most, args) => {
  const modules = modulesOf(...args);
  expect(modules.filter((url) => HEAVY.test(url))).toEqual([]);
  expect(modules.some((url) => url.endsWith('/cli/dist/main.js'))).toBe(true);
  expect(modules.length, modules.join('\n')).toBeLessThanOrEqual(most);
});
