// The admission table: each kind of bad transaction gets its code, says what was expected and got, and changes nothing.
import { createChain } from '@weft/runtime/chain/apply';
import type { Chain } from '@weft/runtime/chain/chain';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { createMempool } from '@weft/runtime/mempool/pool';
import { createMemoryStore } from '@weft/runtime/store/memory/memory-store';
import { SYSTEM_ADDRESS } from '@weft/runtime/types/system';
import { decodeTransaction, encodeTransaction } from '@weft/runtime/types/transaction-codec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainTransaction } from '../support/plain-transaction.js';
import { addressOf, testGenesis, transfer, transferCall } from '../support/transfers.js';

const genesis = testGenesis();
const other = testGenesis({}, 'weft-other');
const executor = createSequentialExecutor();
const mempool = createMempool();
let chain: Chain;

/** One block with what the pool holds. */
async function seal(): Promise<void> {
  const { height, time } = chain.info();
  const context = { height: height + 1, time, proposer: new Uint8Array(32) };
  const pool = mempool.peek(100, 1 << 20).map(({ bytes }) => bytes);
  const block = await chain.finalize(context, await chain.prepare(context, pool, 1 << 20));
  await chain.commit(new Uint8Array(64));
  mempool.settle(
    block.receipts.map(({ transaction }) => transaction),
    chain.stale(),
  );
}

async function admit(bytes: Uint8Array): Promise<void> {
  mempool.add(await chain.checkTransaction(bytes, false));
}

beforeAll(async () => {
  chain = await createChain({ store: createMemoryStore(), executor, pending: mempool });
  await chain.initChain(genesis);
  await admit(transfer(genesis));
  await seal();
});
afterAll(() => executor.close());

/** A good next transaction of account 0. */
const good = () => transfer(genesis, { sequence: 1n });

