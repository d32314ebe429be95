// Keys at work, by the real command line on a development chain: an account that changes its key, transactions signed where no
// node is, accounts several keys sign for, fees paid by others.
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../support/source-tree.js';

const WEFT = join(ROOT, 'cli/bin/weft.js');
let home: string;
let node: ChildProcess;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'weft-keys-'));
  await writeFile(join(home, 'password'), 'a long enough password');
  environment = {
    ...process.env,
    WEFT_HOME: home,
    WEFT_PASSWORD_FILE: join(home, 'password'),
    NO_COLOR: '1',
  };
  node = spawn(process.execPath, [WEFT, 'node', '--port', '0', '--json'], { env: environment, cwd: home });
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    };
    node.stdout?.on('data', hear);
    node.stderr?.on('data', hear);
    node.once('close', () => reject(new Error(`the node ended: ${said}`)));
  });
  environment['WEFT_RPC_URL'] = url;
});
afterAll(async () => {
  node.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly log: string;
}

function weft(args: readonly string[], input = '', more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, [WEFT, ...args], { env: { ...environment, ...more }, cwd: home });
  let out = '';
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stdin.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, log })));
}

/** The JSON answer of a command that succeeds. */
async function answer(args: readonly string[], input = '', more: NodeJS.ProcessEnv = {}) {
  const { code, out, log } = await weft([...args, '--json'], input, more);
  expect(code, `${args.join(' ')}: ${out}${log}`).toBe(0);
  return JSON.parse(out) as Record<string, string> & { missing: { role: string; count: number }[] };
}

async function refusal(args: readonly string[], input = ''): Promise<string> {
  const { code, out } = await weft([...args, '--json'], input);
  expect(code).not.toBe(0);
  return (JSON.parse(out) as { error: { code: string } }).error.code;
}

const pay = (to: string, amount = '1000000000') => ['system', 'transfer', '--to', to, '--amount', amount];

it('an account keeps its address when its key changes', async () => {
  const ann = await answer(['keys', 'import', 'ann', '--seed'], '11'.repeat(32));
  await answer(['send', ...pay(ann['address']!)]);
  const rotated = await answer(['keys', 'rotate', 'ann']);
  expect(rotated).toMatchObject({ name: 'ann', address: ann['address'], before: 'ann-before' });
  expect(rotated['publicKey']).not.toBe(ann['publicKey']);
  await answer(['send', ...pay(ann['address']!, '5'), '--account', 'ann']);
  expect(await refusal(['send', ...pay(ann['address']!, '5'), '--account', 'ann-before'])).toBe('CLIENT_RPC');
  expect(
    await refusal(['tx', 'create', ...pay(ann['address']!), '--account', 'ann-before', '--out', 'no']),
  ).toBe('CLI_SIGNER');
  // Another password; the old one opens it no more.
  await writeFile(join(home, 'next'), 'another long password');
  await answer(['keys', 'password', 'ann'], '', { WEFT_NEW_PASSWORD_FILE: join(home, 'next') });
  expect(await refusal(['keys', 'show', 'ann', '--reveal'])).toBe('CLI_KEY_PASSWORD');
  await answer(['keys', 'show', 'ann', '--reveal'], '', { WEFT_PASSWORD_FILE: join(home, 'next') });
});

it('a transaction is signed where no node is, and its fee paid by somebody else', async () => {
  const bob = await answer(['keys', 'import', 'bob', '--seed'], '22'.repeat(32));
  await answer(['send', ...pay(bob['address']!, '7')]);
  const create = ['tx', 'create', ...pay(bob['address']!, '7'), '--account', 'bob', '--payer', '1'];
  const request = await answer([...create, '--out', 'bob.json']);
  expect(request['missing'].map(({ role, count }) => [role, count])).toEqual([
    ['sender', 1],
    ['payer', 1],
  ]);
  expect(await refusal([...create, '--out', 'bob.json'])).toBe('CLI_FILE');
  expect(await refusal(['tx', 'send', 'bob.json'])).toBe('CLIENT_REQUEST');
  // Nowhere to ask.
  const offline = { WEFT_RPC_URL: 'http://127.0.0.1:9' };
  await answer(['tx', 'sign', 'bob.json', '--account', 'bob'], '', offline);
  expect(await refusal(['tx', 'sign', 'bob.json', '--account', '2'])).toBe('CLIENT_REQUEST');
  const whole = await answer(
    ['tx', 'sign', 'bob.json', '--account', '1', '--out', 'whole.json'],
    '',
    offline,
  );
  expect(whole['missing']).toEqual([]);
  expect((await weft(['tx', 'show', 'whole.json'], '', offline)).out).toContain(
    `from ${bob['address']}, paid by`,
  );
  await answer(['tx', 'send', 'whole.json']);
  expect(await refusal(['tx', 'send', 'whole.json'])).toBe('CLIENT_RPC');
  expect(await readFile(join(home, 'bob.json'), 'utf8')).not.toContain('22'.repeat(32));
});

it('two of three sign, in turn or on copies; an account is handed to them', async () => {
  for (const [index, name] of ['cat', 'dan', 'eve'].entries())
    await answer(['keys', 'import', name, '--seed'], `${index + 3}${index + 3}`.repeat(32));
  const board = await answer(['keys', 'threshold', 'board', 'cat', 'dan', 'eve', '--threshold', '2']);
  await answer(['send', ...pay(board['address']!)]);
  const create = ['tx', 'create', ...pay(board['address']!, '3'), '--account', 'board'];
  await answer([...create, '--out', 'turn.json']);
  await answer(['tx', 'sign', 'turn.json', '--account', 'eve']);
  expect(await refusal(['tx', 'send', 'turn.json'])).toBe('CLIENT_REQUEST');
  await answer(['tx', 'sign', 'turn.json', '--account', 'cat']);
  await answer(['tx', 'send', 'turn.json']);

  await answer([...create, '--out', 'a.json']);
  await copyFile(join(home, 'a.json'), join(home, 'b.json'));
  await Promise.all([
    answer(['tx', 'sign', 'a.json', '--account', 'dan']),
    answer(['tx', 'sign', 'b.json', '--account', 'eve']),
  ]);
  await answer(['tx', 'merge', 'a.json', 'b.json', '--out', 'ab.json']);
  await answer(['tx', 'send', 'ab.json']);

  // An account of one key from now on signed for by the three.
  const fay = await answer(['keys', 'import', 'fay', '--seed'], '66'.repeat(32));
  await answer(['send', ...pay(fay['address']!)]);
  const keys = ['cat', 'dan', 'eve', '--threshold', '2', '--address', fay['address']!];
  await answer(['keys', 'threshold', 'fay-board', ...keys]);
  await answer(['keys', 'rotate', 'fay', '--to', 'fay-board']);
  expect(await refusal(['send', ...pay(fay['address']!, '1'), '--account', 'fay'])).toBe('CLIENT_RPC');
  await answer(['tx', 'create', ...pay(fay['address']!, '1'), '--account', 'fay-board', '--out', 'fay.json']);
  await answer(['tx', 'sign', 'fay.json', '--account', 'dan']);
  await answer(['tx', 'sign', 'fay.json', '--account', 'cat']);
  await answer(['tx', 'send', 'fay.json']);
});
