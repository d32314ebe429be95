// `weft keys` as a process: secrets come in by file and standard input, and go out only when asked for.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '@weft/runtime/base/bytes';
import { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const WEFT = fileURLToPath(new URL('../../bin/weft.js', import.meta.url));
let home: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'weft-home-'));
  await writeFile(path.join(home, 'password'), 'a long enough password\n');
});
afterAll(() => rm(home, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly log: string;
}

function weft(args: readonly string[], input = '', environment: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [WEFT, 'keys', ...args], {
    env: { ...process.env, WEFT_HOME: home, WEFT_PASSWORD_FILE: path.join(home, 'password'), ...environment },
  });
  let out = '';
  let log = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (log += chunk));
  child.stdin.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, log })));
}

describe('weft keys', () => {
  test('import, list, show, reveal, remove', async () => {
    const [account] = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1, 2);
    const imported = await weft(['import', 'ada', '--index', '2', '--json'], `${DEVELOPMENT_MNEMONIC}\n`);
    const publicKey = `0x${toHex(account!.publicKey)}`;
    expect(JSON.parse(imported.out)).toEqual({
      name: 'ada',
      address: account?.text,
      publicKey,
      kind: 'mnemonic',
    });
    expect((await weft(['list'])).out).toBe(`ada  ${account?.text}\n`);
    expect((await weft(['show', 'ada'])).out).not.toContain('junk');
    const revealed = JSON.parse((await weft(['show', 'ada', '--reveal', '--json'])).out) as {
      secret: unknown;
    };
    expect(revealed.secret).toEqual({ kind: 'mnemonic', mnemonic: DEVELOPMENT_MNEMONIC, index: 2 });
    expect((await weft(['remove', 'ada'])).code).toBe(2);
    expect((await weft(['remove', 'ada', '--yes'])).code).toBe(0);
    expect((await weft(['list', '--json'])).out).toBe('[]\n');
  });

  test('new: the words are for people, never in the JSON', async () => {
    const made = await weft(['new', 'bob']);
    expect(made.log).toMatch(/( [a-z]+){12}/);
    expect(made.out).toMatch(/^bob is weft1/);
    const silent = await weft(['new', 'cyd', '--json']);
    expect(`${silent.out}${silent.log}`).not.toMatch(/( [a-z]+){12}/);
    expect((await weft(['new', 'bob'])).code).toBe(1);
  });

  test('refusals: a wrong password, words that are none, no way to ask', async () => {
    await weft(['import', 'eve', '--seed'], '11'.repeat(32));
    await writeFile(path.join(home, 'wrong'), 'not that password');
    const wrong = await weft(['show', 'eve', '--reveal', '--json'], '', {
      WEFT_PASSWORD_FILE: path.join(home, 'wrong'),
    });
    expect(JSON.parse(wrong.out)).toMatchObject({ error: { code: 'CLI_KEY_PASSWORD' } });
    expect((await weft(['import', 'fay'], 'no such words')).log).toContain('CLIENT_MNEMONIC');
    expect((await weft(['import', 'fay', '--seed'], '12')).log).toContain('CLI_SECRET');
    const { WEFT_PASSWORD_FILE: _, ...rest } = process.env as Record<string, string>;
    const unasked = spawn(process.execPath, [WEFT, 'keys', 'show', 'eve', '--reveal'], {
      env: { ...rest, WEFT_HOME: home },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    unasked.stderr.on('data', (chunk) => (log += chunk));
    await new Promise((resolve) => unasked.once('close', resolve));
    expect(log).toContain('WEFT_PASSWORD_FILE');
  });
});
