// A contract from upload to replay through a whole node: the sequential and the parallel executor make the same chain,
// receipts carry events, and a call that can only fail is refused before it costs a fee.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '@weft/runtime/base/assert';
import { concatBytes, toHex } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { replayChain } from '@weft/runtime/chain/replay';
import { isSealed } from '@weft/runtime/consensus/seal/seal';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { createNode, type WeftNode } from '@weft/runtime/node/create-node';
import { storePath } from '@weft/runtime/node/data-folder';
import { developmentGenesis } from '@weft/runtime/node/development';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import type { Address } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';
import type { Call } from '@weft/runtime/types/transaction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildScriptContract, OP, scriptArguments, scriptSelector } from '../fixtures/script-contract.js';

const ACCOUNTS = 8;
const seeds = Array.from({ length: ACCOUNTS }, (_, index) => new Uint8Array(32).fill(index + 1));
const genesis = developmentGenesis({ accounts: seeds.map(ed25519Address) });
const chain = genesisHash(genesis);
let folder: string;
let wasm: Uint8Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-contract-'));
  wasm = await buildScriptContract();
});
afterAll(() => rm(folder, { recursive: true }));

function system(method: keyof typeof SYSTEM_METHODS, args: Uint8Array): Call {
  return { contract: SYSTEM_ADDRESS, selector: SYSTEM_METHODS[method].selector, args, value: 0n };
}

/** Signs with the next sequence of each account. */
function createSigner(): (account: number, calls: readonly Call[], gasLimit?: number) => Uint8Array {
  const next = new Map<number, bigint>();
  return (account, calls, gasLimit = 5_000_000) => {
    const seed = seeds[account] ?? new Uint8Array(32);
    const sequence = next.get(account) ?? 0n;
    next.set(account, sequence + 1n);
    const nonce = { kind: 'lane', lane: 0, sequence } as const;
    const sender = ed25519Address(seed);
    const fees = { payer: undefined, gasLimit, gasPrice: 1n, expiry: 1000 };
    return signTransaction(
      { version: 1, genesisHash: chain, sender, nonce, ...fees, calls, extraAccess: [] },
      seed,
    );
  };
}

async function run(node: WeftNode, transaction: Uint8Array) {
  const id = await node.submit(transaction);
  await node.seal();
  const location = await node.query().transaction(id);
  expect(location?.receipt.status).toBe('OK');
  return location;
}

/** Deploys the script contract and runs blocks of it; the head's hash. */
async function journey(node: WeftNode): Promise<{ hash: string; contract: Address }> {
  const sign = createSigner();
  const upload = system('upload', new Writer().bytes(wasm).finish());
  const codeHash = (await run(node, sign(0, [upload], 50_000_000)))?.receipt.results[0] ?? new Uint8Array(32);
  const init = scriptArguments(new Uint8Array(0), {});
  const create = new Writer().fixed(codeHash, 32).fixed(new Uint8Array(32), 32).bytes(init).finish();
  const created = await run(node, sign(0, [system('create', create)], 50_000_000));
  const contract = (created?.receipt.results[0] ?? new Uint8Array(32)) as Address;
  expect(node.query().contract(contract)).toEqual({ codeHash, abi: undefined });

  const call = (script: Uint8Array, declared: Parameters<typeof scriptArguments>[1]): Call => {
    const selector = scriptSelector('run');
    return { contract, selector, args: scriptArguments(script, declared), value: 0n };
  };
  for (let round = 0; round < 3; round++) {
    for (let account = 0; account < ACCOUNTS; account++) {
      const hot = concatBytes(OP.add(0, 2n), OP.emit());
      await node.submit(sign(account, [call(hot, { adds: [{ key: 0, amount: 2n, bound: 1n << 62n }] })]));
      const own = concatBytes(OP.read(account), OP.write(account, round), OP.emit());
      await node.submit(sign(account, [call(own, { readsP: [account], writesP: [account] })]));
      await node.submit(sign(account, [call(OP.write(200, 1), {})]));
    }
    await node.seal();
  }
  // What left its access set waits for others a few blocks, with its lane behind it, and runs in the tail then.
  for (let turn = 0; turn < 30 && node.query().status().mempool.count > 0; turn++) await node.seal();
  const { height, hash, mempool } = node.query().status();
  expect(mempool.count).toBe(0);
  const blocks = await Promise.all(
    Array.from({ length: height }, (_, index) => node.query().block(index + 1)),
  );
  const phases = blocks.flatMap(({ receipts }) => receipts.map(({ phase }) => phase));
  expect(phases.filter((phase) => phase === 'tail')).toHaveLength(3 * ACCOUNTS);
  expect(phases.filter((phase) => phase === 'ordered').length).toBeGreaterThanOrEqual(6 * ACCOUNTS);
  const block = blocks.find(({ events }) => events.length > 0);
  assert(block !== undefined, 'the calls emit events');
  const emitting = block.receipts.find(({ eventCount }) => eventCount > 0);
  const located = await node.query().transaction(emitting?.transaction ?? new Uint8Array(32));
  expect(located?.events).toEqual(block.events.slice(emitting?.firstEvent, (emitting?.firstEvent ?? 0) + 1));
  return { hash: toHex(hash), contract };
}

function makeNode(name: string, executor: 'sequential' | 'parallel', workers = 1): WeftNode {
  const seal = { trigger: { kind: 'manual' }, timeOf: (height: number) => genesis.time + height } as const;
  return createNode({ genesis, executor, workers, seal, rpc: false, dataFolder: join(folder, name) });
}

describe('a contract through a whole node', () => {
  const hashes: string[] = [];
  it.each([
    ['sequential', 1],
    ['parallel', 1],
    ['parallel', 2],
  ] as const)('%s executor, %i workers: deploys, runs and replays', async (executor, workers) => {
    const name = `${executor}-${workers}`;
    const node = makeNode(name, executor, workers);
    await node.start();
    const { hash } = await journey(node);
    await node.stop();
    hashes.push(hash);
    expect(hash).toBe(hashes[0]);
    const store = await openLevelStore(storePath(join(folder, name)));
    const oracle = createSequentialExecutor();
    expect(toHex((await replayChain(store, oracle, { isSealed })).hash)).toBe(hash);
    await oracle.close();
    await store.close();
  });

  it('refuses an unknown method and wrong arguments of a known contract', async () => {
    const node = makeNode('refusals', 'sequential');
    await node.start();
    const { contract } = await journey(node);
    const seed = seeds[1] ?? new Uint8Array(32);
    const sequence = node.query().nextSequence(ed25519Address(seed), 0);
    const body = {
      version: 1,
      genesisHash: chain,
      sender: ed25519Address(seed),
      payer: undefined,
      nonce: { kind: 'lane', lane: 0, sequence },
      gasLimit: 5_000_000,
      gasPrice: 1n,
      expiry: 1000,
      extraAccess: [],
    } as const;
    const args = scriptArguments(new Uint8Array(0), {});
    const submit = (change: Partial<Call>) => {
      const call = { contract, selector: scriptSelector('run'), args, value: 0n, ...change };
      return node.submit(signTransaction({ ...body, calls: [call] }, seed));
    };
    await expect(submit({ selector: 1 })).rejects.toMatchObject({ code: 'ADMIT_METHOD' });
    await expect(submit({ selector: scriptSelector('init') })).rejects.toMatchObject({
      code: 'ADMIT_METHOD',
    });
    await expect(submit({ args: args.slice(1) })).rejects.toMatchObject({ code: 'ADMIT_ARGUMENTS' });
    expect(node.query().status().mempool.count).toBe(0);
    await submit({});
    await node.stop();
  });
});
