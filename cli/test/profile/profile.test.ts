// `weft profile` and `weft explain` as processes: on the demo the report is the golden one, over a node and over a data
// folder it is the same, and a broken budget fails.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLedgerFiles } from '@weft/contracts/trace-ledger/client/read-documents';
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import { developmentGenesis } from '@weft/runtime/node/development';
import { asHash32 } from '@weft/runtime/types/address';
import type { ExplainRecord } from '@weft/runtime/types/explain-record';
import { createNodeClient, fromNodeHex } from '@weft/sdk/client/node-client';
import type { Profile } from '@weft/sdk/client/profile/profile';
import { transferCall } from '@weft/sdk/client/system-abi';
import { buildTransaction } from '@weft/sdk/client/transaction';
import { httpTransport } from '@weft/sdk/client/transport';
import { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const WEFT = fileURLToPath(new URL('../../bin/weft.js', import.meta.url));
const GOLDEN = new URL('./demo.golden.txt', import.meta.url);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'weft-profile-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly log: string;
}

function weft(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [WEFT, ...args]);
  let out = '';
  let log = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (log += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, log })));
}

/** How many of the demo's events are about each good, container or lot. */
async function eventsByGood(): Promise<Map<string, number>> {
  const samples = path.join(
    path.dirname(fileURLToPath(import.meta.resolve('@weft/contracts/package.json'))),
    'trace-ledger/samples',
  );
  const files = (await readdir(samples)).map((name) => path.join(samples, name));
  const counts = new Map<string, number>();
  for (const { args } of await readLedgerFiles(files)) {
    const of = (field: string) => args.event[field] as readonly (string | { readonly epc: string })[];
    const about = ['goods', 'parents', 'inputs', 'outputs'].flatMap(of);
    for (const good of new Set(about.map((one) => (typeof one === 'string' ? one : one.epc))))
      counts.set(good, (counts.get(good) ?? 0) + 1);
  }
  return counts;
}

describe('weft profile', () => {
  test('on the demo: the golden report, and a trace of its workers', async () => {
    const trace = path.join(folder, 'trace.json');
    const sizes = ['--transfers', '400', '--accounts', '50', '--block-size', '200'];
    const { code, out } = await weft('profile', '--demo', ...sizes, '--trace', trace, '--workers', '4');
    expect(out).toBe(await readFile(GOLDEN, 'utf8'));
    expect(code).toBe(0);
    // What it says is true: nothing is in more of the documents' events than the goods it names, and each waits for all
    // before it. Payments wait for nobody.
    const events = await eventsByGood();
    const most = Math.max(...events.values());
    const named = [...out.matchAll(/([\d.]+)M gas {2}TraceLedger\.heads\[(.+)\]$/gm)];
    expect(named).toHaveLength(3);
    for (const [, cost, good = ''] of named) {
      expect(events.get(good), good).toBe(most);
      expect(Number(cost)).toBe((most - 1) * 3);
    }
    expect(out).not.toContain('Token.');
    const { traceEvents } = JSON.parse(await readFile(trace, 'utf8')) as {
      traceEvents: { ph: string; name: string }[];
    };
    const spans = traceEvents.filter(({ ph }) => ph === 'X').map(({ name }) => name);
    expect(spans.filter((name) => name.startsWith('Token.transfer #'))).toHaveLength(400);
    expect(spans.filter((name) => name.startsWith('block '))).toHaveLength(3);
  });
});

describe('over a chain of payments', () => {
  const accounts = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 4);
  const genesis = developmentGenesis({
    accounts: accounts.map(({ address }) => address),
    balance: 10n ** 9n,
  });
  let node: WeftNode;
  let last: string;

  beforeAll(async () => {
    node = createNode({
      dataFolder: path.join(folder, 'chain'),
      genesis,
      workers: 2,
      seal: { trigger: { kind: 'manual' }, timeOf: (height) => genesis.time + height },
      rpc: { port: 0 },
    });
    await node.start();
    const client = createNodeClient(httpTransport(node.url as string));
    const { genesisHash } = await client.status();
    const options = {
      genesisHash: asHash32(fromNodeHex(genesisHash)),
      gasLimit: 300_000,
      gasPrice: 1n,
      expiry: 1000,
    };
    // Each pays more than half of what it has, twice: the second may leave the balance below 0.
    const payments = [0n, 1n].flatMap((sequence) =>
      accounts.map((account, index) =>
        buildTransaction(
          account,
          [transferCall(accounts[(index + 1) % 4]?.address as Uint8Array, 6n * 10n ** 8n)],
          {
            ...options,
            nonce: { kind: 'lane', lane: 0, sequence },
          },
        ),
      ),
    );
    const answers = await client.sendTransactions(payments);
    last = (answers.at(-1) as { id: string }).id;
    await client.seal(2);
  });
  afterAll(() => node.stop());

  test('a node and its data folder give the same report', async () => {
    const url = node.url as string;
    const online = JSON.parse((await weft('profile', '--rpc-url', url, '--json')).out) as Profile;
    expect(online).toMatchObject({
      from: 1,
      to: 2,
      transactions: 8,
      hot: [{ name: 'native balance', transactions: 4 }],
    });
    const told = await weft('explain', last, '--rpc-url', url);
    expect(told.out).toContain('WAIT_ADD_BOUNDS');
    const block = JSON.parse(
      (await weft('explain', '--height', '1', '--rpc-url', url, '--json')).out,
    ) as ExplainRecord;
    expect(block.transactions).toHaveLength(8);
    await node.pause();
    const data = path.join(folder, 'chain');
    const offline = JSON.parse((await weft('profile', '--data', data, '--json')).out) as Profile;
    expect(offline).toEqual(online);
    expect((await weft('explain', last, '--data', data, '--height', '1')).out).toBe(told.out);
    const trace = path.join(folder, 'measured.json');
    const measured = ['--clock', 'measured', '--workers', '2', '--trace', trace];
    expect(JSON.parse((await weft('profile', '--data', data, '--json', ...measured)).out)).toEqual(online);
    const { traceEvents } = JSON.parse(await readFile(trace, 'utf8')) as {
      traceEvents: { ph: string; name: string; tid: number }[];
    };
    const runs = traceEvents.filter(({ ph, name }) => ph === 'X' && name.startsWith('System.transfer #'));
    expect(runs).toHaveLength(8);
    expect(runs.every(({ tid }) => tid === 1 || tid === 2)).toBe(true);
    await node.reopen();
  });

  test('a broken budget fails with its code beside the figures, a kept one does not', async () => {
    const url = node.url as string;
    const broken = await weft('profile', '--rpc-url', url, '--json', '--budget', '1.7');
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.out)).toMatchObject({ parallelism: 1.6, error: { code: 'CLI_PROFILE_BUDGET' } });
    expect((await weft('profile', '--rpc-url', url, '--budget', '1.6')).code).toBe(0);
    const unknown = await weft('explain', `0x${'00'.repeat(32)}`, '--rpc-url', url, '--json');
    expect(JSON.parse(unknown.out)).toMatchObject({ error: { code: 'CLI_UNKNOWN_TRANSACTION' } });
    expect((await weft('profile', '--budget', 'much')).code).toBe(2);
  });
});
