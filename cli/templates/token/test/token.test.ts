// The token on a chain in this process.
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
import { tokenAbi } from '../contracts/token/artifacts/Token.abi.js';

const SUPPLY = 1_000_000n;
let chain: TestChain;
let token: TestContract<typeof tokenAbi>;

beforeEach(async () => {
  chain = await createTestChain();
  const artifact = await loadArtifact(tokenAbi, new URL('../contracts/token/artifacts/', import.meta.url));
  token = await chain.deploy(artifact, { name: 'Gold', symbol: 'GLD', decimals: 6, supply: SUPPLY });
});
afterEach(() => chain.close());

describe('token', () => {
  it('moves tokens and says so', async () => {
    const [alice, bob] = chain.accounts;
    const moved = await token.write.transfer({ to: bob!.text, amount: 30n });
    expectEvent(token, moved, 'Transfer', { from: alice!.text, to: bob!.text, amount: 30n });
    expect(await token.read.balanceOf({ owner: bob!.text })).toBe(30n);
    expect(await token.read.balanceOf({ owner: alice!.text })).toBe(SUPPLY - 30n);
  });

  it('refuses what the owner does not have', async () => {
    const [alice, bob] = chain.accounts;
    const transfer = token.as(bob!).write.transfer({ to: alice!.text, amount: 1n });
    await expectError(token, transfer, 'InsufficientBalance', { owner: bob!.text, amount: 1n });
  });

  it('payments out of one account run in parallel', async () => {
    for (const account of chain.accounts) await token.write.transfer({ to: account.text, amount: 100n });
    const snapshot = await chain.snapshot();
    const shop = chain.account('shop').text;
    for (const account of chain.accounts.slice(0, 6))
      await token.as(account).write.transfer({ to: shop, amount: 5n });
    const { tail, parallelism } = await fuzzSchedule(chain, snapshot, { workers: 3, orders: 3 });
    expect([tail, Math.round(parallelism)]).toEqual([0, 6]);
  });
});
