// OrderEscrow on the real machine, with a real token and a real ledger: paid, refunded and held are what was funded.
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { NamedValues } from '@weft/sdk/client/contract-codec';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, type ContractWorld, type Done, GAS_LIMIT, text } from './support/contract-world.js';
import {
  ARBITER_MS,
  createOrderScene,
  DEADLINE,
  eventArgs,
  idOf,
  LOT,
  type OrderScene,
  type UsualOrder,
  usualOrder,
  ZERO,
} from './support/orders.js';

const oracle = createSequentialExecutor();
let scene: OrderScene;
let world: ContractWorld;
let order: UsualOrder;
let id: Uint8Array;
beforeAll(async () => {
  scene = await createOrderScene(oracle);
  order = usualOrder(scene);
  id = idOf(order);
});
beforeEach(() => {
  world = scene.world.fork();
});
afterAll(() => oracle.close());

const as = (by: string, method: string, args: NamedValues): Promise<Done> =>
  world.call(scene.escrow, method, args, account(by));
const errorOf = async (done: Promise<Done>): Promise<string | undefined> => (await done).error?.name;
async function ok(done: Promise<Done>): Promise<Done> {
  const { receipt, error } = await done;
  expect([receipt.status, receipt.phase, error]).toEqual(['OK', 'ordered', undefined]);
  return done;
}
const tokens = (name: string): bigint => world.cell(scene.token, 'balances', text(name));
const stock = async () =>
  (await world.view(scene.escrow, 'stockOf', { lot: LOT, site: text('seller') })).result;
const state = async () => (await world.view(scene.escrow, 'stateOf', { id })).result;
async function funded(): Promise<void> {
  await ok(as('buyer', 'open', order as never));
  await ok(as('buyer', 'fund', { id }));
}
/** Records an event; its id. */
async function proof(bizStep: string, by: string, goods = 2, time?: number, number = 1): Promise<Uint8Array> {
  const made = eventArgs(bizStep, number, goods, time);
  await ok(world.call(scene.ledger, 'record', { event: made.event }, account(by)));
  return made.id;
}
const reach = (milestone: number, amount: bigint, event: Uint8Array): Promise<Done> =>
  as('anybody', 'reach', { id, milestone, amount, proof: event });
const bill = (change: NamedValues = {}): NamedValues => ({
  id,
  invoice: { document: ZERO, quantity: 2n, amount: 100n, ...change },
});

