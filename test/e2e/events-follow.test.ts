// `weft events` against a real node: what is past by contract, name and indexed field; what comes while the node goes away
// and comes back; a reader that has had enough.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../support/source-tree.js';
import { type RunningNode, spawnWeft, startWeftNode, weft } from '../support/weft-process.js';

const LIMIT_MS = 120_000;
const COUNTER = `import { Accumulator, Address, caller, emit, u128 } from '@weft/sdk/assembly';

@event
class Counted {
  @indexed by: Address;
  amount: u128;
}

@contract
export class Counter {
  total: Accumulator;

  @call
  count(amount: u128): void {
    this.total.add(amount);
    emit(new Counted(caller(), amount));
  }
}
`;
let folder: string;
let env: Record<string, string>;
let node: RunningNode;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-follow-'));
  env = { WEFT_HOME: join(folder, 'home') };
  await mkdir(join(folder, 'counter'));
  await writeFile(join(folder, 'counter/counter.ts'), COUNTER);
  node = await startWeftNode(['--state', 'chain'], { cwd: folder, env });
  env['WEFT_RPC_URL'] = node.url;
  await run('deploy', 'counter');
}, LIMIT_MS);
afterAll(async () => {
  await node.stop();
  await rm(folder, { recursive: true });
});

async function run(...args: string[]): Promise<string> {
  const { code, out, log } = await weft(args, { cwd: folder, env });
  expect(code, `weft ${args.join(' ')}: ${log}${out}`).toBe(0);
  return out;
}
const count = (amount: number, account = '0') =>
  run('send', 'counter', 'count', '--amount', String(amount), '--account', account);
interface Line {
  readonly fields: { readonly by: string; readonly amount: string };
}
const lines = (out: string): Line[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
const amounts = (out: string): string[] => lines(out).map(({ fields }) => fields.amount);

/** A process's whole lines and remarks so far. */
function heard(child: ChildProcess) {
  const texts = { out: '', log: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    texts.out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    texts.log += chunk.toString();
  });
  return texts;
}

it('shows past events of a contract, a name, an indexed field, the newest so many', {
  timeout: LIMIT_MS,
}, async () => {
  for (const amount of [1, 2, 3]) await count(amount, amount === 2 ? '1' : '0');
  const found = async (...args: string[]) => amounts(await run('events', 'counter', ...args, '--json'));
  expect(await found()).toEqual(['1', '2', '3']);
  expect(await found('--limit', '2')).toEqual(['2', '3']);
  expect(await found('--from', '1', '--event', 'Counted')).toEqual(['1', '2', '3']);
  const [, second] = lines(await run('events', 'counter', '--json'));
  expect(await found('--event', 'Counted', '--where', `by=${second?.fields.by}`)).toEqual(['2']);
  const refused = await weft(['events', 'counter', '--event', 'Cuonted', '--json'], { cwd: folder, env });
  expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'CLI_UNKNOWN_EVENT' } });
});

it('follows over a node that goes away and comes back, each event once', { timeout: LIMIT_MS }, async () => {
  const child = spawnWeft(['events', 'counter', '--follow', '--from', '1', '--json'], { cwd: folder, env });
  const said = heard(child);
  await expect.poll(() => amounts(said.out), { timeout: 30_000 }).toEqual(['1', '2', '3']);
  await count(4);
  await expect.poll(() => amounts(said.out), { timeout: 30_000 }).toEqual(['1', '2', '3', '4']);
  const { port } = new URL(node.url);
  await node.stop();
  await expect.poll(() => said.log, { timeout: 30_000 }).toContain('the node is gone');
  node = await startWeftNode(['--state', 'chain', '--port', port], { cwd: folder, env });
  await count(5);
  await expect.poll(() => amounts(said.out), { timeout: 30_000 }).toEqual(['1', '2', '3', '4', '5']);
  expect(said.log).toContain('the node answers again');
  child.kill('SIGINT');
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(130);
});

it('ends without a word when nobody reads any more', { timeout: LIMIT_MS }, async () => {
  const bin = join(ROOT, 'cli/bin/weft.js');
  const pipe = `"${process.execPath}" "${bin}" events counter --follow --from 1 --json | head -n 1`;
  const child = spawn('sh', ['-c', pipe], { cwd: folder, env: { ...process.env, ...env } });
  const said = heard(child);
  const ended = new Promise((resolve) => child.once('close', resolve));
  await expect.poll(() => said.out, { timeout: 30_000 }).not.toBe('');
  await count(6);
  expect(await ended).toBe(0);
  expect([said.log, amounts(said.out)]).toEqual(['', ['1']]);
});
