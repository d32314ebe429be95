// A pool that asks only about what blocks may have made stale ends as one that asks about everything.

import { bytesEqual } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { createChain } from '@weft/runtime/chain/apply';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { createMempool } from '@weft/runtime/mempool/pool';
import { developmentGenesis } from '@weft/runtime/node/development';
import { createMemoryStore } from '@weft/runtime/store/memory/memory-store';
import { SCHEME } from '@weft/runtime/types/address';
import { accountKey, decodeAccountRecord, SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';
import type { Call } from '@weft/runtime/types/transaction';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { afterAll, expect, it } from 'vitest';
import { ed25519PublicKey } from '#crypto';
import { createRandom } from '../support/random.js';
import { propertySeed } from '../support/seed.js';
import { addressOf, seedOf, transfer, transferCall } from '../support/transfers.js';

const executor = createSequentialExecutor();
afterAll(() => executor.close());

const ACCOUNTS = 12;
const BLOCKS = 40;

/** Gives the sender the key of another account: what it signed before no longer holds. */
function rotation(to: number): Call {
  const args = new Writer()
    .u8(SCHEME.ED25519)
    .bytes(ed25519PublicKey(seedOf(to)))
    .finish();
  const { selector } = SYSTEM_METHODS.setAuthorisation;
  return { contract: SYSTEM_ADDRESS, selector, args, value: 0n };
}

it('settle with what blocks touched drops what settle without it drops, block after block', async () => {
  const { below } = createRandom(propertySeed('touched accounts'));
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => addressOf(index));
  const keys = accounts.map((_, index) => ed25519PublicKey(seedOf(index)));
  // Not so rich that a transfer could not leave a payer without its fees.
  const genesis = developmentGenesis({ accounts, balance: 60_000_000n });
  const [asked, whole] = [createMempool(), createMempool()];
  const chain = await createChain({ store: createMemoryStore(), executor, pending: whole });
  await chain.initChain(genesis);
  expect(chain.touched()).toBeUndefined();
  /** Who signs for an account: its key may have been replaced. */
  const signerOf = (index: number): number => {
    const stored = chain.opened?.state.read(accountKey(addressOf(index)));
    const record = stored && decodeAccountRecord(stored);
    return record === undefined ? index : keys.findIndex((key) => bytesEqual(key, record.key));
  };
  const make = (height: number) => {
    const from = below(ACCOUNTS);
    const payer = below(2) === 0 ? { payerIndex: (from + 1 + below(ACCOUNTS - 1)) % ACCOUNTS } : {};
    const known = asked.nextSequence(addressOf(from), 0) ?? 0n;
    const nonce =
      below(4) === 0
        ? { kind: 'expiring' as const, bytes: new Uint8Array(32).fill(below(256)), expiry: height + below(3) }
        : { kind: 'lane' as const, lane: 0, sequence: known + BigInt(below(3)) };
    const amount = BigInt(below(400)) * 100_000n;
    const call =
      below(80) === 0 ? rotation(below(ACCOUNTS)) : transferCall(addressOf(below(ACCOUNTS)), amount);
    const gasPrice = BigInt(1 + below(20));
    const rest = { signer: signerOf(from), expiry: height + below(6), calls: [call], gasPrice };
    return transfer(genesis, { from, ...payer, nonce, ...rest });
  };
  let dropped = 0;
  for (let block = 0; block < BLOCKS; block++) {
    const { height, time } = chain.info();
    for (let each = 0; each < 25; each++) {
      const transaction = await chain.checkTransaction(make(height + 1), false).catch(() => undefined);
      if (transaction === undefined) continue;
      for (const pool of [asked, whole]) pool.add(transaction);
    }
    const pending = whole.peek(100, 1 << 20).map(({ bytes }) => bytes);
    // Of what is pending a part, and what others proposed.
    const chosen = pending.filter(() => below(6) === 0);
    for (let each = below(4); each > 0; each--) chosen.push(make(height + 1));
    const context = { height: height + 1, time, proposer: addressOf(below(ACCOUNTS)) };
    const { receipts } = await chain.finalize(context, chosen);
    await chain.commit(new Uint8Array(0));
    const included = receipts.map(({ transaction }) => transaction);
    const expected = whole.settle(included, chain.stale());
    const touched = chain.touched();
    expect(touched).toBeDefined();
    expect(asked.settle(included, chain.stale(), touched)).toEqual(expected);
    expect(asked.peek(100, 1 << 20)).toEqual(whole.peek(100, 1 << 20));
    dropped += expected.length;
  }
  expect(dropped).toBeGreaterThan(BLOCKS);
});

it('nobody is asked about whom no block touched, or made richer', async () => {
  const genesis = developmentGenesis({ accounts: [0, 1, 2].map(addressOf) });
  const pool = createMempool();
  const chain = await createChain({ store: createMemoryStore(), executor, pending: pool });
  await chain.initChain(genesis);
  chain.touched();
  const admit = async (from: number, sequence = 0n) =>
    pool.add(await chain.checkTransaction(transfer(genesis, { from, to: 0, sequence }), false));
  for (const from of [0, 1, 2]) await admit(from);
  await admit(1, 1n);
  const { height, time } = chain.info();
  const context = { height: height + 1, time, proposer: addressOf(3) };
  const { receipts } = await chain.finalize(context, [transfer(genesis, { from: 1, to: 0 })]);
  await chain.commit(new Uint8Array(0));
  const asked: number[] = [];
  const ask = ({ sender }: { sender: Uint8Array }): boolean => {
    asked.push([0, 1, 2].findIndex((index) => bytesEqual(addressOf(index), sender)));
    return false;
  };
  pool.settle(
    receipts.map(({ transaction }) => transaction),
    ask,
    chain.touched(),
  );
  expect(asked).toEqual([1]);
  expect(pool.size).toBe(3);
});

it('a payer that has spent its balance drops what it pays for, and what stands behind that', async () => {
  const genesis = developmentGenesis({ accounts: [0, 1, 2].map(addressOf), balance: 1_000_000n });
  const pool = createMempool();
  const chain = await createChain({ store: createMemoryStore(), executor, pending: pool });
  await chain.initChain(genesis);
  chain.touched();
  const paid = decodeTransaction(transfer(genesis, { from: 1, to: 1, payerIndex: 2 }));
  const behind = decodeTransaction(transfer(genesis, { from: 1, to: 1, sequence: 1n }));
  for (const { bytes } of [paid, behind]) pool.add(await chain.checkTransaction(bytes, false));
  const { height, time } = chain.info();
  const spending = transfer(genesis, { from: 2, to: 0, amount: 700_000n });
  await chain.finalize({ height: height + 1, time, proposer: addressOf(3) }, [spending]);
  await chain.commit(new Uint8Array(0));
  expect(pool.settle([], chain.stale(), chain.touched())).toEqual([paid.id, behind.id]);
});