describe('an order', () => {
  it('is opened, funded, shipped, received and paid', async () => {
    expect((await ok(as('buyer', 'open', order as never))).result).toEqual(id);
    await ok(as('buyer', 'fund', { id }));
    expect([tokens('buyer'), world.cell(scene.escrow, 'held', id), await stock()]).toEqual([
      9_900n,
      100n,
      98n,
    ]);
    await ok(reach(0, 40n, await proof('shipping', 'seller')));
    await ok(as('seller', 'invoice', bill()));
    const done = await ok(reach(1, 60n, await proof('receiving', 'buyer')));
    expect(done.events.map(({ name }) => name)).toEqual(['OrderClosed', 'MilestoneReached', 'Transfer']);
    expect([tokens('seller'), world.cell(scene.escrow, 'held', id), await state()]).toEqual([100n, 0n, 4]);
    expect(await errorOf(reach(1, 60n, ZERO))).toBe('WrongState');
  });

  it('is refused with terms that do not hold together', async () => {
    const bad: [string, UsualOrder][] = [
      ['total', usualOrder(scene, { total: 99n })],
      ['seller', usualOrder(scene, { seller: text('buyer') })],
      ['arbiter', usualOrder(scene, { arbiter: text('seller') })],
      ['deadline', usualOrder(scene, { deadline: 5n })],
      ['deadline', usualOrder(scene, { deadline: 2n ** 63n })],
      ['milestones', { ...order, milestones: [] }],
    ];
    for (const [field, given] of bad)
      expect((await as('buyer', 'open', given as never)).error).toEqual({
        name: 'BadTerms',
        fields: { field },
      });
    const huge = {
      ...order,
      milestones: [1, 2].map(() => ({ ...order.milestones[0]!, amount: 2n ** 127n })),
    };
    expect(await errorOf(as('buyer', 'open', huge as never))).toBe('Overflow');
    await ok(as('buyer', 'open', order as never));
    expect(await errorOf(as('buyer', 'open', order as never))).toBe('OrderExists');
  });

  it('is funded by its buyer, with tokens there are, from stock there is', async () => {
    expect(await errorOf(as('buyer', 'fund', { id }))).toBe('UnknownOrder');
    await ok(as('buyer', 'open', order as never));
    expect(await errorOf(as('seller', 'fund', { id }))).toBe('NotParty');
    await ok(as('seller', 'takeStock', { lot: LOT, quantity: 99n }));
    expect(await errorOf(as('buyer', 'fund', { id }))).toBe('InsufficientStock');
    await ok(as('seller', 'addStock', { lot: LOT, quantity: 1n }));
    await ok(world.call(scene.token, 'burn', { amount: 9_950n }, account('buyer')));
    expect(await errorOf(as('buyer', 'fund', { id }))).toBe('InsufficientBalance');
    expect([await state(), await stock()]).toEqual([1, 2n]);
    expect(await errorOf(as('seller', 'cancel', { id }))).toBe('NotParty');
    await ok(as('buyer', 'cancel', { id }));
    expect(await errorOf(as('buyer', 'fund', { id }))).toBe('WrongState');
  });

  it('stock never falls below zero', async () => {
    expect(await errorOf(as('seller', 'takeStock', { lot: LOT, quantity: 101n }))).toBe('InsufficientStock');
    expect(await errorOf(as('stranger', 'takeStock', { lot: LOT, quantity: 1n }))).toBe('InsufficientStock');
    expect(await errorOf(as('seller', 'addStock', { lot: LOT, quantity: 2n ** 64n - 1n }))).toBe(
      'OutOfRange',
    );
  });
});

describe('milestones', () => {
  it('are proven by a sound event of the step and recorder agreed on, made since the order was', async () => {
    await funded();
    const none = new Uint8Array(32).fill(1);
    expect(await errorOf(reach(0, 40n, none))).toBe('NotProven');
    expect(await errorOf(reach(0, 40n, await proof('receiving', 'seller')))).toBe('NotProven');
    expect(await errorOf(reach(0, 40n, await proof('shipping', 'stranger')))).toBe('NotProven');
    expect(await errorOf(reach(0, 40n, await proof('shipping', 'seller', 2, 5, 2)))).toBe('NotProven');
    const wrong = await proof('shipping', 'seller', 2, undefined, 3);
    await ok(world.call(scene.ledger, 'correct', { id: wrong, reason: 'typo', by: ZERO }, account('seller')));
    expect(await errorOf(reach(0, 40n, wrong))).toBe('NotProven');
    const broken = eventArgs('shipping', 4);
    const event = { ...broken.event, action: 2 };
    await ok(world.call(scene.ledger, 'record', { event }, account('seller')));
    expect(await errorOf(reach(0, 40n, broken.id))).toBe('NotProven');
  });

  it('are paid in order, once, by their amount', async () => {
    await funded();
    const event = await proof('shipping', 'seller');
    expect(await errorOf(reach(1, 60n, event))).toBe('WrongMilestone');
    expect(await errorOf(reach(0, 41n, event))).toBe('BadTerms');
    await ok(reach(0, 40n, event));
    expect(await errorOf(reach(0, 40n, event))).toBe('WrongMilestone');
  });

  it('one event does not prove two orders of the same parties', async () => {
    await funded();
    const second = { ...order, salt: new Uint8Array(32).fill(1) };
    await ok(as('buyer', 'open', second as never));
    await ok(as('buyer', 'fund', { id: idOf(second) }));
    const event = await proof('shipping', 'seller');
    await ok(reach(0, 40n, event));
    const again = as('anybody', 'reach', { id: idOf(second), milestone: 0, amount: 40n, proof: event });
    expect((await again).error).toEqual({ name: 'ProofUsed', fields: { proof: event } });
  });

  it('the last one waits for order, receipt and invoice to match', async () => {
    await funded();
    await ok(reach(0, 40n, await proof('shipping', 'seller')));
    const short = await proof('receiving', 'buyer', 1);
    const full = await proof('receiving', 'buyer', 2, undefined, 2);
    const matches = async (event: Uint8Array) => (await reach(1, 60n, event)).error?.fields['field'];
    expect(await matches(short)).toBe('receipt');
    expect(await matches(full)).toBe('invoice quantity');
    expect(await errorOf(as('buyer', 'invoice', bill()))).toBe('NotParty');
    await ok(as('seller', 'invoice', bill({ amount: 101n })));
    expect(await matches(full)).toBe('invoice amount');
    await ok(as('seller', 'invoice', bill()));
    await ok(reach(1, 60n, full));
  });
});

