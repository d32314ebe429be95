// The whole command line as a developer uses it, against a real node: from `weft init` to a chain that is stopped, exported
// and started again. The steps build on each other.
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/source-tree.js';
import { type Ended, type RunningNode, spawnWeft, startWeftNode, weft } from '../support/weft-process.js';

let home: string;
let project: string;
let node: RunningNode | undefined;
let env: Record<string, string>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'weft-cli-'));
  project = join(home, 'counting');
  env = { WEFT_HOME: join(home, 'weft') };
});
afterAll(async () => {
  await node?.stop();
  await rm(home, { recursive: true });
});

/** In the project, on its chain. */
const run = (...args: string[]): Promise<Ended> => weft(args, { cwd: project, env });
/** The same, which must succeed; its JSON. */
async function json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
  const ended = await run(...args, '--json');
  expect(ended.code, `weft ${args.join(' ')}: ${ended.log}${ended.out}`).toBe(0);
  return JSON.parse(ended.out.trim().split('\n').at(-1) ?? 'null') as T;
}
const lineOf = async (file: string, text: string): Promise<number> => {
  const source = (await readFile(join(project, file), 'utf8')).split('\n');
  return source.findIndex((line) => line.includes(text)) + 1;
};
const startNode = async (): Promise<void> => {
  node = await startWeftNode(['--state', 'chain'], { cwd: project, env });
  env['WEFT_RPC_URL'] = node.url;
};

