// The tour in the README, command by command as it stands there; packages of this checkout in place of installed ones, and
// a free port in place of the usual one.
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../support/source-tree.js';
import { type RunningNode, startWeftNode, weft } from '../support/weft-process.js';

let home: string;
let node: RunningNode | undefined;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'weft-tour-'));
});
afterAll(async () => {
  await node?.stop();
  await rm(home, { recursive: true });
});

/** The lines of the tour without their remarks. */
async function tour(): Promise<string[]> {
  const [, section = ''] = (await readFile(join(ROOT, 'README.md'), 'utf8')).split('\n## A tour');
  const [, block = ''] = section.split('```\n');
  return block
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, ''));
}

it('ten commands from nothing to a live chain', { timeout: 300_000 }, async () => {
  const lines = await tour();
  expect(lines.filter((line) => line.startsWith('npx weft '))).toHaveLength(10);
  const outputs = new Map<string, string>();
  const env: Record<string, string> = { WEFT_HOME: join(home, 'weft') };
  let cwd = home;
  for (const line of lines) {
    const [program, ...words] = line.split(' ');
    if (program === 'cd') {
      cwd = join(cwd, words[0] ?? '');
      await symlink(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));
      continue;
    }
    const [name, ...args] = words;
    expect([program, name]).toEqual(['npx', 'weft']);
    if (args[0] === 'node') {
      node = await startWeftNode(args.slice(1), { cwd, env });
      env['WEFT_RPC_URL'] = node.url;
      continue;
    }
    const ended = await weft(args[0] === 'init' ? [...args, '--no-install'] : args, { cwd, env });
    expect(ended.code, `${line}\n${ended.log}${ended.out}`).toBe(0);
    outputs.set(line, ended.out);
  }
  expect(outputs.get('npx weft call counter totalCount')).toBe('5\n');
  expect(outputs.get('npx weft events counter')).toContain('event Counter.Counted {"amount":"5"}');
});
