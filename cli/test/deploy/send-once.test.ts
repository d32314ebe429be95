// A transaction of a plan over interruptions at every point, on a real chain: it happens once, and is never taken for another.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import { developmentGenesis } from '@weft/runtime/node/development';
import { NodeRefusal } from '@weft/sdk/client/errors';
import { createNodeClient, type NodeClient } from '@weft/sdk/client/node-client';
import { transferCall } from '@weft/sdk/client/system-abi';
import { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import { nodeTransport } from '@weft/sdk/testing/node-transport';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Journal, openJournal } from '../../dist/deploy/journal.js';
import { sendOnce } from '../../dist/deploy/send-once.js';

const [sender, receiver] = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 2);
const AMOUNT = 7n;
let node: WeftNode;
let client: NodeClient;
let folder: string;
let journals = 0;
let path: string;
let before: bigint;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-once-'));
  const genesis = developmentGenesis({ accounts: [sender!.address] });
  node = createNode({ genesis, rpc: false, executor: 'sequential' });
  await node.start();
  client = createNodeClient(nodeTransport(node));
});
afterAll(async () => {
  await node.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  path = join(folder, `${journals++}.jsonl`);
  before = await received();
});

const received = () => client.balance(receiver!.text);
const times = async () => Number(((await received()) - before) / AMOUNT);

async function send(over: Partial<NodeClient> = {}, fingerprint = 'a', anyway = false) {
  const journal: Journal = await openJournal(path);
  return sendOnce({
    node: { ...client, ...over },
    genesisHash: (await client.status()).genesisHash,
    account: sender!,
    journal,
    step: 'pay',
    part: 'call',
    fingerprint,
    anyway,
    call: transferCall(receiver!.address, AMOUNT),
    gasPrice: 1n,
  });
}
/** The process ends there. */
const crash = () => Promise.reject(new Error('crash'));

test.each([
  ['between the journal and the node', { sendTransaction: crash }, 0],
  ['after the node took it', { waitForReceipt: crash }, 1],
] as const)('interrupted %s, it is included once', async (_place, over, sentThen) => {
  await expect(send(over)).rejects.toThrow('crash');
  await expect.poll(times).toBe(sentThen);
  const located = await send();
  expect(located.receipt.status).toBe('OK');
  expect(await send()).toMatchObject({ receipt: { transaction: located.receipt.transaction } });
  expect(await times()).toBe(1);
});

test('what was begun for something else is not taken for this, nor sent beside it unasked', async () => {
  await expect(send({ sendTransaction: crash }, 'a')).rejects.toThrow('crash');
  await expect(send({}, 'b')).rejects.toMatchObject({ code: 'CLI_PLAN_CHANGED' });
  expect(await times()).toBe(0);
  const located = await send({}, 'b', true);
  expect(await times()).toBe(1);
  const journal = await openJournal(path);
  expect(journal.begun('pay', 'call', 'b')?.id).toBe(located.receipt.transaction);
});

test('after its expiry another takes its place, unless the node has forgotten blocks that may hold it', async () => {
  await expect(send({ sendTransaction: crash })).rejects.toThrow('crash');
  const { expiry } = (await openJournal(path)).begun('pay', 'call', 'a') ?? { expiry: 0 };
  while ((await client.status()).height < expiry) await node.seal();
  const pruned = () =>
    Promise.reject(
      new NodeRefusal({ code: 'STORE_PRUNED', message: 'pruned', context: {} }, 'weft_getHeads'),
    );
  await expect(send({ heads: pruned })).rejects.toMatchObject({ code: 'CLI_TRANSACTION_LOST' });
  expect(await times()).toBe(0);
  expect((await send()).receipt.status).toBe('OK');
  expect(await times()).toBe(1);
});
