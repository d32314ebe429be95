// Building a block out of contract calls: what leaves its access set in preparation is left out, its sender learns what to
// declare, and it is taken in the tail at last if nobody does.

import { createChain } from '@weft/runtime/chain/apply';
import type { Chain } from '@weft/runtime/chain/chain';
import { createQuery } from '@weft/runtime/chain/query';
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createMempool } from '@weft/runtime/mempool/pool';
import { developmentGenesis } from '@weft/runtime/node/development';
import { createMemoryStore } from '@weft/runtime/store/memory/memory-store';
import type { ExtraAccess } from '@weft/runtime/types/access';
import { type Address, contractAddress, type Hash32 } from '@weft/runtime/types/address';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { encodeStateKey } from '@weft/runtime/types/key';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { codeHash } from '@weft/runtime/wasm/code-hash';
import { createContractCall, uploadCall } from '@weft/sdk/client/system-abi';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildScriptContract,
  type Declared,
  FIELD_P,
  OP,
  scriptArguments,
  scriptSelector,
} from '../fixtures/script-contract.js';
import { addressOf, transactionOf } from '../fixtures/world.js';

const OWNER = addressOf('owner');
const genesis = developmentGenesis({ accounts: [OWNER], parameters: { gasPriceMin: 0n } });
const executor = createParallelExecutor({ workers: 2 });
const store = createMemoryStore();
let chain: Chain;
let contract: Address;

afterAll(() => executor.close());
beforeAll(async () => {
  chain = await createChain({ store, executor });
  await chain.initChain(genesis);
  const code = await buildScriptContract();
  const hash = codeHash(code) as Hash32;
  const salt = addressOf('salt');
  contract = contractAddress(OWNER, salt, hash);
  await block([wireOf('owner', 0n, [uploadCall(code)], [], 50_000_000)]);
  await block([
    wireOf('owner', 1n, [createContractCall(hash, salt, scriptArguments(new Uint8Array(0), {}))]),
  ]);
});

type Calls = Parameters<typeof transactionOf>[0]['calls'];

function wireOf(
  sender: string,
  sequence: bigint,
  calls: Calls,
  extraAccess: readonly ExtraAccess[] = [],
  gasLimit = 2_000_000,
): Uint8Array {
  return transactionOf({
    sender: addressOf(sender),
    nonce: { kind: 'lane', lane: 0, sequence },
    genesisHash: genesisHash(genesis) as Hash32,
    gasLimit,
    calls,
    extraAccess,
  });
}

function writing(
  sender: string,
  key: number,
  declared: Declared,
  extra: readonly ExtraAccess[] = [],
  sequence = 0n,
) {
  const args = scriptArguments(OP.write(key, 1), declared);
  return wireOf(sender, sequence, [{ contract, selector: scriptSelector('run'), args }], extra);
}

const next = () => {
  const height = chain.info().height + 1;
  return { height, time: genesis.time + height, proposer: new Uint8Array(32) };
};

async function block(transactions: readonly Uint8Array[]) {
  const { receipts } = await chain.finalize(next(), transactions);
  await chain.commit(new Uint8Array(64));
  return receipts;
}

const idOf = (bytes: Uint8Array) => decodeTransaction(bytes).id;

test('building: what leaves its access set waits with what it lacks, and goes in once it has that', async () => {
  const stray = writing('ada', 0, {});
  const follower = writing('ada', 1, { writesP: [1] }, [], 1n);
  const honest = writing('bob', 2, { writesP: [2] });
  const pool = [stray, follower, honest];
  expect(await chain.prepare(next(), pool, 1 << 20)).toEqual([honest]);
  expect(chain.waitOf(decodeTransaction(follower))).toMatchObject({ reason: 'RESERVE' });
  expect(chain.waitOf(decodeTransaction(honest))).toBeUndefined();
  const mempool = createMempool();
  for (const bytes of pool) mempool.add(decodeTransaction(bytes));
  const query = createQuery({ chain, store, mempool });
  const status = await query.pending(idOf(stray));
  expect(status?.wait).toMatchObject({ reason: 'ACCESS_VIOLATION', height: 3 });
  const missing = status?.wait?.missing ?? [];
  expect(missing).toEqual([
    { kind: 'key', mode: 'write', key: encodeStateKey(0, contract, FIELD_P, [Uint8Array.of(0)]) },
  ]);
  expect(await query.pending(idOf(honest))).toMatchObject({ wait: undefined });
  expect(await query.pending(addressOf('nobody'))).toBeUndefined();
  const again = writing('ada', 0, {}, missing);
  const chosen = await chain.prepare(next(), [again, follower, honest], 1 << 20);
  expect(chosen).toEqual([again, follower, honest]);
  const receipts = await block(chosen);
  expect(receipts.map(({ status: end, phase }) => [end, phase])).toEqual([
    ['OK', 'ordered'],
    ['OK', 'ordered'],
    ['OK', 'ordered'],
  ]);
});

test('building: a stray gives way to others three times, then it runs in the tail beside them', async () => {
  const stray = writing('eve', 0, {});
  const honest = writing('fay', 2, { writesP: [2] });
  for (let turn = 0; turn < 3; turn++)
    expect(await chain.prepare(next(), [stray, honest], 1 << 20)).toEqual([honest]);
  const chosen = await chain.prepare(next(), [stray, honest], 1 << 20);
  expect(chosen).toEqual([stray, honest]);
  const receipts = await block(chosen);
  expect(receipts.map(({ status, phase }) => [status, phase])).toEqual([
    ['OK', 'tail'],
    ['OK', 'ordered'],
  ]);
});

test('building: a block that would be empty without it takes a stray at once', async () => {
  const stray = writing('gus', 0, {});
  expect(await chain.prepare(next(), [stray], 1 << 20)).toEqual([stray]);
  expect(chain.waitOf(decodeTransaction(stray))).toBeUndefined();
});
