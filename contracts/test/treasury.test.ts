// The treasury on the real machine: nothing below the threshold, nothing twice, no owner past the daily limit.
import { dayOf, type Proposal, proposalId } from '@weft/contracts/treasury/client/proposals';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { encodeAddress } from '@weft/runtime/types/address';
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import { encodePayload } from '@weft/sdk/client/contract-codec';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, ContractWorld, type Done, GAS_LIMIT, type Placed, text } from './support/contract-world.js';
import { intruderArtifact } from './support/intruder.js';
import { readyArtifact } from './support/ready-contract.js';

const OWNERS = ['A', 'B', 'C'];
const SALT = new Uint8Array(32);
const NATIVE = encodeAddress(new Uint8Array(32));
const oracle = createSequentialExecutor();
let start: ContractWorld;
let world: ContractWorld;
let treasury: Placed;
let token: Placed;
let target: Placed;
beforeAll(async () => {
  start = new ContractWorld(oracle);
  const seats = { owners: OWNERS.map(text), threshold: 2n };
  treasury = await start.deploy(await readyArtifact('treasury'), seats);
  const coin = { name: 'Coin', symbol: 'C', decimals: 0, supply: 1000n };
  token = await start.deploy(await readyArtifact('token'), coin);
  target = await start.deploy(await intruderArtifact(), {});
  await start.call(token, 'transfer', { to: treasury.text, amount: 500n });
  start.fund(account('rich'), 1000n);
  await start.call(treasury, 'deposit', {}, account('rich'), 1000n);
});
beforeEach(() => {
  world = start.fork();
});
afterAll(() => oracle.close());

const pay = (amount = 100n): Proposal => ({ kind: 'pay', to: text('X'), amount, salt: SALT });
const confirm = (proposal: Proposal, ...names: string[]): Promise<Done[]> =>
  all(names.map((name) => ['confirm', proposal, name]));
async function all(list: readonly (readonly [string, Proposal, string])[]): Promise<Done[]> {
  const done: Done[] = [];
  for (const [method, proposal, name] of list)
    done.push(await world.call(treasury, method, { id: proposalId(proposal) }, account(name)));
  return done;
}
/** Carries a proposal out. */
function take(proposal: Proposal, by = 'A'): Promise<Done> {
  const { kind, ...args } = proposal;
  const method = { call: 'execute', pay: 'pay', owners: 'setOwners', limit: 'setLimit' }[kind];
  return world.call(treasury, method, args as never, account(by));
}