describe('the command line', { timeout: 300_000 }, () => {
  it('init, build, test', async () => {
    const made = await weft(['init', 'counting', '--template', 'empty', '--no-install'], { cwd: home, env });
    expect(made.code, made.log).toBe(0);
    await symlink(join(ROOT, 'node_modules'), join(project, 'node_modules'));
    expect(await json('build', 'contracts/counter')).toMatchObject({ name: 'Counter' });
    const tested = await run('test');
    expect(tested.code, tested.log).toBe(0);
  });

  it('node, deploy, send, call: with help from the ABI and a dry run', async () => {
    await startNode();
    expect(await json('deploy', 'contracts/counter')).toMatchObject({ name: 'counter' });
    expect((await run('send', 'counter', '--help')).out).toMatch(
      /^ {2}count --amount <u128> {2}Adds 1 to 1000\.$/m,
    );
    expect((await run('send', 'counter', 'count', '--help')).out).toContain('--amount  u128: a whole number');
    const dry = await json('send', 'counter', 'count', '--amount', '5', '--dry-run');
    expect(dry).toMatchObject({
      dryRun: true,
      access: [{ mode: 'add', key: 'Counter.total', declared: true }],
    });
    expect(await json('call', 'counter', 'totalCount')).toMatchObject({ result: '0' });
    const sent = await json('send', 'counter', 'count', '--amount', '5');
    expect(sent).toMatchObject({ phase: 'ordered', events: [{ name: 'Counted', fields: { amount: '5' } }] });
    expect(await json('call', 'counter', 'totalCount')).toMatchObject({ result: '5' });
    const traced = await run('trace', String(sent['transaction']));
    const line = await lineOf('contracts/counter/counter.ts', 'emit(new');
    expect(traced.out).toMatch(new RegExp(`event Counter\\.Counted .* at counter\\.ts:${line}$`, 'm'));
    expect(traced.out).toContain('Counter.total: 0 → 5');
    expect(await json('verify', 'counter', 'contracts/counter')).toMatchObject({ same: true });
  });

  it('a failing call names its line, before it is sent and after, here and in the terminal of the node', async () => {
    const line = await lineOf('contracts/counter/counter.ts', 'require(');
    const unsent = await run('send', 'counter', 'count', '--amount', '5000');
    expect([unsent.code, unsent.log]).toEqual([1, expect.stringContaining('CLIENT_SIMULATION_FAILED')]);
    expect(unsent.log).toContain(`counter.ts:${line}`);
    const sent = await run('send', 'counter', 'count', '--amount', '5000', '--no-preflight');
    expect([sent.code, sent.log]).toEqual([1, expect.stringContaining('CLIENT_FAILED')]);
    expect(sent.log).toContain(`counter.ts:${line}`);
    await expect.poll(() => node?.log(), { timeout: 20_000 }).toContain(`counter.ts:${line}`);
  });

  it('snapshot and revert: state, time and what was deployed since', async () => {
    const { id } = await json<{ id: string }>('dev', 'snapshot');
    await json('send', 'counter', 'count', '--amount', '7');
    await json('deploy', 'contracts/counter', '--as', 'second');
    expect(await json('call', 'counter', 'totalCount')).toMatchObject({ result: '12' });
    expect(await json('dev', 'revert', id)).toMatchObject({ forgotten: ['second'] });
    expect(await json('call', 'counter', 'totalCount')).toMatchObject({ result: '5' });
    const gone = await run('call', 'second', 'totalCount', '--json');
    expect(JSON.parse(gone.out)).toMatchObject({ error: { code: 'CLI_UNKNOWN_CONTRACT' } });
  });

  it('a plan is interrupted, goes on where it was, and does nothing a third time', async () => {
    await mkdir(join(project, 'contracts/gate'));
    await writeFile(join(project, 'contracts/gate/gate.ts'), GATE);
    await writeFile(join(project, 'weft.deploy.ts'), PLAN);
    expect(
      (await json<{ steps: { state: string }[] }>('deploy', '--dry-run')).steps.map(({ state }) => state),
    ).toEqual(['to do', 'to do', 'to do']);
    const interruptions = 2;
    for (let turn = 0; turn < interruptions; turn++) {
      await json('dev', 'mode', 'manual');
      const child = spawnWeft(['deploy'], { cwd: project, env });
      // It has written down and sent its next transaction, and waits for a block.
      await expect.poll(pending, { timeout: 60_000 }).toBe(1);
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      await json('dev', 'mine');
    }
    await json('dev', 'mode', 'instant');
    const { steps } = await json<{ steps: { step: string; state: string }[] }>('deploy');
    expect(steps.map(({ step }) => step)).toEqual(['first', 'gate', 'opening']);
    const events = await run('events', 'gate', '--event', 'Opened', '--json');
    expect(events.out.trim().split('\n')).toHaveLength(1);
    const again = await json<{ steps: { state: string }[] }>('deploy');
    expect(again.steps.map(({ state }) => state)).toEqual(['kept', 'kept', 'kept']);
    await writeFile(join(project, 'weft.deploy.ts'), PLAN.replace("'hello'", "'bye'"));
    const changed = await run('deploy', '--json');
    expect(JSON.parse(changed.out.trim())).toMatchObject({ error: { code: 'CLI_PLAN_CHANGED' } });
    // What changed is done anew, not taken for what was done before.
    const anew = await json<typeof again>('deploy', '--replace', 'gate', '--replace', 'opening');
    expect(anew.steps.map(({ state }) => state)).toEqual(['kept', 'done', 'done']);
    const opened = await run('events', 'gate', '--event', 'Opened', '--json');
    expect(JSON.parse(opened.out)).toMatchObject({ fields: { word: 'bye' } });
  });

  it('networks of weft.config.ts', async () => {
    const { WEFT_RPC_URL: url = '', ...rest } = env;
    await writeFile(
      join(project, 'weft.config.ts'),
      `import { defineConfig } from 'weft/config';
export default defineConfig({
  defaultNetwork: 'here',
  networks: { here: { url: '${url}', account: '1' }, other: { url: '${url}', genesisHash: '0x00' } },
});\n`,
    );
    const inConfig = (...args: string[]) => weft([...args, '--json'], { cwd: project, env: rest });
    const sent = await inConfig('send', 'counter', 'count', '--amount', '1');
    expect(sent.code, sent.log).toBe(0);
    expect(JSON.parse((await inConfig('call', 'counter', 'totalCount')).out)).toMatchObject({ result: '6' });
    const codes = [
      await inConfig('call', 'counter', 'totalCount', '-n', 'other'),
      await inConfig('call', 'counter', 'totalCount', '-n', 'nowhere'),
    ].map(({ out }) => (JSON.parse(out) as { error: { code: string } }).error.code);
    expect(codes).toEqual(['CLI_OTHER_CHAIN', 'CLI_UNKNOWN_NETWORK']);
  });

  it('impersonates anybody, and moves time', async () => {
    const { address } = await json<{ address: string }>('dev', 'balance', '7', '1000000000000');
    const sent = await json('send', 'counter', 'count', '--amount', '1', '--impersonate', address);
    expect(sent).toMatchObject({ phase: 'ordered' });
    const { time } = await json<{ time: number }>('dev', 'time', '+2h');
    expect((await json<{ time: number }>('dev', 'mine')).time).toBeGreaterThanOrEqual(time);
  });

  it('stops, exports its state, and goes on from it', async () => {
    const { height } = await json<{ height: number }>('dev', 'mine');
    expect(await node?.stop()).toBe(130);
    node = undefined;
    await json('snapshot', 'export', '--data', 'chain', '--out', 'exported');
    await access(join(project, 'exported/manifest'));
    expect(await json('replay', '--data', 'chain')).toMatchObject({ to: height, same: true });
    await startNode();
    expect(await json('call', 'counter', 'totalCount')).toMatchObject({ result: '7' });
    expect(await json('dev', 'mine')).toMatchObject({ height: height + 1 });
  });
});

async function pending(): Promise<number> {
  const response = await fetch(env['WEFT_RPC_URL'] ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"jsonrpc":"2.0","id":1,"method":"weft_status"}',
  });
  return ((await response.json()) as { result: { mempool: { count: number } } }).result.mempool.count;
}

const GATE = `// A gate that is opened once.
import { Address, emit, require, Value } from '@weft/sdk/assembly';

@event
class Opened {
  word: string;
}

@contract
export class Gate {
  word: Value<string>;
  counter: Value<Address>;
  open: Value<bool>;

  @init
  init(counter: Address, word: string): void {
    this.counter.set(counter);
    this.word.set(word);
  }

  @call
  unlock(): void {
    require(!this.open.get(), 'open already');
    this.open.set(true);
    emit(new Opened(this.word.get()));
  }
}
`;

const PLAN = `import { addressOf, definePlan } from 'weft/plan';
export default definePlan({
  contracts: {
    gate: { contract: 'contracts/gate', args: { counter: addressOf('first'), word: 'hello' } },
    first: { contract: 'contracts/counter' },
  },
  calls: { opening: { on: 'gate', method: 'unlock' } },
});
`;
