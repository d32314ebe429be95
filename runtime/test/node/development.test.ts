// A development chain: every change is a block that replays to the same roots, everything can be taken back, and no other
// chain has any of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { replayChain } from '@weft/runtime/chain/replay';
import { isSealed } from '@weft/runtime/consensus/seal/seal';
import { createNode, type NodeConfig, type WeftNode } from '@weft/runtime/node/create-node';
import { storePath } from '@weft/runtime/node/data-folder';
import { DEVELOPMENT_VALIDATOR_SEED } from '@weft/runtime/node/development';
import { createExecutor } from '@weft/runtime/node/executors';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import { createDispatcher } from '@weft/runtime/rpc/dispatch';
import { createMethods, createTable } from '@weft/runtime/rpc/methods';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import type { Genesis } from '@weft/runtime/types/genesis';
import { encodeValues } from '@weft/runtime/types/layout-value';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';
import { decodeTransaction, encodeTransaction } from '@weft/runtime/types/transaction-codec';
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plainTransaction } from '../support/plain-transaction.js';
import { createRandom } from '../support/random.js';
import { propertySeed } from '../support/seed.js';
import { startChain } from '../support/test-chain.js';
import { addressOf, testGenesis, transfer, transferCall } from '../support/transfers.js';

const genesis = testGenesis();
let executor: BlockExecutor;
let dataFolder: string;
let nodes: WeftNode[];
/** The machine's clock, by hand. */
let now: number;

beforeAll(async () => {
  executor = await createExecutor({ executor: 'sequential' });
});
afterAll(() => executor.close());
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'weft-development-'));
  nodes = [];
  now = genesis.time + 1_000;
});
afterEach(async () => {
  for (const node of nodes) await node.stop();
  await rm(dataFolder, { recursive: true });
});

function configured(change: Partial<NodeConfig>): NodeConfig {
  return {
    dataFolder,
    genesis,
    executor: 'sequential',
    seal: { trigger: { kind: 'manual' } },
    clock: {
      now: () => now,
      after: (_ms, run) => {
        const handle = setImmediate(run);
        return () => clearImmediate(handle);
      },
    },
    rpc: false,
    ...change,
  };
}

async function start(change: Partial<NodeConfig> = {}): Promise<WeftNode> {
  const node = createNode(configured(change));
  nodes.push(node);
  await node.start();
  return node;
}

/** Runs the recorded chain again under the oracle; the state root it reaches. The node goes on after. */
async function replayed(node: WeftNode): Promise<string> {
  await node.pause();
  const store = await openLevelStore(storePath(dataFolder));
  const { stateRoot, hash } = await replayChain(store, executor, { isSealed });
  await store.close();
  await node.reopen();
  expect(toHex(node.query().status().hash)).toBe(toHex(hash));
  return toHex(stateRoot);
}

const rootOf = (node: WeftNode): string => toHex(node.query().status().stateRoot);

