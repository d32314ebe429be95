// Histories of OrderEscrow: paid, refunded and held are what was funded, order by order; what is over stays over; stock is
// what was put in less what was taken.
import { concatBytes, toHex } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import fc from 'fast-check';
import { account, type ContractWorld, text, type WorldCall } from '../support/contract-world.js';
import { type CreateScene, type HistoryBlock, Sums, same } from '../support/histories.js';
import {
  ARBITER_MS,
  createOrderScene,
  DEADLINE,
  eventArgs,
  idOf,
  LOT,
  usualOrder,
  ZERO,
} from '../support/orders.js';

const STOCK = 100n;
/** Key of the seller's stock: the hash of lot and site. */
const SITE = sha256(concatBytes(LOT, account('seller')));
const TOTAL = 100n;
const PARTIES = ['buyer', 'seller', 'arbiter', 'stranger'];
const OVER = new Set([4, 5, 6, 7]);

export const orderEscrowHistories: CreateScene = async (executor) => {
  const scene = await createOrderScene(executor);
  const { world, token, ledger, escrow } = scene;
  const orders = [0, 1, 2].map((n) => ({ ...usualOrder(scene), salt: new Uint8Array(32).fill(n) }));
  const ids = orders.map((order) => idOf(order));
  // Two orders are funded already, so that short histories reach the ends.
  for (const [index, order] of orders.slice(0, 2).entries()) {
    await world.call(escrow, 'open', order as never, account('buyer'));
    await world.call(escrow, 'fund', { id: ids[index]! }, account('buyer'));
  }
  const events = [
    ...[1, 2].map((n) => ({ ...eventArgs('shipping', n), by: 'seller' })),
    ...[1, 2].map((n) => ({ ...eventArgs('receiving', n), by: 'buyer' })),
  ];
  for (const { event, by } of events) await world.call(ledger, 'record', { event }, account(by));
  const funded = TOTAL * 2n;

  const id = fc.constantFrom(...ids);
  const proof = fc.constantFrom(...events.map((one) => one.id), ZERO);
  const amount = fc.constantFrom(40n, 60n, 100n, 0n, 2n ** 128n - 1n);
  const quantity = fc.constantFrom(1n, 2n, 60n, 2n ** 64n - 1n);
  const invoice = fc.record({
    document: fc.constant(ZERO),
    quantity: fc.constantFrom(2n, 2n, 3n),
    amount: fc.constant(TOTAL),
  });
  const step = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ id, proof }).map((args) => ({ ...args, milestone: 0, amount: 40n })),
    },
    {
      weight: 3,
      arbitrary: fc.record({ id, proof }).map((args) => ({ ...args, milestone: 1, amount: 60n })),
    },
    fc.record({ id, proof, amount, milestone: fc.integer({ min: 0, max: 3 }) }),
  );
  const split = fc.record({ id, toSeller: amount, toBuyer: amount });
  const call: fc.Arbitrary<WorldCall> = fc.oneof(
    by('open', fc.constantFrom(...orders), 'buyer'),
    by('fund', fc.record({ id }), 'buyer'),
    by('cancel', fc.record({ id }), 'buyer'),
    { weight: 6, arbitrary: by('reach', step) },
    { weight: 2, arbitrary: by('invoice', fc.record({ id, invoice }), 'seller') },
    by('dispute', fc.record({ id, reason: fc.constant(ZERO) }), 'seller'),
    { weight: 2, arbitrary: by('resolve', split, 'arbiter') },
    { weight: 2, arbitrary: by('refundAfter', fc.record({ id, amount })) },
    by('addStock', fc.record({ lot: fc.constant(LOT), quantity }), 'seller'),
    by('takeStock', fc.record({ lot: fc.constant(LOT), quantity }), 'seller'),
  );
  function by(method: string, args: fc.Arbitrary<unknown>, usual?: string): fc.Arbitrary<WorldCall> {
    const who =
      usual === undefined ? fc.constantFrom(...PARTIES) : fc.constantFrom(usual, usual, usual, ...PARTIES);
    return fc
      .tuple(who, args)
      .map(([name, given]) => ({ to: escrow, method, args: given as never, sender: account(name) }));
  }

  const check = (state: ContractWorld, blocks: readonly HistoryBlock[]): void => {
    const held = new Sums();
    for (const one of ids.slice(0, 2)) held.add(toHex(one), TOTAL);
    let [all, paid, refunded, stock] = [funded, 0n, 0n, STOCK - 4n];
    const over = new Map<string, number>();
    for (const { name, fields } of blocks.flatMap(({ done }) => done.flatMap((one) => one.events))) {
      const key = fields['id'] === undefined ? '' : toHex(fields['id'] as Uint8Array);
      if (name === 'StockChanged' && fields['site'] === text('seller'))
        stock += (fields['added'] as bigint) - (fields['taken'] as bigint);
      if (!['OrderFunded', 'MilestoneReached', 'OrderClosed'].includes(name)) continue;
      const closed = over.get(key);
      const last = name === 'MilestoneReached' && closed === 4;
      if (closed !== undefined && !last) throw new RangeError(`${key} is over, and ${name}`);
      if (name === 'OrderFunded') {
        held.add(key, fields['amount'] as bigint);
        all += fields['amount'] as bigint;
      } else if (name === 'MilestoneReached') {
        held.add(key, -(fields['amount'] as bigint));
        paid += fields['amount'] as bigint;
      } else {
        over.set(key, fields['state'] as number);
        if (fields['state'] === 4) continue;
        held.add(key, -((fields['paid'] as bigint) + (fields['refunded'] as bigint)));
        paid += fields['paid'] as bigint;
        refunded += fields['refunded'] as bigint;
      }
    }
    let sum = 0n;
    for (const one of ids) {
      same(state.cell(escrow, 'held', one), held.get(toHex(one)), 'held');
      sum += held.get(toHex(one));
      const now = state.value(escrow, 'states', one);
      const ended = over.get(toHex(one));
      if (ended !== undefined) same(now, ended, 'state');
      else if (OVER.has(now as number)) throw new RangeError('an order ended without saying so');
    }
    same(paid + refunded + sum, all, 'paid, refunded and held');
    same(state.cell(token, 'balances', escrow.text), sum, 'tokens of the escrow');
    same(state.cell(token, 'balances', text('seller')), paid, 'tokens of the seller');
    same(state.cell(escrow, 'stock', SITE), stock, 'stock');
  };
  return { world, call, check, pause: fc.constantFrom(0, 1, DEADLINE - world.time, ARBITER_MS) };
};
