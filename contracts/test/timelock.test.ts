// The timelock on the real machine: nothing before its time, nothing twice, nothing further than the payload says.
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { encodeAddress } from '@weft/runtime/types/address';
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import { encodePayload, type NamedValues } from '@weft/sdk/client/contract-codec';
import { ADMINISTRATOR, roleOf } from '@weft/sdk/client/roles';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, ContractWorld, type Done, type Placed, text } from './support/contract-world.js';
import { intruderArtifact } from './support/intruder.js';
import { readyArtifact } from './support/ready-contract.js';

const DELAY = 86_400_000;
const ZERO = new Uint8Array(32);
const NOBODY = encodeAddress(ZERO);
const oracle = createSequentialExecutor();
let start: ContractWorld;
let world: ContractWorld;
let timelock: Placed;
let target: Placed;
let token: Placed;
beforeAll(async () => {
  start = new ContractWorld(oracle);
  timelock = await start.deploy(await readyArtifact('timelock'), { delay: BigInt(DELAY) });
  target = await start.deploy(await intruderArtifact(), {});
  const coin = { name: 'Coin', symbol: 'C', decimals: 0, supply: 1000n };
  token = await start.deploy(await readyArtifact('token'), coin);
  for (const role of ['proposer', 'canceller', 'executor'])
    await start.call(timelock, 'grantRole', { role: roleOf(role), account: text(role) });
});
beforeEach(() => {
  world = start.fork();
});
afterAll(() => oracle.close());

const ping = (): Uint8Array => encodePayload(target.artifact.abi, 'ping', {});
const call = (change: NamedValues = {}): NamedValues => ({
  target: target.text,
  payload: ping(),
  value: 0n,
  after: ZERO,
  salt: ZERO,
  ...change,
});
const schedule = (what = call(), delay = BigInt(DELAY), by = 'proposer'): Promise<Done> =>
  world.call(timelock, 'schedule', { ...what, delay }, account(by));
const execute = (what = call(), by = 'executor'): Promise<Done> =>
  world.call(timelock, 'execute', what, account(by));
async function ready(what = call()): Promise<void> {
  expect((await schedule(what)).receipt.status).toBe('OK');
  world.time += DELAY;
}
const pings = async () => (await world.view(target, 'counted')).result;

describe('timelock', () => {
  it('makes a call after its delay, once, and says so', async () => {
    const scheduled = await schedule();
    const id = scheduled.result as Uint8Array;
    expect((await world.view(timelock, 'operationId', call())).result).toEqual(id);
    const readyAt = BigInt(world.time - 1 + DELAY);
    expect(scheduled.events[0]).toMatchObject({ name: 'Scheduled', fields: { id, readyAt } });
    expect((await execute()).error).toEqual({ name: 'TooEarly', fields: { readyAt } });
    world.time = Number(readyAt) - 1;
    expect((await execute()).error?.name).toBe('TooEarly');
    const done = await execute();
    expect(done.receipt.status).toBe('OK');
    expect(done.receipt.phase).toBe('ordered');
    expect(done.events.map(({ name }) => name)).toEqual(['Executed']);
    expect(await pings()).toBe(1n);
    expect((await execute()).error).toEqual({ name: 'NotPending', fields: { id } });
    expect((await schedule()).error?.name).toBe('AlreadyScheduled');
    expect((await world.view(timelock, 'wasExecuted', { id })).result).toBe(true);
  });

  it('asks for roles, a delay long enough, and another target than itself', async () => {
    expect((await schedule(call(), BigInt(DELAY), 'executor')).error?.name).toBe('MissingRole');
    expect((await schedule(call(), BigInt(DELAY - 1))).error?.name).toBe('DelayTooShort');
    expect((await schedule(call(), 2n ** 64n - 1n)).error?.name).toBe('DelayTooShort');
    expect((await schedule(call({ target: timelock.text }))).error?.name).toBe('TargetsItself');
    await ready();
    expect((await execute(call(), 'proposer')).error?.name).toBe('MissingRole');
    expect((await execute(call({ salt: new Uint8Array(32).fill(1) }))).error?.name).toBe('NotPending');
    const anybody = { role: roleOf('executor'), account: NOBODY };
    await world.call(timelock, 'grantRole', anybody);
    expect((await execute(call(), 'anybody')).receipt.status).toBe('OK');
  });

  it('cancels what is pending, and nothing else', async () => {
    const id = (await schedule()).result as Uint8Array;
    expect((await world.call(timelock, 'cancel', { id }, account('proposer'))).error?.name).toBe(
      'MissingRole',
    );
    expect((await world.call(timelock, 'cancel', { id }, account('canceller'))).receipt.status).toBe('OK');
    world.time += DELAY;
    expect((await execute()).error?.name).toBe('NotPending');
    expect((await world.call(timelock, 'cancel', { id }, account('canceller'))).error?.name).toBe(
      'NotPending',
    );
    expect(await pings()).toBe(0n);
  });

  it('keeps an order where one call comes after another', async () => {
    const first = (await schedule()).result as Uint8Array;
    const second = call({ after: first, salt: new Uint8Array(32).fill(2) });
    await ready(second);
    expect((await execute(second)).error).toEqual({ name: 'PredecessorPending', fields: { id: first } });
    expect((await execute()).receipt.status).toBe('OK');
    expect((await execute(second)).receipt.status).toBe('OK');
  });

  it('sends value along from what was deposited', async () => {
    world.fund(account('rich'), 100n);
    await world.call(timelock, 'deposit', {}, account('rich'), 100n);
    const what = call({ value: 60n });
    await ready(what);
    expect((await execute(what)).receipt.status).toBe('OK');
    expect([world.balanceOf(timelock.address), world.balanceOf(target.address)]).toEqual([40n, 60n]);
  });

  it('a call that fails stays pending', async () => {
    const payload = encodePayload(token.artifact.abi, 'transfer', { to: text('A'), amount: 5n });
    const what = call({ target: token.text, payload });
    await ready(what);
    expect((await execute(what)).error?.name).toBe('InsufficientBalance');
    await world.call(token, 'transfer', { to: timelock.text, amount: 5n });
    expect((await execute(what)).receipt.status).toBe('OK');
    expect(world.cell(token, 'balances', text('A'))).toBe(5n);
  });

  it('a new minimum delay waits out the old one', async () => {
    await world.call(timelock, 'scheduleDelay', { delay: 1000n });
    expect((await world.call(timelock, 'applyDelay')).error?.name).toBe('TooEarly');
    expect((await schedule(call(), 1000n)).error?.name).toBe('DelayTooShort');
    world.time += DELAY;
    expect((await world.call(timelock, 'applyDelay', {}, account('A'))).error?.name).toBe('MissingRole');
    expect((await world.call(timelock, 'applyDelay')).receipt.status).toBe('OK');
    expect((await world.call(timelock, 'applyDelay')).error?.name).toBe('NotPending');
    expect((await schedule(call(), 1000n)).receipt.status).toBe('OK');
  });

  it('administration is not lost by accident', async () => {
    const renounce = { role: ADMINISTRATOR };
    expect((await world.call(timelock, 'renounceRole', renounce)).error?.name).toBe('LastAdministrator');
    expect((await world.call(timelock, 'endAdministration')).receipt.status).toBe('OK');
    const grant = { role: roleOf('proposer'), account: text('A') };
    expect((await world.call(timelock, 'grantRole', grant)).error?.name).toBe('MissingRole');
  });

  it('different calls are scheduled and executed at once', async () => {
    const calls = Array.from({ length: 8 }, (_, index) => call({ salt: new Uint8Array(32).fill(index) }));
    const proposers = calls.map((_, index) => account(`P${index}`));
    for (const proposer of proposers)
      await world.call(timelock, 'grantRole', { role: roleOf('proposer'), account: encodeAddress(proposer) });
    const { outcome } = await world.block(
      calls.map((what, index) => ({
        to: timelock,
        method: 'schedule',
        args: { ...what, delay: BigInt(DELAY) },
        sender: proposers[index]!,
      })),
    );
    expect(outcome.stats.ordered).toBe(8);
    expect(outcome.criticalPathGas).toBe(50_000_000);
  });
});

