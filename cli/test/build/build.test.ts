// `weft build` as a process: the storage lock it writes and holds, the report, and builds while one watches.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const WEFT = fileURLToPath(new URL('../../bin/weft.js', import.meta.url));
const SOURCE = `import { Value } from '@weft/sdk/assembly';

@contract
export class Counter {
  count: Value<u64>;

  @call
  increase(): void {
    this.count.set(this.count.get() + 1);
  }

  @view
  current(): u64 {
    return this.count.get();
  }
}
`;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'weft-build-'));
  await writeFile(path.join(folder, 'counter.ts'), SOURCE);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function weft(...args: readonly string[]) {
  const child = spawn(process.execPath, [WEFT, 'build', path.join(folder, 'counter.ts'), ...args]);
  const seen = { out: '', log: '' };
  child.stdout.on('data', (chunk) => {
    seen.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    seen.log += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, seen, ended };
}

async function run(...args: readonly string[]) {
  const { seen, ended } = weft(...args);
  return { code: await ended, ...seen };
}

const lock = () => readFile(path.join(folder, 'storage.lock.json'), 'utf8');

describe('weft build', () => {
  test('writes artifacts, says what each method weighs, and locks the storage', async () => {
    const built = await run('--json');
    expect(built.code).toBe(0);
    const { report, codeHash } = JSON.parse(built.out) as {
      report: { pages: number; methods: { name: string; instructions: number }[] };
      codeHash: string;
    };
    expect(codeHash).toMatch(/^0x[0-9a-f]{64}$/);
    expect(report.pages).toBe(1);
    expect(report.methods.map(({ name }) => name)).toEqual(['increase', 'current']);
    for (const { instructions } of report.methods) expect(instructions).toBeGreaterThan(0);
    expect(JSON.parse(await lock())).toMatchObject({ fields: [{ name: 'count', holds: 'u64' }] });
  });

  test('refuses a field that changes its meaning, adds a new one, and with --frozen-lock adds nothing', async () => {
    await run();
    const before = await lock();
    await writeFile(path.join(folder, 'counter.ts'), SOURCE.replaceAll('u64', 'u32'));
    const refused = await run('--json');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'COMPILE_LOCK' } });
    expect(await lock()).toBe(before);
    const more = SOURCE.replace('count: Value', 'other: Value<bool>;\n  count: Value');
    await writeFile(path.join(folder, 'counter.ts'), more);
    expect((await run('--frozen-lock')).code).toBe(0);
    expect(await lock()).toBe(before);
    expect((await run()).code).toBe(0);
    expect(JSON.parse(await lock())).toMatchObject({ fields: [{ name: 'other' }, { name: 'count' }] });
  });

  test('watches: builds again after a change, says what is wrong and goes on', async () => {
    const { child, seen, ended } = weft('--watch');
    const until = async (text: string, times: number): Promise<void> => {
      for (let left = 600; seen.log.split(text).length <= times; left--) {
        if (left === 0) throw new Error(`never said "${text}" ${times} times: ${seen.log}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await until('waiting for changes', 1);
    await writeFile(path.join(folder, 'counter.ts'), SOURCE.replace('get() + 1', 'get() +'));
    await until('COMPILE_', 1);
    await writeFile(path.join(folder, 'counter.ts'), SOURCE.replace('+ 1', '+ 2'));
    await until('waiting for changes', 2);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(seen.out.split('code hash 0x')).toHaveLength(3);
  }, 60_000);
});
