// The escrow on a chain in this process.
import {
  createTestChain,
  expectError,
  expectEvent,
  fuzzSchedule,
  loadArtifact,
  type TestChain,
  type TestContract,
} from '@weft/sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { escrowAbi } from '../contracts/escrow/artifacts/Escrow.abi.js';

const DAY = 86_400_000;
let chain: TestChain;
let escrow: TestContract<typeof escrowAbi>;

beforeEach(async () => {
  chain = await createTestChain();
  const artifact = await loadArtifact(escrowAbi, new URL('../contracts/escrow/artifacts/', import.meta.url));
  escrow = await chain.deploy(artifact, {});
});
afterEach(() => chain.close());

describe('escrow', () => {
  it('pays the seller when the buyer releases', async () => {
    const seller = chain.account('seller').text;
    const deadline = BigInt(chain.time + DAY);
    await escrow.write.open({ id: 1n, seller, deadline }, { value: 500n });
    const released = await escrow.write.release({ id: 1n });
    expectEvent(escrow, released, 'Closed', { id: 1n, to: seller, amount: 500n });
    expect(await chain.node.balance(seller)).toBe(500n);
    expect(await escrow.read.isClosed({ id: 1n })).toBe(true);
    await expectError(escrow, escrow.write.release({ id: 1n }), 'Error', { message: 'the deal is closed' });
  });

  it('lets nobody but the buyer decide', async () => {
    const [, stranger] = chain.accounts;
    const deadline = BigInt(chain.time + DAY);
    await escrow.write.open({ id: 1n, seller: chain.account('seller').text, deadline }, { value: 1n });
    const asStranger = escrow.as(stranger!);
    await expectError(escrow, asStranger.write.release({ id: 1n }), 'NotBuyer', { caller: stranger!.text });
    await expectError(escrow, asStranger.write.refund({ id: 1n }), 'NotBuyer');
  });

  it('gives the money back after the deadline, not before', async () => {
    const deadline = BigInt(chain.time + DAY);
    await escrow.write.open({ id: 1n, seller: chain.account('seller').text, deadline }, { value: 9n });
    await expectError(escrow, escrow.write.refund({ id: 1n }), 'TooEarly', { deadline });
    await chain.increaseTime(2 * DAY);
    const refunded = await escrow.write.refund({ id: 1n });
    expectEvent(escrow, refunded, 'Closed', { to: chain.accounts[0]!.text, amount: 9n });
    expect(await chain.node.balance(escrow.address)).toBe(0n);
  });

  it('closes deals of different buyers in parallel, with one result whatever the workers', async () => {
    const buyers = chain.accounts.slice(0, 4).map((buyer, index) => ({ buyer, id: BigInt(index) }));
    const seller = chain.account('seller').text;
    for (const { buyer, id } of buyers)
      await escrow.as(buyer).write.open({ id, seller, deadline: 0n }, { value: 10n });
    // Where a deal's money goes is read from the state before the block, so deals are opened in earlier ones.
    const snapshot = await chain.snapshot();
    for (const { buyer, id } of buyers) await escrow.as(buyer).write.release({ id });
    const { tail, parallelism } = await fuzzSchedule(chain, snapshot, { workers: 3, orders: 3 });
    expect([tail, Math.round(parallelism)]).toEqual([0, 4]);
  });
});