describe('hostile payloads', () => {
  it('bytes that are no call of the target never run in the ordered part, and fail', async () => {
    const junk = [
      new Uint8Array(0),
      new Uint8Array([1, 2, 3]),
      new Uint8Array([...ping(), 7]),
      new Uint8Array(4).fill(0xaa),
      encodePayload(token.artifact.abi, 'transfer', { to: text('A'), amount: 5n }).slice(0, 20),
    ];
    for (const [index, payload] of junk.entries()) {
      const what = call({ payload, target: index === 4 ? token.text : target.text, salt: ZERO });
      await ready(what);
      const { receipt, error } = await execute(what);
      expect([receipt.status, receipt.phase]).not.toContain('OK');
      expect(error?.name ?? receipt.status).toMatch(/BadArguments|UnknownMethod|REVERT/);
    }
    expect(await pings()).toBe(0n);
  });

  it('a call back into the timelock is refused', async () => {
    const inner = encodePayload(timelock.artifact.abi, 'execute', call());
    const payload = encodePayload(target.artifact.abi, 'bounce', { target: timelock.text, payload: inner });
    const what = call({ payload, salt: new Uint8Array(32).fill(3) });
    await ready();
    await ready(what);
    const { receipt } = await execute(what);
    expect(receipt.status).not.toBe('OK');
    expect(receipt.failure?.code).toBe(FAILURE_CODE.REENTERED);
    expect(await pings()).toBe(0n);
  });

  it('a target that reaches further than it declares is thrown out of the ordered part, and out of the block', async () => {
    await world.call(token, 'transfer', { to: target.text, amount: 5n });
    const inner = encodePayload(token.artifact.abi, 'transfer', { to: text('A'), amount: 5n });
    const args = { token: token.text, payload: inner };
    const what = call({ payload: encodePayload(target.artifact.abi, 'reach', args) });
    await ready(what);
    const greedy = { to: timelock, method: 'execute', args: what, sender: account('executor') };
    const { done } = await world.fork().block([{ ...greedy, gasLimit: 1_000_000_000 }]);
    expect(done[0]!.receipt.status).toBe('ACCESS_TAIL_FULL');
    expect(done[0]!.receipt.attemptGas).toBeGreaterThan(0);
    const [modest] = (await world.block([greedy])).done;
    expect([modest!.receipt.status, modest!.receipt.phase]).toEqual(['OK', 'tail']);
  });
});