describe('treasury', () => {
  it('pays when enough owners agree, once', async () => {
    expect((await take(pay())).error).toMatchObject({ name: 'BelowThreshold' });
    await confirm(pay(), 'A');
    expect((await take(pay())).error).toMatchObject({ fields: { confirmations: 1n, threshold: 2n } });
    await confirm(pay(), 'C');
    expect((await take(pay(), 'stranger')).error?.name).toBe('NotTreasuryOwner');
    expect((await take(pay())).receipt.status).toBe('OK');
    expect([world.balanceOf(treasury.address), world.balanceOf(account('X'))]).toEqual([900n, 100n]);
    expect((await take(pay())).error?.name).toBe('AlreadyExecuted');
    expect((await confirm(pay(), 'B'))[0]?.error?.name).toBe('AlreadyExecuted');
  });

  it('counts each owner once, and lets an owner think again', async () => {
    const [, twice, stranger] = await confirm(pay(), 'A', 'A', 'stranger');
    expect([twice?.error?.name, stranger?.error?.name]).toEqual(['AlreadyConfirmed', 'NotTreasuryOwner']);
    await confirm(pay(), 'B');
    await all([['revoke', pay(), 'B']]);
    expect((await all([['revoke', pay(), 'B']]))[0]?.error?.name).toBe('NotConfirmed');
    expect((await take(pay())).error?.name).toBe('BelowThreshold');
  });

  it('agreement to one amount is none to another', async () => {
    await confirm(pay(100n), 'A', 'B');
    expect((await take(pay(101n))).error?.name).toBe('BelowThreshold');
    expect((await take({ ...pay(), to: text('Y') } as Proposal)).error?.name).toBe('BelowThreshold');
  });

  it('calls other contracts, with value', async () => {
    const payload = encodePayload(token.artifact.abi, 'transfer', { to: text('X'), amount: 7n });
    const call: Proposal = { kind: 'call', target: token.text, payload, value: 0n, salt: SALT };
    await confirm(call, 'A', 'B');
    const done = await take(call);
    expect([done.receipt.status, done.receipt.phase]).toEqual(['OK', 'ordered']);
    expect(world.cell(token, 'balances', text('X'))).toBe(7n);
    const ping = encodePayload(target.artifact.abi, 'ping', {});
    const gift: Proposal = { kind: 'call', target: target.text, payload: ping, value: 50n, salt: SALT };
    await confirm(gift, 'B', 'C');
    expect((await take(gift)).receipt.status).toBe('OK');
    expect(world.balanceOf(target.address)).toBe(50n);
  });

  it('owners change by agreement; what was confirmed before counts no more', async () => {
    await confirm(pay(), 'A', 'B');
    const seats: Proposal = {
      kind: 'owners',
      epoch: 1n,
      owners: ['C', 'D'].map(text),
      threshold: 1n,
    };
    await confirm(seats, 'A', 'B');
    expect((await take({ ...seats, epoch: 2n } as Proposal)).error?.fields).toEqual({
      message: 'not the next epoch',
    });
    expect((await take(seats)).receipt.status).toBe('OK');
    expect((await take(pay())).error?.name).toBe('NotTreasuryOwner');
    expect((await take(pay(), 'D')).error).toMatchObject({ fields: { confirmations: 0n, threshold: 1n } });
    await confirm(pay(), 'D');
    expect((await take(pay(), 'C')).receipt.status).toBe('OK');
    expect((await world.view(treasury, 'isOwner', { account: text('A') })).result).toBe(false);
  });

  it('refuses owners nobody could act with', async () => {
    const bad: [string[], bigint][] = [
      [[], 0n],
      [['A'], 0n],
      [['A'], 2n],
      [['A', 'A'], 1n],
      [Array.from({ length: 65 }, (_, index) => `O${index}`), 1n],
    ];
    for (const [names, threshold] of bad) {
      const deploying = start
        .fork()
        .deploy(treasury.artifact, { owners: names.map(text), threshold }, account('other'));
      await expect(deploying).rejects.toThrow('BadOwners');
    }
  });

  it('one owner spends within the limit of a day, per owner and asset', async () => {
    const limit: Proposal = { kind: 'limit', asset: NATIVE, daily: 50n, salt: SALT };
    const spend = (amount: bigint, by = 'A', day = dayOf(world.time)): Promise<Done> =>
      world.call(treasury, 'spend', { to: text('X'), amount, day }, account(by));
    expect((await spend(1n)).error?.name).toBe('LimitExceeded');
    expect((await spend(0n)).error?.name).toBe('LimitExceeded');
    await confirm(limit, 'A', 'B');
    await take(limit);
    expect((await spend(30n)).receipt.status).toBe('OK');
    expect((await spend(21n)).error).toMatchObject({ name: 'LimitExceeded', fields: { daily: 50n } });
    expect((await spend(50n, 'B')).receipt.status).toBe('OK');
    expect((await spend(1n, 'stranger')).error?.name).toBe('NotTreasuryOwner');
    expect((await spend(1n, 'A', dayOf(world.time) + 1n)).error?.name).toBe('WrongDay');
    world.time += 86_400_000;
    expect((await spend(50n)).receipt.status).toBe('OK');
    expect(world.balanceOf(account('X'))).toBe(130n);
    const coins = { token: token.text, to: text('X'), amount: 5n, day: dayOf(world.time) };
    expect((await world.call(treasury, 'spendToken', coins, account('A'))).error?.name).toBe('LimitExceeded');
    const tokenLimit: Proposal = { kind: 'limit', asset: token.text, daily: 5n, salt: SALT };
    await confirm(tokenLimit, 'A', 'B');
    await take(tokenLimit);
    expect((await world.call(treasury, 'spendToken', coins, account('A'))).receipt.status).toBe('OK');
    expect(world.cell(token, 'balances', text('X'))).toBe(5n);
  });

  it('a call back into the treasury is refused', async () => {
    await confirm(pay(), 'A', 'B');
    const inner = encodePayload(treasury.artifact.abi, 'pay', { to: text('X'), amount: 100n, salt: SALT });
    const payload = encodePayload(target.artifact.abi, 'bounce', { target: treasury.text, payload: inner });
    const call: Proposal = { kind: 'call', target: target.text, payload, value: 0n, salt: SALT };
    await confirm(call, 'A', 'B');
    expect((await take(call)).receipt.failure?.code).toBe(FAILURE_CODE.REENTERED);
    const self: Proposal = { kind: 'call', target: treasury.text, payload: inner, value: 0n, salt: SALT };
    await confirm(self, 'A', 'B');
    expect((await take(self)).error?.name).toBe('TargetsItself');
  });

  it('owners confirm one proposal, and spend, at once', async () => {
    const limit: Proposal = { kind: 'limit', asset: NATIVE, daily: 50n, salt: SALT };
    await confirm(limit, 'A', 'B');
    await take(limit);
    const id = proposalId(pay());
    const calls = OWNERS.flatMap((name) => [
      { to: treasury, method: 'confirm', args: { id }, sender: account(name) },
      {
        to: treasury,
        method: 'spend',
        args: { to: text('X'), amount: 10n, day: dayOf(world.time) },
        sender: account(name),
      },
    ]);
    const { outcome, done } = await world.block(calls);
    expect(done.every(({ receipt }) => receipt.status === 'OK')).toBe(true);
    expect(outcome.criticalPathGas).toBe(GAS_LIMIT);
    expect((await world.view(treasury, 'confirmationsOf', { id })).result).toBe(3n);
  });
});
