// The chain under the grammar of its port: proposals, candidates, durable blocks, and what a failing disk leaves.

import { createChain } from '@weft/runtime/chain/apply';
import { createQuery } from '@weft/runtime/chain/query';
import { createMempool } from '@weft/runtime/mempool/pool';
import type { Store } from '@weft/runtime/ports/store';
import { createMemoryStore } from '@weft/runtime/store/memory/memory-store';
import { headerHash } from '@weft/runtime/types/header-codec';
import { balanceKey, expiringNonceKey } from '@weft/runtime/types/system';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { afterAll, describe, expect, it } from 'vitest';
import { countingExecutor, startChain } from '../support/test-chain.js';
import { addressOf, testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
const executor = countingExecutor();
afterAll(() => executor.close());
const BYTES = 1 << 20;

describe('chain', () => {
  it('links headers: parent, roots, hash', async () => {
    const { chain, block } = await startChain(genesis, executor);
    const start = chain.info();
    const first = await block([transfer(genesis)]);
    const second = await block([transfer(genesis, { sequence: 1n }), transfer(genesis, { from: 1 })]);
    expect(first.header.parent).toEqual(start.hash);
    expect(second.header).toMatchObject({ height: 2, parent: first.hash, genesisHash: start.genesisHash });
    expect(headerHash(second.header)).toEqual(second.hash);
    expect(second.receipts.map(({ status }) => status)).toEqual(['OK', 'OK']);
    expect(chain.info()).toMatchObject({ height: 2, hash: second.hash, time: genesis.time + 2 });
  });

  it('finalize is a candidate only: nothing shows before commit, and another one replaces it', async () => {
    const { chain, next } = await startChain(genesis, executor);
    const root = chain.opened?.state.root();
    const one = await chain.finalize(next(), [transfer(genesis)]);
    expect(chain.info().height).toBe(0);
    expect(chain.opened?.state.root()).toEqual(root);
    const other = await chain.finalize(next(), [transfer(genesis, { amount: 6n })]);
    expect(other.hash).not.toEqual(one.hash);
    const again = await chain.finalize(next(), [transfer(genesis)]);
    expect(again.hash).toEqual(one.hash);
    await chain.commit(new Uint8Array(0));
    expect(chain.info().hash).toEqual(one.hash);
    await expect(chain.commit(new Uint8Array(0))).rejects.toMatchObject({ code: 'CHAIN_NO_CANDIDATE' });
  });

  it('a proposal runs once: process and finalize take its outcome', async () => {
    const { chain, next } = await startChain(genesis, executor);
    const before = executor.blocks;
    const chosen = await chain.prepare(next(), [transfer(genesis)], BYTES);
    expect(await chain.process(next(), chosen)).toBeUndefined();
    await chain.finalize(next(), chosen);
    expect(executor.blocks - before).toBe(1);
    const later = { ...next(), time: genesis.time + 5 };
    expect(await chain.process(later, chosen)).toBeUndefined();
    expect(executor.blocks - before).toBe(2);
  });

  it('prepare passes over what Reserve refuses and keeps to bytes and gas', async () => {
    const small = testGenesis({ blockGasMax: 700_000 });
    const { chain, next } = await startChain(small, executor);
    const first = transfer(small);
    const pool = [
      new Uint8Array([1, 2, 3]),
      transfer(small, { sequence: 7n }),
      transfer(small, { signer: 2 }),
      first,
      transfer(small, { sequence: 1n }),
      transfer(small, { sequence: 2n }),
    ];
    const chosen = await chain.prepare(next(), pool, BYTES);
    expect(chosen).toEqual([pool[3], pool[4]]);
    expect(await chain.prepare(next(), pool, first.length)).toEqual([first]);
    expect(await chain.prepare(next(), pool, 0)).toEqual([]);
  });

  it('prepare shrinks a choice that a block limit refuses', async () => {
    const narrow = testGenesis({ blockKeysMax: 7 });
    const { chain, next } = await startChain(narrow, executor);
    const pool = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((sequence) => transfer(narrow, { sequence }));
    const chosen = await chain.prepare(next(), pool, BYTES);
    expect(chosen.length).toBeGreaterThanOrEqual(1);
    expect(chosen.length).toBeLessThan(8);
    expect(chosen).toEqual(pool.slice(0, chosen.length));
    expect(await chain.process(next(), chosen)).toBeUndefined();
    expect(await chain.process(next(), pool)).toBe('EXECUTE_INVALID_BLOCK');
  });

  it('prepare and process keep to bytes written, finalize runs what is decided', async () => {
    const narrow = testGenesis({ blockWriteBytesMax: 400 });
    const { chain, next } = await startChain(narrow, executor);
    const pool = [0n, 1n, 2n, 3n].map((sequence) => transfer(narrow, { sequence }));
    const chosen = await chain.prepare(next(), pool, BYTES);
    expect(chosen.length).toBeGreaterThan(0);
    expect(chosen.length).toBeLessThan(4);
    expect(await chain.process(next(), chosen)).toBeUndefined();
    expect(await chain.process(next(), pool)).toBe('EXECUTE_INVALID_BLOCK');
    const { receipts } = await chain.finalize(next(), pool);
    expect(receipts.map(({ status }) => status)).toEqual(['OK', 'OK', 'OK', 'OK']);
  });

  it('a flood on one key gets the share of one key of a block; others are served beside it, cheaper or not', async () => {
    const tail = 1_000_000;
    const narrow = testGenesis({ tailGasMax: tail, criticalGasMax: tail + 3 * 300_000 });
    const { chain, next } = await startChain(narrow, executor);
    const write = { kind: 'key', mode: 'write', key: balanceKey(addressOf(1)) } as const;
    const flood = Array.from({ length: 40 }, (_, index) =>
      transfer(narrow, { sequence: BigInt(index), gasPrice: 9n, extraAccess: [write] }),
    );
    const others = Array.from({ length: 20 }, (_, index) =>
      transfer(narrow, { from: 2, to: 3, sequence: BigInt(index), gasPrice: 1n }),
    );
    const chosen = await chain.prepare(next(), [...flood, ...others], BYTES);
    expect(chosen).toEqual([...flood.slice(0, 3), ...others]);
    expect(await chain.process(next(), chosen)).toBeUndefined();
    const waits = flood.map((bytes) => chain.waitOf(decodeTransaction(bytes)));
    expect(waits.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(waits.slice(3).every((wait) => wait?.reason === 'CRITICAL_PATH' && wait.height === 1)).toBe(true);
    await chain.finalize(next(), chosen);
    await chain.commit(new Uint8Array(0));
    // The next three; no gap in the lane.
    expect(await chain.prepare(next(), flood.slice(3), BYTES)).toEqual(flood.slice(3, 6));
  });

  it('what does not fit says why', async () => {
    const small = testGenesis({ blockGasMax: 600_000 });
    const { chain, next } = await startChain(small, executor);
    const pool = [0n, 1n, 2n, 3n].map((sequence) => transfer(small, { sequence }));
    const late = transfer(small, { from: 2, sequence: 5n });
    const reasons = () => [...pool, late].map((bytes) => chain.waitOf(decodeTransaction(bytes))?.reason);
    await chain.prepare(next(), [...pool, late], BYTES);
    expect(reasons()).toEqual([undefined, undefined, 'BLOCK_GAS', 'BLOCK_GAS', 'BLOCK_GAS']);
    await chain.prepare(next(), [...pool.slice(0, 1), late], BYTES);
    expect(reasons()).toEqual([undefined, undefined, undefined, undefined, 'RESERVE']);
    await chain.prepare(next(), pool, pool[0]!.length);
    expect(reasons()).toEqual([undefined, 'BLOCK_BYTES', 'BLOCK_BYTES', 'BLOCK_BYTES', undefined]);
  });

  it('of a pool of many blocks it looks at little more than fills one, and the rest knows why it waits', async () => {
    const small = testGenesis({ blockGasMax: 600_000 });
    const { chain, next } = await startChain(small, executor);
    const pool = Array.from({ length: 1_500 }, (_, index) => transfer(small, { sequence: BigInt(index) }));
    let looked = 0;
    const chosen = await chain.prepare(next(), counted(pool), BYTES);
    expect(chosen).toEqual(pool.slice(0, 2));
    expect(looked).toBeLessThan(1_100);
    const reasons = pool.map((bytes) => chain.waitOf(decodeTransaction(bytes))?.reason);
    expect(reasons.slice(0, 2)).toEqual([undefined, undefined]);
    expect(new Set(reasons.slice(2))).toEqual(new Set(['BLOCK_GAS']));
    expect(chain.waitOf(decodeTransaction(transfer(small, { from: 1, gasPrice: 9n })))).toBeUndefined();

    function* counted(list: readonly Uint8Array[]) {
      for (const bytes of list) {
        looked++;
        yield bytes;
      }
    }
  });

  it('looks further while those in front cannot go in', async () => {
    const tail = 1_000_000;
    const narrow = testGenesis({ tailGasMax: tail, criticalGasMax: tail + 300_000, blockGasMax: 3_000_000 });
    const { chain, next } = await startChain(narrow, executor);
    const write = { kind: 'key', mode: 'write', key: balanceKey(addressOf(1)) } as const;
    const flood = Array.from({ length: 1_500 }, (_, index) =>
      transfer(narrow, { sequence: BigInt(index), gasPrice: 9n, extraAccess: [write] }),
    );
    const other = transfer(narrow, { from: 2, to: 3 });
    expect(await chain.prepare(next(), [...flood, other], BYTES)).toEqual([flood[0], other]);
  });

  it('what no block can take even alone is stale', async () => {
    const none = testGenesis({ blockKeysMax: 1 });
    const { chain, next } = await startChain(none, executor);
    const bytes = transfer(none);
    const transaction = decodeTransaction(bytes);
    expect(chain.stale()(transaction)).toBe(false);
    expect(await chain.prepare(next(), [bytes], BYTES)).toEqual([]);
    expect(chain.stale()(transaction)).toBe(true);
  });

  it('process refuses by code and changes nothing; finalize gives receipts for the same block', async () => {
    const { chain, next } = await startChain(genesis, executor);
    const bad = transfer(genesis, { sequence: 3n });
    expect(await chain.process(next(), [bad])).toBe('EXECUTE_INVALID_BLOCK');
    expect(await chain.process({ ...next(), height: 5 }, [])).toBe('CHAIN_HEIGHT');
    expect(await chain.process({ ...next(), time: 0 }, [])).toBe('CHAIN_TIME');
    const balance = chain.opened?.state.read(balanceKey(addressOf(0)));
    const block = await chain.finalize(next(), [bad, new Uint8Array([1])]);
    await chain.commit(new Uint8Array(0));
    expect(block.receipts.map(({ status }) => status)).toEqual(['INVALID_NONCE', 'INVALID_FORM']);
    expect(chain.opened?.state.read(balanceKey(addressOf(0)))).toEqual(balance);
  });

  it('finalize refuses another height and a time before the parent', async () => {
    const { chain, next, block } = await startChain(genesis, executor);
    await block([]);
    await expect(chain.finalize({ ...next(), height: 3 }, [])).rejects.toMatchObject({
      code: 'CHAIN_HEIGHT',
    });
    await expect(chain.finalize({ ...next(), time: genesis.time }, [])).rejects.toMatchObject({
      code: 'CHAIN_TIME',
    });
  });

  it('removes an expiring nonce in the block it expires at, after a reopening too', async () => {
    const { chain, store, disk, block } = await startChain(genesis, executor);
    const nonce = { kind: 'expiring', bytes: new Uint8Array(32).fill(1), expiry: 3 } as const;
    const key = expiringNonceKey(addressOf(0), nonce.expiry, nonce.bytes);
    await block([transfer(genesis, { nonce })]);
    expect(chain.opened?.state.read(key)).toBeDefined();
    await block([]);
    await chain.close();
    await store.close();
    const reopened = await createChain({ store: createMemoryStore(disk), executor });
    expect(reopened.opened?.state.read(key)).toBeDefined();
    await reopened.finalize({ height: 3, time: genesis.time + 3, proposer: new Uint8Array(32) }, []);
    await reopened.commit(new Uint8Array(0));
    expect(reopened.opened?.state.read(key)).toBeUndefined();
  });

  it('goes on from a reopened store with the same state', async () => {
    const { chain, store, disk, block } = await startChain(genesis, executor);
    for (let sequence = 0n; sequence < 20n; sequence++) await block([transfer(genesis, { sequence })]);
    const info = chain.info();
    const root = chain.opened?.state.root();
    await store.close();
    const reopened = await createChain({ store: createMemoryStore(disk), executor });
    expect(reopened.info()).toEqual(info);
    expect(reopened.opened?.state.root()).toEqual(root);
  });

  it('a record that cannot be written leaves the chain where it was', async () => {
    let failing = true;
    const wrap = (store: Store): Store =>
      new Proxy(store, {
        get(target, name) {
          if (name === 'append' && failing) return () => Promise.reject(new RangeError('no space'));
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    const { chain, block } = await startChain(genesis, executor, wrap);
    const before = { ...chain.info(), root: chain.opened?.state.root() };
    await expect(block([transfer(genesis)])).rejects.toThrow('no space');
    expect({ ...chain.info(), root: chain.opened?.state.root() }).toEqual(before);
    failing = false;
    expect((await block([transfer(genesis)])).header.height).toBe(1);
  });

  it('an empty store waits for a genesis', async () => {
    const chain = await createChain({ store: createMemoryStore(), executor });
    expect(() => chain.info()).toThrow(expect.objectContaining({ code: 'CHAIN_NO_GENESIS' }));
    await chain.initChain(genesis);
    expect(chain.info().height).toBe(0);
    await expect(chain.initChain(testGenesis({}, 'another'))).rejects.toMatchObject({
      code: 'CHAIN_GENESIS',
    });
  });
});

describe('chain query', () => {
  it('answers balances, nonces, blocks and receipts of the newest height', async () => {
    const { chain, store, block } = await startChain(genesis, executor);
    const query = createQuery({ chain, store, mempool: createMempool() });
    const bytes = transfer(genesis);
    const { hash } = await block([bytes]);
    expect(query.balance(addressOf(1))).toBe(10n ** 12n + 5n);
    expect(query.nextSequence(addressOf(0), 0)).toBe(1n);
    expect(query.status()).toMatchObject({
      height: 1,
      hash,
      chainName: 'weft-test',
      mempool: { count: 0, bytes: 0 },
    });
    expect(await query.block(1)).toMatchObject({ hash, transactions: [bytes] });
    const { id } = decodeTransaction(bytes);
    expect(await query.transaction(id)).toMatchObject({
      height: 1,
      index: 0,
      receipt: { status: 'OK' },
      events: [],
    });
    expect(await query.transaction(new Uint8Array(32))).toBeUndefined();
    expect(query.contract(addressOf(1))).toBeUndefined();
    await expect(query.block(2)).rejects.toMatchObject({ code: 'QUERY_UNKNOWN_HEIGHT' });
  });

  it('answers the state path of the port and refuses others', async () => {
    const { chain } = await startChain(genesis, executor);
    const { value: stored } = await chain.query({ path: 'state', data: balanceKey(addressOf(0)) });
    expect(stored).toEqual(chain.opened?.state.read(balanceKey(addressOf(0))));
    const nothing = await chain.query({ path: 'state', data: balanceKey(addressOf(4)) });
    expect(nothing).toEqual({ height: 0, value: new Uint8Array(0), proof: [] });
    const data = balanceKey(addressOf(0));
    await expect(chain.query({ path: 'x', data })).rejects.toMatchObject({ code: 'QUERY_UNKNOWN_PATH' });
    await expect(chain.query({ path: 'state', data, height: 4 })).rejects.toMatchObject({
      code: 'QUERY_HEIGHT',
    });
  });

  it('refuses a call past its gas', async () => {
    const { chain, store } = await startChain(genesis, executor);
    const query = createQuery({
      chain,
      store,
      mempool: createMempool(),
      callGasMax: 10,
    });
    const request = {
      contract: addressOf(1),
      selector: 0,
      args: new Uint8Array(0),
      sender: addressOf(0),
      value: 0n,
    };
    await expect(query.call({ ...request, gasLimit: 11 })).rejects.toMatchObject({ code: 'QUERY_GAS' });
    expect((await query.call({ ...request, gasLimit: 10 })).status).not.toBe('OK');
  });
});
