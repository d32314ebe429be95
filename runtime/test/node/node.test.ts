// The composition root: start, restart, pause and the ways a configuration does not fit its folder.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { parseGenesis } from '@weft/runtime/chain/genesis-json';
import { createNode, type NodeConfig, type WeftNode } from '@weft/runtime/node/create-node';
import { storePath } from '@weft/runtime/node/data-folder';
import { DEVELOPMENT_VALIDATOR_SEED } from '@weft/runtime/node/development';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addressOf, testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
let dataFolder: string;
let nodes: WeftNode[];

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'weft-node-'));
  nodes = [];
});
afterEach(async () => {
  for (const node of nodes) await node.stop();
  await rm(dataFolder, { recursive: true });
});

async function start(change: Partial<NodeConfig> = {}): Promise<WeftNode> {
  const node = createNode({
    dataFolder,
    genesis,
    executor: 'sequential',
    seal: { trigger: { kind: 'manual' }, timeOf: (height) => genesis.time + height },
    rpc: false,
    ...change,
  });
  nodes.push(node);
  await node.start();
  return node;
}

describe('node', () => {
  it('stops, starts again and continues at the same root', async () => {
    const first = await start();
    for (let sequence = 0n; sequence < 5n; sequence++) {
      await first.submit(transfer(genesis, { sequence }));
      await first.seal();
    }
    const { stateRoot, hash } = first.query().status();
    await first.stop();
    const { genesis: _, ...rest } = { genesis, executor: 'sequential' as const };
    const second = await start(rest);
    expect(second.query().status()).toMatchObject({ height: 5, stateRoot, hash });
    await second.submit(transfer(genesis, { sequence: 5n }));
    expect(await second.seal()).toBe(6);
    expect(second.query().balance(addressOf(1))).toBe(10n ** 12n + 30n);
  });

  it('finds the transactions of an account after a restart, with the index and without one', async () => {
    const range = { limit: 10, newestFirst: true };
    const heights = async (node: WeftNode, account: number) => {
      const { items } = await node.query().accountHistory(addressOf(account), range);
      return items.map(({ height, roles }) => `${height} ${roles.join()}`);
    };
    const first = await start();
    await first.submit(transfer(genesis));
    await first.submit(transfer(genesis, { sequence: 1n, payerIndex: 2 }));
    await first.seal();
    await first.submit(transfer(genesis, { from: 1, to: 0 }));
    await first.seal(2);
    const expected = ['1 sender', '1 sender,payer'];
    expect(await heights(first, 0)).toEqual(expected);
    await first.stop();
    const second = await start();
    expect(await heights(second, 0)).toEqual(expected);
    expect(await heights(second, 1)).toEqual(['2 sender,payer']);
    expect(await heights(second, 2)).toEqual(['1 payer']);
    await second.stop();
    const third = await start({ history: false });
    expect(await heights(third, 0)).toEqual(expected);
    expect(await readdir(join(dataFolder, 'history'))).toContain('CURRENT');
  });

  it('keeps what is pending over a restart, and drops what no longer holds', async () => {
    const first = await start();
    await first.submit(transfer(genesis));
    await first.submit(transfer(genesis, { sequence: 1n }));
    await first.stop();
    const journal = join(dataFolder, 'mempool.journal');
    const kept = await readFile(journal);
    const second = await start();
    expect(second.query().status().mempool.count).toBe(2);
    await second.seal();
    await second.stop();
    // As after a crash between the block and the journal's next writing.
    await writeFile(journal, kept);
    const third = await start();
    expect(third.query().status().mempool.count).toBe(0);
    expect(third.query().balance(addressOf(1))).toBe(10n ** 12n + 10n);
  });

  it('starts with a damaged journal and says what it could not read', async () => {
    const first = await start();
    await first.submit(transfer(genesis));
    await first.stop();
    const journal = join(dataFolder, 'mempool.journal');
    await writeFile(journal, (await readFile(journal)).subarray(0, -3));
    const faults: string[] = [];
    const second = await start({
      onFault: (error, place) => faults.push(`${place} ${(error as { code: string }).code}`),
    });
    expect(faults).toEqual(['mempool MEMPOOL_JOURNAL']);
    expect(second.query().status().mempool.count).toBe(0);
  });

  it('gives the same hashes for the same blocks in any folder', async () => {
    const hashes: string[] = [];
    for (const folder of ['a', 'b']) {
      const node = await start({ dataFolder: join(dataFolder, folder) });
      await node.submit(transfer(genesis));
      await node.seal(3);
      hashes.push(toHex(node.query().status().hash));
    }
    expect(hashes[0]).toBe(hashes[1]);
  });

  it('a pause lets another process open the store and keeps the pool', async () => {
    const node = await start();
    await node.submit(transfer(genesis));
    await node.seal();
    await expect(openLevelStore(storePath(dataFolder))).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await node.submit(transfer(genesis, { sequence: 1n }));
    await node.pause();
    expect(() => node.query()).toThrow(expect.objectContaining({ code: 'NODE_PAUSED' }));
    const store = await openLevelStore(storePath(dataFolder));
    expect(await store.head()).toBe(1);
    await store.close();
    await node.reopen();
    expect(node.query().status()).toMatchObject({ height: 1, mempool: { count: 1 } });
    expect(await node.seal()).toBe(2);
    expect(node.query().nextSequence(addressOf(0), 0)).toBe(2n);
  });

  it('instant: a submitted transaction is in a block soon, and pending ones after a reopening too', async () => {
    const blocks: number[] = [];
    let wake = () => {};
    const node = await start({
      seal: { trigger: { kind: 'instant' } },
      onBlock: ({ header }) => {
        blocks.push(header.height);
        wake();
      },
    });
    const block = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await node.submit(transfer(genesis));
    await block;
    expect(blocks).toEqual([1]);
    expect(node.query().nextSequence(addressOf(0), 0)).toBe(1n);
  });

  it('hands on how each block ran', async () => {
    const workers: number[] = [];
    const node = await start({ onBlock: (_block, { stats }) => workers.push(stats.workers) });
    await node.seal(2);
    expect(workers).toEqual([1, 1]);
  });

  it('writes a genesis people can read', async () => {
    await start();
    expect(parseGenesis(await readFile(join(dataFolder, 'genesis.json'), 'utf8'))).toEqual(genesis);
  });

  it('refuses a folder of another genesis, an empty one without any, and a key that is no validator', async () => {
    await (await start()).stop();
    await expect(start({ genesis: testGenesis({}, 'weft-other') })).rejects.toMatchObject({
      code: 'NODE_GENESIS_MISMATCH',
    });
    const empty = createNode({ dataFolder: join(dataFolder, 'empty'), executor: 'sequential', rpc: false });
    await expect(empty.start()).rejects.toMatchObject({ code: 'NODE_NO_GENESIS' });
    await expect(start({ validatorSeed: new Uint8Array(32) })).rejects.toMatchObject({
      code: 'NODE_NOT_VALIDATOR',
    });
  });

  it('reads the validator key of the folder and never repeats a broken one', async () => {
    await writeFile(join(dataFolder, 'validator.key'), `${toHex(DEVELOPMENT_VALIDATOR_SEED)}\n`);
    await (await start()).stop();
    const secret = toHex(sha256(new Uint8Array(1))).slice(1);
    await writeFile(join(dataFolder, 'validator.key'), secret);
    const refusal: unknown = await start().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'NODE_VALIDATOR_KEY' });
    expect(JSON.stringify(refusal)).not.toContain(secret.slice(0, 16));
  });

  it('needs a key where the chain is no development chain', async () => {
    await expect(start({ genesis: { ...genesis, dev: false } })).rejects.toMatchObject({
      code: 'NODE_VALIDATOR_KEY',
    });
  });

  it('keeps to its life: start, pause, reopen, stop', async () => {
    const node = await start();
    await expect(node.start()).rejects.toMatchObject({ code: 'NODE_STATE' });
    await expect(node.reopen()).rejects.toMatchObject({ code: 'NODE_STATE' });
    await node.stop();
    await node.stop();
    expect(() => node.query()).toThrow(expect.objectContaining({ code: 'NODE_STOPPED' }));
  });

  it('a stop asked for in mid-pause or mid-opening waits for it and ends everything', async () => {
    const node = await start();
    await node.seal(3);
    await Promise.all([node.pause(), node.reopen(), node.stop()]);
    expect(node.state).toBe('stopped');
    const store = await openLevelStore(storePath(dataFolder));
    expect(await store.head()).toBe(3);
    await store.close();
  });

  it('two nodes do not share a folder', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  });
});
