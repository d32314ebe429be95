// What somebody asks a chain from the command line: balances, blocks, receipts, contracts, anything of the RPC; and how the
// command line answers what it cannot do.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningNode, startWeftNode, weft } from '../support/weft-process.js';

const LIMIT_MS = 120_000;
const CONTRACT = (name: string) => `import { Accumulator, emit, u128 } from '@weft/sdk/assembly';

@event
class Counted {
  amount: u128;
}

@contract
export class ${name} {
  total: Accumulator;

  @call
  count(amount: u128): void {
    this.total.add(amount);
    emit(new Counted(amount));
  }
}
`;
let folder: string;
let env: Record<string, string>;
let node: RunningNode;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-ask-'));
  env = { WEFT_HOME: join(folder, 'home') };
  for (const name of ['First', 'Second']) {
    await mkdir(join(folder, 'contracts', name.toLowerCase()), { recursive: true });
    await writeFile(join(folder, 'contracts', name.toLowerCase(), 'contract.ts'), CONTRACT(name));
  }
  node = await startWeftNode([], { cwd: folder, env });
  env['WEFT_RPC_URL'] = node.url;
}, LIMIT_MS);
afterAll(async () => {
  await node.stop();
  await rm(folder, { recursive: true });
});

const run = (...args: string[]) => weft(args, { cwd: folder, env });
async function json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
  const { code, out, log } = await run(...args, '--json');
  expect(code, `weft ${args.join(' ')}: ${log}${out}`).toBe(0);
  return JSON.parse(out) as T;
}
async function refused(code: number, ...args: string[]): Promise<string | undefined> {
  const ended = await run(...args, '--json');
  expect(ended.code, `weft ${args.join(' ')}`).toBe(code);
  return (JSON.parse(ended.out) as { error: { code: string } }).error.code;
}

describe('asking a chain', { timeout: LIMIT_MS }, () => {
  it('builds every contract of the folder where none is named', async () => {
    expect(await json<unknown[]>('build')).toMatchObject([{ name: 'First' }, { name: 'Second' }]);
  });

  it('balance, block, receipt, inspect, rpc', async () => {
    await json('deploy', 'contracts/first');
    const { transaction, height, paid } = await json(
      'send',
      'first',
      'count',
      '--amount',
      '5',
      '--account',
      '3',
    );
    const balance = 10n ** 24n - BigInt(String(paid));
    expect(await json('balance', '3')).toMatchObject({ balance: String(balance) });
    expect((await run('balance', '3')).out).toBe(`${balance}\n`);
    expect(await json('block', String(height))).toMatchObject({
      transactions: [transaction],
      transactionCount: 1,
    });
    expect((await run('block')).out).toContain(`${String(transaction)}  OK, gas`);
    expect(await json('receipt', String(transaction))).toMatchObject({
      height,
      status: 'OK',
      events: [{ name: 'Counted', fields: { amount: '5' } }],
    });
    const { upgradeAuthority, creator, abi } = await json('inspect', 'first', '--code', 'first.wasm');
    expect([upgradeAuthority, abi]).toMatchObject([creator, { name: 'First' }]);
    const built = await readFile(join(folder, 'contracts/first/artifacts/First.wasm'));
    expect(built.equals(await readFile(join(folder, 'first.wasm')))).toBe(true);
    expect((await run('inspect', 'first')).out).toContain(
      'call count(amount: u128)\n    add total up args.amount',
    );
    expect(await json('rpc', 'weft_getBlock', '{"height":0}')).toMatchObject({ header: { height: 0 } });
  });

  it('waits: a receipt of a pending transaction says so', async () => {
    await json('dev', 'mode', 'manual');
    const sending = run('send', 'first', 'count', '--amount', '1');
    const pool = () => json<{ count: number }>('rpc', 'weft_getMempool');
    await expect.poll(async () => (await pool()).count, { timeout: 30_000 }).toBe(1);
    const [pending] = await json<{ id: string }[]>(
      'rpc',
      'weft_getPendingOf',
      JSON.stringify({ address: (await json('balance', '0'))['address'] }),
    );
    expect(await json('receipt', String(pending?.id))).toMatchObject({ pending: true });
    await json('dev', 'mode', 'instant');
    await json('dev', 'mine');
    expect((await sending).code).toBe(0);
  });

  it('says what is wrong, by code and exit code', async () => {
    const nobody = `0x${'12'.repeat(32)}`;
    expect(await refused(1, 'receipt', nobody)).toBe('CLI_UNKNOWN_TRANSACTION');
    expect(await refused(2, 'receipt', '0x12')).toBe('CLI_USAGE');
    expect(await refused(1, 'block', '999')).toBe('CLIENT_RPC');
    expect(await refused(2, 'block', 'last')).toBe('CLI_USAGE');
    expect(await refused(1, 'inspect', 'third')).toBe('CLI_UNKNOWN_CONTRACT');
    expect(await refused(1, 'balance', 'nobody')).toBe('CLI_KEY_UNKNOWN');
    expect(await refused(2, 'rpc', 'weft_status', '[1]')).toBe('CLI_USAGE');
    expect(await refused(2, 'send', 'first', 'count', '--amount', '-1')).toBe('CLIENT_ARGUMENT');
    expect(await refused(2, 'send', 'first', 'recount')).toBe('CLI_UNKNOWN_METHOD');
    expect(await refused(2, 'nonsense')).toBe('CLI_USAGE');
    expect(await refused(1, 'call', 'first', 'count', '--rpc-url', 'http://127.0.0.1:1')).toBe(
      'CLIENT_TRANSPORT',
    );
  });
});
