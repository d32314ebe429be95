// What `weft node` says and whom it answers: a structured log in place of lines for people or beside them, and a token.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWeftNode, weft } from '../support/weft-process.js';

const LIMIT_MS = 60_000;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-node-'));
});
afterAll(() => rm(folder, { recursive: true }));

const entries = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { level: string; msg: string });

it('logs on stderr by level, lines of JSON alone, and answers who carries its token', {
  timeout: LIMIT_MS,
}, async () => {
  const env = { WEFT_RPC_TOKEN: 'sesame' };
  const node = await startWeftNode([], { cwd: folder, env: { ...env, WEFT_LOG_LEVEL: 'debug' } });
  const mine = (token: string) =>
    weft(['dev', 'mine', '--json', '--rpc-url', node.url], { cwd: folder, env: { WEFT_RPC_TOKEN: token } });
  for (const token of ['', 'open'])
    expect(JSON.parse((await mine(token)).out)).toMatchObject({
      error: { context: { nodeCode: 'RPC_TOKEN' } },
    });
  expect((await mine('sesame')).code).toBe(0);
  await expect.poll(() => entries(node.log()).map(({ msg }) => msg)).toContain('block');
  await node.stop();
  expect(entries(node.log()).map(({ msg }) => msg)).toEqual(['started', 'block', 'stopped']);
  expect(node.log()).not.toContain('sesame');
});

it('logs into a file, beside lines for people', { timeout: LIMIT_MS }, async () => {
  const file = join(folder, 'node.log');
  const node = await startWeftNode(['--log-file', file], { cwd: folder });
  expect((await weft(['dev', 'mine', '--rpc-url', node.url], { cwd: folder })).code).toBe(0);
  await expect.poll(() => node.log()).toContain('block 1: 0 transactions');
  await node.stop();
  expect(entries(await readFile(file, 'utf8'))).toMatchObject([
    { level: 'info', msg: 'started' },
    { level: 'info', msg: 'stopped' },
  ]);
});