describe('each change is in a block, and replays to the same root', () => {
  const expectReplay = async (node: WeftNode) => expect(await replayed(node)).toBe(rootOf(node));

  it('setBalance', async () => {
    const node = await start();
    expect(await node.development().setBalance(addressOf(4), 77n)).toEqual({ height: 1, time: now });
    expect(node.query().balance(addressOf(4))).toBe(77n);
    await node.development().setBalance(addressOf(0), 0n);
    expect(node.query().balance(addressOf(0))).toBe(0n);
    await expectReplay(node);
  });

  it('mint', async () => {
    const node = await start();
    await node.development().mint(addressOf(4), 5n);
    await node.development().mint(addressOf(4), 6n);
    expect(node.query().balance(addressOf(4))).toBe(11n);
    await expectReplay(node);
  });

  it('setTime and increaseTime: blocks go on from there', async () => {
    const node = await start();
    const at = genesis.time + 86_400_000;
    expect(await node.development().setTime(at)).toEqual({ height: 1, time: at });
    now += 250;
    expect(await node.development().seal(1)).toEqual({ height: 2, time: at + 250 });
    expect(await node.development().increaseTime(5_000, false)).toEqual({ height: 2, time: at + 250 });
    now += 10;
    expect(await node.development().seal(1)).toEqual({ height: 3, time: at + 5_250 });
    expect(await node.development().seal(1)).toEqual({ height: 4, time: at + 5_260 });
    await expect(node.development().setTime(at)).rejects.toMatchObject({ code: 'NODE_DEV_TIME' });
    await expectReplay(node);
    now += 1_000;
    expect(await node.development().seal(1)).toEqual({ height: 5, time: at + 5_260 + 1_000 });
  });

  it('send: a transaction in the name of anybody, paid by somebody else', async () => {
    const node = await start();
    const calls = [transferCall(addressOf(4), 9n)];
    const id = await node.development().send({ sender: addressOf(2), payer: addressOf(3), calls });
    await node.seal();
    expect((await node.query().transaction(id))?.receipt).toMatchObject({ status: 'OK' });
    expect(node.query().balance(addressOf(4))).toBe(9n);
    expect(node.query().balance(addressOf(2))).toBe(10n ** 12n - 9n);
    await expectReplay(node);
  });

  it('a change past its bound is refused with its code, and the chain goes on', async () => {
    const node = await start();
    const refused = { code: 'NODE_DEV_REFUSED', context: { got: 'BAD_ARGUMENTS' } };
    await expect(node.development().setBalance(addressOf(4), 2n ** 100n + 1n)).rejects.toMatchObject(refused);
    await node.development().setBalance(addressOf(4), 2n ** 100n);
    await expect(node.development().mint(addressOf(4), 1n)).rejects.toMatchObject(refused);
    await expectReplay(node);
  });
});

describe('going back', () => {
  it('brings back state, blocks, clock and what was pending', async () => {
    const node = await start();
    await node.submit(transfer(genesis));
    const snapshot = await node.development().snapshot();
    const before = { root: rootOf(node), balance: node.query().balance(addressOf(1)) };
    await node.development().increaseTime(1_000_000);
    await node.submit(transfer(genesis, { from: 2, to: 1 }));
    await node.seal();
    expect(node.query().balance(addressOf(1))).not.toBe(before.balance);
    expect(await node.development().revert(snapshot.id)).toEqual({ height: 0, time: genesis.time });
    expect(rootOf(node)).toBe(before.root);
    expect(node.query().status()).toMatchObject({ height: 0, mempool: { count: 1 } });
    expect(await node.development().seal(1)).toEqual({ height: 1, time: now });
    expect(node.query().balance(addressOf(1))).toBe(before.balance + 5n);
    expect(await replayed(node)).toBe(rootOf(node));
  });

  it('to a snapshot again and again; later ones are gone, an unknown one is refused', async () => {
    const node = await start();
    const first = await node.development().snapshot();
    await node.seal();
    const second = await node.development().snapshot();
    for (let turn = 0; turn < 3; turn++) {
      await node.development().mint(addressOf(4), 1n);
      expect((await node.development().revert(second.id)).height).toBe(1);
      expect(node.query().balance(addressOf(4))).toBe(0n);
    }
    await node.development().revert(first.id);
    await expect(node.development().revert(second.id)).rejects.toMatchObject({ code: 'NODE_DEV_SNAPSHOT' });
    expect((await node.development().revert(first.id)).height).toBe(0);
  });

  it('reset: as in the beginning', async () => {
    const reverted: number[] = [];
    const node = await start({ onRevert: (height) => reverted.push(height) });
    const root = rootOf(node);
    await node.development().increaseTime(1_000_000);
    await node.submit(transfer(genesis));
    expect(await node.development().reset()).toEqual({ height: 0, time: genesis.time });
    expect([rootOf(node), node.query().status().mempool.count]).toEqual([root, 0]);
    expect(await node.development().seal(1)).toEqual({ height: 1, time: now });
    expect(reverted).toEqual([0]);
    expect(await replayed(node)).toBe(rootOf(node));
  });

  it('past pruned blocks is refused, and nothing is lost', async () => {
    // In memory, where pruning is exact; files keep some more.
    const { dataFolder: _, ...inMemory } = configured({ keepBlocks: 2 });
    const node = createNode(inMemory);
    nodes.push(node);
    await node.start();
    await node.seal(63);
    // A stop writes the state behind, which blocks have to be kept for until then.
    await node.pause();
    await node.reopen();
    await node.seal();
    await expect(node.development().reset()).rejects.toMatchObject({ code: 'NODE_DEV_PRUNED' });
    expect(await node.seal()).toBe(65);
  });

  it('a random history ends where its replay ends, and every way back leads to what was there', async () => {
    const random = createRandom(propertySeed('development history'));
    const node = await start();
    const development = node.development();
    const kept: { readonly id: string; readonly seen: unknown }[] = [];
    const seen = () => {
      const { height, time, hash, stateRoot, mempool } = node.query().status();
      return { height, time, hash: toHex(hash), stateRoot: toHex(stateRoot), pending: mempool.count };
    };
    const send = (from: number): Promise<unknown> => {
      const { pendingOf, nextSequence } = node.query();
      const sequence = nextSequence(addressOf(from), 0) + BigInt(pendingOf(addressOf(from)).length);
      return node.submit(transfer(genesis, { from, to: 4, sequence }));
    };
    const steps: readonly (() => Promise<unknown>)[] = [
      () => development.setBalance(addressOf(4), BigInt(random.below(1 << 30))),
      () => development.mint(addressOf(random.below(5)), BigInt(random.below(1 << 30))),
      () => development.increaseTime(random.below(100_000), random.below(2) === 0),
      () => development.seal(1 + random.below(3)),
      () => send(random.below(2)),
      () => development.send({ sender: addressOf(3), calls: [transferCall(addressOf(4), 1n)] }),
      async () => kept.push({ id: (await development.snapshot()).id, seen: seen() }),
      async () => {
        const index = random.below(kept.length + 1);
        const to = kept[index];
        if (to === undefined) return;
        await development.revert(to.id);
        kept.length = index + 1;
        expect(seen()).toEqual(to.seen);
      },
    ];
    for (let step = 0; step < 120; step++) {
      now += random.below(1_000);
      await steps[random.below(steps.length)]?.();
    }
    await development.seal(1);
    expect(await replayed(node)).toBe(rootOf(node));
  });
});

