// `weft init` and `weft test`: every template builds and passes its own tests; what installs is in test/e2e/tutorial.test.ts.
import { spawn } from 'node:child_process';
import { access, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'weft-scaffold-'));
});
afterAll(() => rm(home, { recursive: true }));

async function weft(
  folder: string,
  ...args: string[]
): Promise<{ code: number | null; out: string; log: string }> {
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'));
  const child = spawn(process.execPath, [join(ROOT, 'cli/bin/weft.js'), ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(environment), NO_COLOR: '1' },
  });
  const [out, log]: [string[], string[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out: out.join(''), log: log.join('') };
}

/** A project of a template that uses the packages of this checkout in place of installed ones. */
async function project(template: string): Promise<string> {
  const made = await weft(home, 'init', template, '--template', template, '--no-install', '--json');
  expect(made.code, made.log).toBe(0);
  expect(JSON.parse(made.out)).toMatchObject({ template, installed: false });
  const folder = join(home, template);
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

const manifestOf = async (folder: string) =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly devDependencies: Record<string, string>;
    readonly overrides: Record<string, string>;
  };

describe('weft init and weft test', { timeout: 300_000 }, () => {
  it.each(['empty', 'token', 'escrow'])('the %s template builds and passes its tests', async (template) => {
    const folder = await project(template);
    const { devDependencies, overrides } = await manifestOf(folder);
    for (const name of ['@weft/runtime', '@weft/sdk', '@weft/contracts', 'weft']) {
      const file = /^file:(vendor\/.+\.tgz)$/.exec(devDependencies[name] ?? '')?.[1] ?? 'no file';
      await access(join(folder, file));
      expect(overrides[name]).toBe(`$${name}`);
    }
    const { devDependencies: own } = await manifestOf(ROOT);
    for (const tool of ['vitest', 'typescript', '@types/node']) expect(devDependencies[tool]).toBe(own[tool]);
    for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile() || /\.tgz$/.test(file.name)) continue;
      expect(await readFile(join(file.parentPath, file.name), 'utf8')).not.toContain('{{');
    }
    const tested = await weft(folder, 'test', '--gas', '--json');
    expect(tested.code, tested.log).toBe(0);
    expect(tested.log).toMatch(/Tests +\d+ passed/);
    const { gas } = JSON.parse(tested.out) as { readonly gas: readonly { readonly method: string }[] };
    expect(gas.map(({ method }) => method)).toContain('System.create');
    expect(await readFile(join(folder, '.gas-snapshot'), 'utf8')).toMatch(/^\w+\.\w+ calls=\d+ min=\d+/);
  });

  it('shows which lines of the contract the tests run', async () => {
    const folder = join(home, 'escrow');
    const tested = await weft(folder, 'test', '--coverage', '--json');
    expect(tested.code, tested.log).toBe(0);
    const { coverage } = JSON.parse(tested.out) as { readonly coverage: readonly { missing: number[] }[] };
    const source = (await readFile(join(folder, 'contracts/escrow/escrow.ts'), 'utf8')).split('\n');
    // The view nobody reads.
    expect(coverage).toMatchObject([{ contract: 'Escrow', file: 'escrow.ts' }]);
    const missing = coverage[0]?.missing.map((line) => source[line - 1]?.trim());
    expect(missing).toEqual(['return this.deals.get(id);']);
    expect((await weft(folder, 'test', '--coverage', '--gas')).code).toBe(2);
  });

  it('a changed gas figure fails the check and names the line; --check alone is usage', async () => {
    const folder = join(home, 'empty');
    expect((await weft(folder, 'test', '--gas', '--check')).code).toBe(0);
    const path = join(folder, '.gas-snapshot');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/(Counter\.count .*max=)\d+/, '$11'));
    const checked = await weft(folder, 'test', '--gas', '--check', '--json');
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.out)).toMatchObject({
      error: { code: 'CLI_GAS_CHANGED', context: { got: [expect.stringMatching(/^Counter\.count /)] } },
    });
    expect((await weft(folder, 'test', '--check')).code).toBe(2);
  });

  it('a failing test is exit code 1', async () => {
    const folder = join(home, 'empty');
    const path = join(folder, 'test/counter.test.ts');
    await writeFile(path, (await readFile(path, 'utf8')).replace('toBe(6n)', 'toBe(7n)'));
    const tested = await weft(folder, 'test', '--json');
    expect(tested.code).toBe(1);
    expect(JSON.parse(tested.out)).toMatchObject({ error: { code: 'CLI_TESTS_FAILED' } });
  });

  it('refuses a folder in use, and templates there are not', async () => {
    const used = await weft(home, 'init', 'empty', '--json');
    expect([used.code, JSON.parse(used.out).error.code]).toEqual([1, 'CLI_FOLDER_IN_USE']);
    expect((await weft(home, 'init', 'other', '--template', 'nft')).code).toBe(2);
  });

  it('a folder without vitest is told so', async () => {
    const bare = await mkdtemp(join(tmpdir(), 'weft-bare-'));
    const tested = await weft(bare, 'test', '--json');
    await rm(bare, { recursive: true });
    expect(JSON.parse(tested.out).error.code).toBe('CLI_NO_VITEST');
  });
});
