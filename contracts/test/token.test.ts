// The token on the real machine: hot accounts stay parallel, permits are taken once. Random histories: histories/token.ts.

import {
  type PermitTerms,
  permitDigest,
  permitDomain,
  signPermit,
} from '@weft/contracts/token/client/permit';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { NamedValues } from '@weft/sdk/client/contract-codec';
import { roleOf } from '@weft/sdk/client/roles';
import { type Account, accountFromSeed } from '@weft/sdk/client/wallet';
import type { Artifact } from '@weft/sdk/compiler/compile';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, ContractChain, GAS_LIMIT, type Sent } from './support/contract-chain.js';
import { text } from './support/contract-world.js';
import { readyArtifact } from './support/ready-contract.js';

const SUPPLY = 1_000_000n;
const MAX = 2n ** 128n - 1n;
const INIT = { name: 'Weft Coin', symbol: 'WFT', decimals: 6, supply: SUPPLY };
const oracle = createSequentialExecutor();
let artifact: Artifact;
let token: ContractChain;
beforeAll(async () => {
  artifact = await readyArtifact('token');
});
beforeEach(async () => {
  token = await ContractChain.deploy(artifact, oracle, INIT);
});
afterAll(() => oracle.close());

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

  it('an allowance without end stays what it is', async () => {
    await token.call('approve', { spender: text('S'), amount: MAX });
    const args = { from: text('creator'), to: text('B'), amount: 6n };
    expect((await token.call('transferFrom', args, account('S'))).receipt.status).toBe('OK');
    const pair = { owner: text('creator'), spender: text('S') };
    expect((await token.view('allowance', pair)).result).toBe(MAX);
    await token.call('approve', { spender: text('S'), amount: 5n });
    expect((await token.call('transferFrom', args, account('S'))).error?.name).toBe('InsufficientAllowance');
  });

  it('only minters mint, only pausers pause, and administrators say who they are', async () => {
    const mint = { to: text('M'), amount: 7n };
    expect((await token.call('mint', mint, account('M'))).error?.name).toBe('MissingRole');
    const grant = { role: roleOf('minter'), account: text('M') };
    expect((await token.call('grantRole', grant, account('M'))).error?.name).toBe('MissingRole');
    expect((await token.call('grantRole', grant)).receipt.status).toBe('OK');
    expect((await token.call('mint', mint, account('M'))).receipt.status).toBe('OK');
    expect((await token.call('setPaused', { paused: true }, account('M'))).error?.name).toBe('MissingRole');
    expect((await token.call('revokeRole', grant)).receipt.status).toBe('OK');
    expect((await token.call('mint', mint, account('M'))).error?.name).toBe('MissingRole');
    expect((await token.view('totalSupply')).result).toBe(SUPPLY + 7n);
  });

  it('a pause stops everything that moves from the next block on, and ends', async () => {
    const pause: Sent = { method: 'setPaused', args: { paused: true }, sender: account('creator') };
    const { done } = await token.block([pause, transfer('creator', 'A', 5n)]);
    expect(done.map(({ receipt }) => receipt.status)).toEqual(['OK', 'OK']);
    const moves: [string, Record<string, unknown>][] = [
      ['transfer', { to: text('A'), amount: 0n }],
      ['mint', { to: text('A'), amount: 1n }],
      ['burn', { amount: 1n }],
    ];
    for (const [method, args] of moves)
      expect((await token.call(method, args as never)).error?.name).toBe('TokenPaused');
    expect((await token.call('setPaused', { paused: false })).receipt.status).toBe('OK');
    expect((await token.call('transfer', { to: text('A'), amount: 1n })).receipt.status).toBe('OK');
    expect(await balanceOf('A')).toBe(6n);
  });

  it('burnFrom destroys against an allowance', async () => {
    await token.call('approve', { spender: text('S'), amount: 10n });
    const args = { from: text('creator'), amount: 10n };
    expect((await token.call('burnFrom', args, account('S'))).receipt.status).toBe('OK');
    expect((await token.call('burnFrom', args, account('S'))).error?.name).toBe('InsufficientAllowance');
    expect((await token.view('totalSupply')).result).toBe(SUPPLY - 10n);
  });

  it('mints no more than a balance can hold', async () => {
    const done = await token.call('mint', { to: text('A'), amount: 2n ** 128n - 1n });
    expect(done.error?.name).toBe('OutOfRange');
    expect((await token.view('totalSupply')).result).toBe(SUPPLY);
  });
});