describe('block modes', () => {
  const settled = async (node: WeftNode, height: number): Promise<void> => {
    while (node.query().status().height < height) await new Promise((resolve) => setImmediate(resolve));
  };

  it('change while the chain runs', async () => {
    const timers: { ms: number; run: () => void }[] = [];
    const clock = {
      now: () => now,
      after: (ms: number, run: () => void) => {
        if (ms === 0) setImmediate(run);
        else timers.push({ ms, run });
        return () => void timers.splice(0);
      },
    };
    const node = await start({ clock });
    const development = node.development();
    await node.submit(transfer(genesis));
    development.setMode({ kind: 'instant' });
    await settled(node, 1);
    await node.submit(transfer(genesis, { sequence: 1n }));
    await settled(node, 2);
    development.setMode({ kind: 'interval', everyMs: 500 });
    await node.submit(transfer(genesis, { sequence: 2n }));
    expect(node.query().status().height).toBe(2);
    expect(timers.map(({ ms }) => ms)).toEqual([500]);
    timers.shift()?.run();
    await settled(node, 3);
    development.setMode({ kind: 'mixed', everyMs: 700 });
    await node.submit(transfer(genesis, { sequence: 3n }));
    await settled(node, 4);
    expect(timers.map(({ ms }) => ms)).toEqual([700]);
    timers.shift()?.run();
    await settled(node, 5);
    development.setMode({ kind: 'manual' });
    expect(timers).toEqual([]);
    await node.submit(transfer(genesis, { sequence: 4n }));
    expect(node.query().status()).toMatchObject({ height: 5, mempool: { count: 1 } });
    expect(development.mode).toEqual({ kind: 'manual' });
    expect(() => development.setMode({ kind: 'mixed', everyMs: 0 })).toThrow(
      expect.objectContaining({ code: 'SEAL_INTERVAL' }),
    );
  });

  it('drop takes pending transactions out', async () => {
    const node = await start();
    const id = await node.submit(transfer(genesis));
    await node.submit(transfer(genesis, { from: 1 }));
    expect(node.development().drop(id)).toBe(1);
    expect(node.development().drop()).toBe(1);
    expect(node.query().status().mempool.count).toBe(0);
  });
});

