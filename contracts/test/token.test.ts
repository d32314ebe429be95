// The token on the real machine: hot accounts stay parallel, nothing is made or lost, several workers agree.
import { fileURLToPath } from 'node:url';
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { encodeAddress } from '@weft/runtime/types/address';
import { type Artifact, compileContract } from '@weft/sdk/compiler/compile';
import { assertSameOutcome } from '@weft/sdk/testing/schedule-fuzzer';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, ContractChain, GAS_LIMIT, type Sent } from './support/contract-chain.js';

const SUPPLY = 1_000_000n;
const INIT = { name: 'Weft Coin', symbol: 'WFT', decimals: 6, supply: SUPPLY };
const oracle = createSequentialExecutor();
const parallel = createParallelExecutor({ workers: 2 });
let artifact: Artifact;
let token: ContractChain;
beforeAll(async () => {
  artifact = await compileContract({ entry: fileURLToPath(new URL('../token', import.meta.url)) });
});
beforeEach(async () => {
  token = await ContractChain.deploy(artifact, oracle, INIT);
});
afterAll(async () => {
  await Promise.all([oracle.close(), parallel.close()]);
});

const text = (name: string): string => encodeAddress(account(name));
const transfer = (from: string, to: string, amount: bigint): Sent => ({
  method: 'transfer',
  args: { to: text(to), amount },
  sender: account(from),
});
async function balanceOf(name: string, chain = token): Promise<bigint> {
  return (await chain.view('balanceOf', { owner: text(name) })).result as bigint;
}

describe('token', () => {
  it('gives its creator the supply and describes itself', async () => {
    expect(await balanceOf('creator')).toBe(SUPPLY);
    const views = ['name', 'symbol', 'decimals', 'totalSupply'].map((name) => token.view(name));
    expect((await Promise.all(views)).map(({ result }) => result)).toEqual(['Weft Coin', 'WFT', 6, SUPPLY]);
  });

  it('refuses what the owner does not have, with owner and amount, and changes nothing', async () => {
    const { done } = await token.block([transfer('poor', 'creator', 1n)]);
    expect(done[0]?.receipt.status).toBe('REVERT');
    const fields = { owner: text('poor'), amount: 1n };
    expect(done[0]?.error).toEqual({ name: 'InsufficientBalance', fields });
    expect([await balanceOf('poor'), await balanceOf('creator')]).toEqual([0n, SUPPLY]);
  });

  it('a transfer to oneself changes nothing', async () => {
    const { done } = await token.block([transfer('creator', 'creator', SUPPLY)]);
    expect(done[0]?.receipt.status).toBe('OK');
    expect(await balanceOf('creator')).toBe(SUPPLY);
  });

  it('says what was moved', async () => {
    const { done } = await token.block([transfer('creator', 'A', 5n)]);
    const fields = { from: text('creator'), to: text('A'), amount: 5n };
    expect(done[0]?.events).toEqual([{ name: 'Transfer', fields }]);
  });

  it('lets a spender move an allowance, once', async () => {
    await token.call('approve', { spender: text('S'), amount: 10n });
    const args = { from: text('creator'), to: text('B'), amount: 6n };
    expect((await token.call('transferFrom', args, account('S'))).receipt.status).toBe('OK');
    expect((await token.call('transferFrom', args, account('S'))).error?.name).toBe('InsufficientAllowance');
    expect(await balanceOf('B')).toBe(6n);
  });

  it('only the minter mints, and hands on that right', async () => {
    const mint = { to: text('M'), amount: 7n };
    expect((await token.call('mint', mint, account('M'))).error?.name).toBe('NotMinter');
    expect((await token.call('setMinter', { minter: text('M') })).receipt.status).toBe('OK');
    expect((await token.call('mint', mint, account('M'))).receipt.status).toBe('OK');
    expect((await token.call('mint', mint)).error?.name).toBe('NotMinter');
    expect((await token.view('totalSupply')).result).toBe(SUPPLY + 7n);
  });

  it('mints no more than a balance can hold', async () => {
    const done = await token.call('mint', { to: text('A'), amount: 2n ** 128n - 1n });
    expect(done.error?.name).toBe('OutOfRange');
    expect((await token.view('totalSupply')).result).toBe(SUPPLY);
  });
});

describe('token under load', () => {
  it('one payer paying everybody and everybody paying one: the critical path is one transfer', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `N${index}`);
    const out = await token.block(names.map((name) => transfer('creator', name, 10n)));
    expect(out.outcome.criticalPathGas).toBe(GAS_LIMIT);
    const back = await token.block(names.map((name) => transfer(name, 'H', 10n)));
    expect(back.outcome.criticalPathGas).toBe(GAS_LIMIT);
    expect(await balanceOf('H')).toBe(500n);
  });

  it('what is spent in the block it came in with has an order', async () => {
    const { done, outcome } = await token.block([transfer('creator', 'A', 10n), transfer('A', 'B', 10n)]);
    expect(done.map(({ receipt }) => receipt.status)).toEqual(['OK', 'OK']);
    expect(outcome.criticalPathGas).toBe(2 * GAS_LIMIT);
  });

  it('random blocks: nothing is made or lost, and workers agree with the oracle', async () => {
    const seed = Number(process.env['WEFT_SEED'] ?? Math.floor(Math.random() * 0x7fff_ffff));
    console.log(`token under load: WEFT_SEED=${seed}`);
    const names = ['creator', 'A', 'B', 'C', 'D'];
    const name = fc.constantFrom(...names);
    const amount = fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, SUPPLY), fc.bigInt(0n, 2n ** 128n - 1n));
    const call: fc.Arbitrary<Sent> = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.tuple(name, name, amount).map(([from, to, some]) => transfer(from, to, some)),
      },
      fc.tuple(name, name, amount).map(([from, to, some]) => ({
        method: 'approve',
        args: { spender: text(to), amount: some },
        sender: account(from),
      })),
      fc.tuple(name, name, name, amount).map(([by, from, to, some]) => ({
        method: 'transferFrom',
        args: { from: text(from), to: text(to), amount: some },
        sender: account(by),
      })),
      fc.tuple(name, name, amount).map(([by, to, some]) => ({
        method: 'mint',
        args: { to: text(to), amount: some },
        sender: account(by),
      })),
      fc
        .tuple(name, amount)
        .map(([by, some]) => ({ method: 'burn', args: { amount: some }, sender: account(by) })),
    );
    const blocks = fc.array(fc.array(call, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(blocks, async (list) => {
      const first = await ContractChain.deploy(artifact, oracle, INIT);
      const second = await ContractChain.deploy(artifact, parallel, INIT);
      for (const calls of list) {
        const { outcome: expected } = await first.block(calls);
        assertSameOutcome(expected, (await second.block(calls)).outcome, 'two workers');
        let sum = 0n;
        for (const one of names) sum += await balanceOf(one, first);
        expect((await first.view('totalSupply')).result).toBe(sum);
      }
    });
    await fc.assert(property, { seed, numRuns: 25 });
  });
});