describe('token permits', () => {
  const owner = accountFromSeed(new Uint8Array(32).fill(7));
  const terms = { spender: text('S'), amount: 10n, nonce: 3n, deadline: 2n ** 60n };
  async function signed(given: PermitTerms = terms, signer: Account = owner) {
    const { result } = await token.view('permitDigest', { owner: owner.text, ...given });
    return { ...signPermit(signer, given, result as Uint8Array), owner: owner.text };
  }

  it('an allowance by signature, brought by anybody, once', async () => {
    const permit = await signed();
    const domain = permitDomain(token.contract, new Uint8Array(32));
    expect(permit.signature).toEqual(owner.sign(permitDigest(domain, owner.text, terms)));
    const done = await token.call('permit', permit, account('anybody'));
    expect(done.events).toEqual([
      { name: 'Approval', fields: { owner: owner.text, spender: text('S'), amount: 10n } },
    ]);
    expect((await token.call('permit', permit)).error).toEqual({
      name: 'PermitUsed',
      fields: { owner: owner.text, nonce: 3n },
    });
  });

  it('refuses other terms, other keys, other tokens and what is too late, and changes nothing', async () => {
    const permit = await signed();
    const stranger = accountFromSeed(new Uint8Array(32).fill(8));
    const other = await ContractChain.deploy(artifact, oracle, { ...INIT, name: 'Other' });
    const twin = await other.world.deploy(artifact, INIT);
    const cases: [string, NamedValues][] = [
      ['BadPermit', { ...permit, amount: 11n }],
      ['BadPermit', { ...permit, spender: text('B') }],
      ['BadPermit', { ...permit, nonce: 4n }],
      ['BadPermit', { ...permit, owner: stranger.text }],
      ['BadPermit', await signed(terms, stranger)],
      ['BadPermit', { ...permit, signature: new Uint8Array(63) }],
      ['BadPermit', { ...permit, key: new Uint8Array(32) }],
      ['PermitExpired', await signed({ ...terms, deadline: 1n })],
    ];
    for (const [name, args] of cases) expect((await token.call('permit', args)).error?.name).toBe(name);
    expect((await other.world.call(twin, 'permit', permit)).error?.name).toBe('BadPermit');
    expect((await token.view('permitUsed', { owner: owner.text, nonce: 3n })).result).toBe(false);
    expect((await token.call('permit', permit)).receipt.status).toBe('OK');
  });

  it('can be taken back before they are used', async () => {
    expect((await token.call('cancelPermit', { nonce: 3n }, owner.address)).receipt.status).toBe('OK');
    expect((await token.call('permit', await signed())).error?.name).toBe('PermitUsed');
  });

  it('after setPermitKey the address key signs no more, the one set does', async () => {
    const next = accountFromSeed(new Uint8Array(32).fill(9));
    await token.call('setPermitKey', { key: next.publicKey }, owner.address);
    expect((await token.call('permit', await signed())).error?.name).toBe('BadPermit');
    expect((await token.call('permit', await signed(terms, next))).receipt.status).toBe('OK');
    await token.call('setPermitKey', { key: new Uint8Array(32) }, owner.address);
    expect((await token.call('permit', await signed({ ...terms, nonce: 4n }))).receipt.status).toBe('OK');
  });

  it('permits of one owner run at once', async () => {
    const calls = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => ({
        method: 'permit',
        args: await signed({ ...terms, spender: text(`S${index}`), nonce: BigInt(index) }),
      })),
    );
    const { outcome, done } = await token.block(calls);
    expect(done.every(({ receipt }) => receipt.status === 'OK')).toBe(true);
    expect(outcome.criticalPathGas).toBe(GAS_LIMIT);
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
});