describe('disputes and deadlines', () => {
  it('a dispute stops payment; the arbiter splits what is held, exactly', async () => {
    await funded();
    await ok(reach(0, 40n, await proof('shipping', 'seller')));
    expect(await errorOf(as('stranger', 'dispute', { id, reason: ZERO }))).toBe('NotParty');
    await ok(as('buyer', 'dispute', { id, reason: ZERO }));
    expect(await errorOf(reach(1, 60n, await proof('receiving', 'buyer')))).toBe('WrongState');
    const split = (toSeller: bigint, toBuyer: bigint, by = 'arbiter') =>
      as(by, 'resolve', { id, toSeller, toBuyer });
    expect(await errorOf(split(10n, 50n, 'buyer'))).toBe('NotParty');
    expect(await errorOf(split(10n, 51n))).toBe('BadTerms');
    expect(await errorOf(split(2n ** 128n - 1n, 61n))).toBe('Overflow');
    await ok(split(10n, 50n));
    expect([tokens('seller'), tokens('buyer'), await state()]).toEqual([50n, 9_950n, 6]);
    expect(await errorOf(split(0n, 0n))).toBe('WrongState');
  });

  it('what is not earned by the deadline goes back, and so do goods that were not shipped', async () => {
    await funded();
    expect(await errorOf(as('buyer', 'refundAfter', { id, amount: 100n }))).toBe('TooEarly');
    world.time = DEADLINE + 1;
    expect(await errorOf(as('anybody', 'refundAfter', { id, amount: 99n }))).toBe('BadTerms');
    await ok(as('anybody', 'refundAfter', { id, amount: 100n }));
    expect([tokens('buyer'), await stock(), await state()]).toEqual([10_000n, 100n, 5]);
    expect(await errorOf(as('anybody', 'refundAfter', { id, amount: 0n }))).toBe('WrongState');
  });

  it('of a dispute nobody decides, the rest goes back after the arbiter’s time', async () => {
    await funded();
    await ok(reach(0, 40n, await proof('shipping', 'seller')));
    await ok(as('seller', 'dispute', { id, reason: ZERO }));
    world.time = DEADLINE + 1;
    expect(await errorOf(as('buyer', 'refundAfter', { id, amount: 60n }))).toBe('TooEarly');
    world.time = DEADLINE + ARBITER_MS + 1;
    await ok(as('buyer', 'refundAfter', { id, amount: 60n }));
    expect([tokens('buyer'), tokens('seller'), await stock()]).toEqual([9_960n, 40n, 98n]);
  });
});

describe('orders under load', () => {
  it('orders of one buyer and one seller never wait for each other', async () => {
    const many = Array.from({ length: 20 }, (_, n) => ({ ...order, salt: new Uint8Array(32).fill(n) }));
    const to = scene.escrow;
    const opened = await world.block(
      many.map((args) => ({ to, method: 'open', args: args as never, sender: account('buyer') })),
    );
    expect(opened.outcome.criticalPathGas).toBe(GAS_LIMIT);
    const paid = await world.block(
      many.map((one) => ({ to, method: 'fund', args: { id: idOf(one) }, sender: account('buyer') })),
    );
    expect(paid.done.map(({ receipt }) => receipt.status)).toEqual(many.map(() => 'OK'));
    expect(paid.outcome.criticalPathGas).toBe(GAS_LIMIT);
    expect([world.cell(scene.token, 'balances', to.text), await stock()]).toEqual([2_000n, 60n]);
  });
});