describe('admission', () => {
  const wrongSignature = () => {
    const bytes = good();
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    return bytes;
  };
  const unsigned = () => {
    const transaction = decodeTransaction(good());
    return encodeTransaction({
      ...plainTransaction(transaction),
      senderAuthorisation: { scheme: 0, bytes: new Uint8Array(96) },
    });
  };
  const withCall = (change: object) => {
    const call = { ...transferCall(addressOf(1), 5n), ...change };
    return transfer(genesis, { sequence: 1n, calls: [call] });
  };

  const expiringAt = (expiry: number) =>
    transfer(genesis, { nonce: { kind: 'expiring', bytes: new Uint8Array(32), expiry } });

  it.each([
    ['malformed', () => new Uint8Array([9, 9, 9]), 'ADMIT_FORM'],
    ['empty', () => new Uint8Array(0), 'ADMIT_FORM'],
    ['truncated', () => good().slice(0, -1), 'ADMIT_FORM'],
    ['followed by a byte', () => new Uint8Array([...good(), 0]), 'ADMIT_FORM'],
    ['oversized', () => new Uint8Array(600_000), 'ADMIT_SIZE'],
    ['replayed', () => transfer(genesis), 'ADMIT_NONCE'],
    ['ahead of its nonce', () => transfer(genesis, { sequence: 2n }), 'ADMIT_NONCE'],
    ['wrongly signed', wrongSignature, 'ADMIT_SIGNATURE'],
    ['signed by another account', () => transfer(genesis, { sequence: 1n, signer: 2 }), 'ADMIT_SIGNATURE'],
    ['signed with zeros', unsigned, 'ADMIT_SIGNATURE'],
    ['for another chain', () => transfer(other, { sequence: 1n }), 'ADMIT_CHAIN'],
    ['expired', () => transfer(genesis, { sequence: 1n, expiry: 1 }), 'ADMIT_EXPIRED'],
    ['underfunded', () => transfer(genesis, { sequence: 1n, gasPrice: 10n ** 9n }), 'ADMIT_FUNDS'],
    ['of an account without funds', () => transfer(genesis, { from: 4 }), 'ADMIT_FUNDS'],
    [
      'with less gas than it costs to include',
      () => transfer(genesis, { sequence: 1n, gasLimit: 1 }),
      'ADMIT_LIMIT',
    ],
    [
      'with more gas than a block has',
      () => transfer(genesis, { sequence: 1n, gasLimit: 5e9 }),
      'ADMIT_LIMIT',
    ],
    ['below the gas price', () => transfer(genesis, { sequence: 1n, gasPrice: 0n }), 'ADMIT_PRICE'],
    ['calling no method', () => withCall({ contract: SYSTEM_ADDRESS, selector: 1 }), 'ADMIT_METHOD'],
    ['with wrong arguments', () => withCall({ args: new Uint8Array(3) }), 'ADMIT_ARGUMENTS'],
    ['with an expiring nonce too far ahead', () => expiringAt(chain.info().height + 130), 'ADMIT_NONCE'],
    ['with an expiring nonce of the past', () => expiringAt(chain.info().height), 'ADMIT_NONCE'],
  ])('a transaction %s is refused and changes nothing', async (_name, make, code) => {
    const root = chain.opened?.state.root();
    const refusal = await admit(make()).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code });
    expect((refusal as { context: object }).context).toHaveProperty('got');
    expect((refusal as { context: object }).context).toHaveProperty('expected');
    expect(mempool.size).toBe(0);
    await seal();
    expect(chain.opened?.state.root()).toEqual(root);
  });

  it('every proper prefix of a transaction is refused', async () => {
    const bytes = good();
    for (let length = 0; length < bytes.length; length++) {
      await expect(admit(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'ADMIT_FORM' });
    }
  });

  it('counts what is pending as spent: nonces in order, fees summed, expiring nonces once', async () => {
    const expiry = chain.info().height + 50;
    const expiring = { kind: 'expiring', bytes: new Uint8Array(32).fill(3), expiry } as const;
    await admit(transfer(genesis, { from: 2, gasPrice: 2_000_000n }));
    const taken = { code: 'MEMPOOL_NONCE_TAKEN' };
    await expect(admit(transfer(genesis, { from: 2 }))).rejects.toMatchObject(taken);
    const dear = transfer(genesis, { from: 2, sequence: 1n, gasPrice: 2_000_000n });
    await expect(admit(dear)).rejects.toMatchObject({ code: 'ADMIT_FUNDS' });
    await admit(transfer(genesis, { from: 2, nonce: expiring }));
    const again = transfer(genesis, { from: 2, amount: 6n, nonce: expiring });
    await expect(admit(again)).rejects.toMatchObject(taken);
    // What a replacement frees counts for it: twice the fee would not be there.
    await admit(transfer(genesis, { from: 2, gasPrice: 3_000_000n }));
    await seal();
    expect(mempool.size).toBe(0);
    await expect(admit(again)).rejects.toMatchObject({ code: 'ADMIT_NONCE' });
  });

  it('lets a payer pay, who must sign and hold the fee', async () => {
    const paid = decodeTransaction(transfer(genesis, { from: 4, payerIndex: 3, amount: 0n }));
    const forged = encodeTransaction({
      ...plainTransaction(paid),
      payerAuthorisation: { scheme: 0, bytes: new Uint8Array(96).fill(1) },
    });
    await expect(admit(forged)).rejects.toMatchObject({
      code: 'ADMIT_SIGNATURE',
      context: { place: 'payer' },
    });
    await admit(paid.bytes);
    await seal();
    expect(mempool.size).toBe(0);
  });
});

describe('after a block', () => {
  it('what is pending is judged anew by nonce, expiry and funds, its signatures are not', () => {
    const next = chain.info().height + 1;
    const fresh = (change: object = {}) => transfer(genesis, { from: 3, ...change });
    const isStale = (bytes: Uint8Array): boolean => chain.stale()(decodeTransaction(bytes));
    const forged = fresh();
    forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1;
    expect(isStale(fresh())).toBe(false);
    expect(isStale(forged)).toBe(false);
    expect(isStale(transfer(genesis))).toBe(true);
    expect(isStale(fresh({ expiry: next }))).toBe(false);
    expect(isStale(fresh({ expiry: next - 1 }))).toBe(true);
    expect(isStale(transfer(genesis, { from: 4 }))).toBe(true);
  });

  it('one that no block took in time is dropped', async () => {
    const { height, time } = chain.info();
    const bytes = transfer(genesis, { from: 3, expiry: height + 1 });
    const { id } = decodeTransaction(bytes);
    await admit(bytes);
    const dropped: string[] = [];
    const leave = mempool.onDrop((_transaction, reason) => dropped.push(reason));
    await chain.finalize({ height: height + 1, time, proposer: new Uint8Array(32) }, []);
    await chain.commit(new Uint8Array(64));
    expect(mempool.settle([], chain.stale())).toContainEqual(id);
    expect(dropped).toContain('stale');
    expect(mempool.has(id)).toBe(false);
    leave();
  });
});