describe('any other chain', () => {
  const real: Genesis = { ...genesis, dev: false };
  const unsigned = { scheme: 255, bytes: new Uint8Array(0) };
  const developmentCall = (name: 'devSetBalance' | 'devMint') => {
    const { selector, args } = SYSTEM_METHODS[name];
    return {
      contract: SYSTEM_ADDRESS,
      selector,
      args: encodeValues(args, [addressOf(4), 5n]),
      value: 0n,
    };
  };

  it('has none of it: each refusal has its code', async () => {
    const node = await start({ genesis: real, validatorSeed: DEVELOPMENT_VALIDATOR_SEED });
    const refusals: Record<string, unknown> = {};
    const refusalOf = (work: () => unknown) =>
      Promise.resolve()
        .then(work)
        .then(
          () => 'taken',
          (error: { code?: string }) => error.code,
        );
    refusals['development()'] = await refusalOf(() => node.development());
    for (const name of ['devSetBalance', 'devMint'] as const)
      refusals[name] = await refusalOf(() => node.submit(transfer(real, { calls: [developmentCall(name)] })));
    const signed = decodeTransaction(transfer(real));
    refusals['scheme 255'] = await refusalOf(() =>
      node.submit(encodeTransaction({ ...plainTransaction(signed), senderAuthorisation: unsigned })),
    );
    const backend = {
      query: () => node.query(),
      submit: (bytes: Uint8Array) => node.submit(bytes),
      checkSignatures: () => Promise.resolve(),
      development: () => node.development(),
      engine: () => ({ engine: 'seal', producing: true }),
    };
    const dispatch = createDispatcher(createMethods(backend, node.query().status().dev));
    for (const { name } of createTable(backend, true).filter((row) => row.name.startsWith('dev_'))) {
      const answer = JSON.parse(
        String(await dispatch(JSON.stringify({ jsonrpc: '2.0', id: 1, method: name, params: {} }))),
      );
      refusals[name] = answer.error.code;
    }
    const METHOD_NOT_FOUND = -32601;
    expect(refusals).toEqual({
      'development()': 'NODE_DEV_ONLY',
      devSetBalance: 'ADMIT_METHOD',
      devMint: 'ADMIT_METHOD',
      'scheme 255': 'ADMIT_SIGNATURE',
      dev_seal: METHOD_NOT_FOUND,
      dev_setBlockMode: METHOD_NOT_FOUND,
      dev_getBlockMode: METHOD_NOT_FOUND,
      dev_dropTransaction: METHOD_NOT_FOUND,
      dev_setTime: METHOD_NOT_FOUND,
      dev_increaseTime: METHOD_NOT_FOUND,
      dev_setBalance: METHOD_NOT_FOUND,
      dev_faucet: METHOD_NOT_FOUND,
      dev_sendAs: METHOD_NOT_FOUND,
      dev_snapshot: METHOD_NOT_FOUND,
      dev_revert: METHOD_NOT_FOUND,
      dev_reset: METHOD_NOT_FOUND,
    });
    expect(node.query().status().height).toBe(0);
  });

  it('a proposer who includes them all the same gains nothing', async () => {
    const test = await startChain(real, executor);
    const signed = decodeTransaction(transfer(real, { sequence: 2n }));
    const { receipts } = await test.block([
      transfer(real, { calls: [developmentCall('devSetBalance')] }),
      transfer(real, { sequence: 1n, calls: [developmentCall('devMint')] }),
      encodeTransaction({ ...plainTransaction(signed), senderAuthorisation: unsigned }),
    ]);
    expect(receipts.map(({ status, failure }) => [status, failure?.code])).toEqual([
      ['REVERT', FAILURE_CODE.DEVELOPMENT_ONLY],
      ['REVERT', FAILURE_CODE.DEVELOPMENT_ONLY],
      ['INVALID_SIGNATURE', undefined],
    ]);
    await test.chain.close();
  });
});
