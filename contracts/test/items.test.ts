// Items on the real machine: one owner an item, units that add up, approvals that end with a move, receivers that agree.
import { itemId } from '@weft/contracts/items/client/ids';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { encodeAddress } from '@weft/runtime/types/address';
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import { encodePayload, type NamedValues } from '@weft/sdk/client/contract-codec';
import { roleOf } from '@weft/sdk/client/roles';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { account, ContractWorld, type Done, GAS_LIMIT, type Placed, text } from './support/contract-world.js';
import { compileText, intruderArtifact, KEEPER } from './support/intruder.js';
import { readyArtifact } from './support/ready-contract.js';

const NOBODY = encodeAddress(new Uint8Array(32));
const TERMS = { content: new Uint8Array(32).fill(5), royaltyTo: text('artist'), royaltyPoints: 250 };
const salt = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const oracle = createSequentialExecutor();
let start: ContractWorld;
let world: ContractWorld;
let items: Placed;
let receiver: Placed;
beforeAll(async () => {
  start = new ContractWorld(oracle);
  items = await start.deploy(await readyArtifact('items'), { name: 'Things', openToAll: true });
  receiver = await start.deploy(await intruderArtifact(), {});
});
beforeEach(() => {
  world = start.fork();
});
afterAll(() => oracle.close());

const as = (by: string, method: string, args: NamedValues): Promise<Done> =>
  world.call(items, method, args, account(by));
const view = async (method: string, args: NamedValues = {}) => (await world.view(items, method, args)).result;
async function item(owner: string, n: number): Promise<Uint8Array> {
  const done = await as(owner, 'mint', { to: text(owner), salt: salt(n), terms: TERMS });
  expect(done.receipt.status).toBe('OK');
  return done.result as Uint8Array;
}
async function units(maker: string, amount: bigint, ceiling = 1000n): Promise<Uint8Array> {
  const id = (await as(maker, 'createClass', { salt: salt(0), ceiling, terms: TERMS })).result as Uint8Array;
  expect((await as(maker, 'mintUnits', { id, to: text(maker), amount })).receipt.status).toBe('OK');
  return id;
}
const move = (id: Uint8Array, from: string, to: string): NamedValues => ({
  from: text(from),
  to: text(to),
  id,
});

describe('items', () => {
  it('are made under an id known before, once', async () => {
    const id = await item('A', 1);
    expect(id).toEqual(itemId('item', text('A'), salt(1)));
    expect([await view('ownerOf', { id }), await view('totalItems')]).toEqual([text('A'), 1n]);
    expect(await view('termsOf', { id })).toEqual(TERMS);
    const again = await as('A', 'mint', { to: text('A'), salt: salt(1), terms: TERMS });
    expect(again.error).toEqual({ name: 'AlreadyMade', fields: { id } });
    expect(await item('B', 1)).not.toEqual(id);
  });

  it('move by their owner, who they approved, or an operator; an approval ends with the move', async () => {
    const id = await item('A', 1);
    expect((await as('B', 'transferFrom', move(id, 'A', 'B'))).error?.name).toBe('NotAllowed');
    expect((await as('B', 'approve', { id, spender: text('B') })).error?.name).toBe('NotItemOwner');
    await as('A', 'approve', { id, spender: text('S') });
    const done = await as('S', 'transferFrom', move(id, 'A', 'B'));
    expect(done.events).toEqual([{ name: 'ItemMoved', fields: { id, from: text('A'), to: text('B') } }]);
    expect(await view('approvedOf', { id })).toBe(NOBODY);
    expect((await as('S', 'transferFrom', move(id, 'B', 'S'))).error?.name).toBe('NotAllowed');
    await as('B', 'setApprovalForAll', { operator: text('S'), allowed: true });
    expect((await as('S', 'transferFrom', move(id, 'B', 'B'))).receipt.status).toBe('OK');
    await as('B', 'setApprovalForAll', { operator: text('S'), allowed: false });
    expect((await as('S', 'transferFrom', move(id, 'B', 'S'))).error?.name).toBe('NotAllowed');
    expect([
      await view('balanceOf', { owner: text('A') }),
      await view('balanceOf', { owner: text('B') }),
    ]).toEqual([0n, 1n]);
  });

  it('nobody moves what is another’s, to nobody, or what is not there', async () => {
    const id = await item('A', 1);
    expect((await as('B', 'transferFrom', move(id, 'B', 'C'))).error?.name).toBe('NotItemOwner');
    expect((await as('A', 'transferFrom', { from: text('A'), to: NOBODY, id })).error?.name).toBe(
      'NoReceiver',
    );
    expect((await as('A', 'transferFrom', move(salt(9), 'A', 'B'))).error?.name).toBe('NotItemOwner');
    const nobodys = { from: NOBODY, to: text('A'), id: salt(9) };
    expect((await as('A', 'transferFrom', nobodys)).error?.name).toBe('NotAllowed');
    expect((await world.view(items, 'ownerOf', { id: salt(9) })).error?.name).toBe('UnknownItem');
  });

  it('burned ones are gone, and their id with them', async () => {
    const id = await item('A', 1);
    expect((await as('B', 'burn', { id })).error?.name).toBe('NotItemOwner');
    expect((await as('A', 'burn', { id })).receipt.status).toBe('OK');
    expect((await as('A', 'burn', { id })).error?.name).toBe('NotItemOwner');
    const again = await as('A', 'mint', { to: text('A'), salt: salt(1), terms: TERMS });
    expect(again.error?.name).toBe('AlreadyMade');
    expect([await view('totalItems'), await view('balanceOf', { owner: text('A') })]).toEqual([0n, 0n]);
  });

  it('move in batches, all or none; one named twice moves once, so none', async () => {
    const ids = [await item('A', 1), await item('A', 2)];
    const batch = (list: Uint8Array[]): NamedValues => ({ from: text('A'), to: text('B'), ids: list });
    expect((await as('A', 'batchTransferFrom', batch([...ids, ids[0]!]))).error?.name).toBe('NotItemOwner');
    expect((await as('B', 'batchTransferFrom', batch(ids))).error?.name).toBe('NotAllowed');
    expect((await as('A', 'batchTransferFrom', batch(ids))).receipt.status).toBe('OK');
    expect(await view('balanceOf', { owner: text('B') })).toBe(2n);
    const many = Array.from({ length: 65 }, (_, index) => salt(index));
    expect((await as('A', 'batchTransferFrom', batch(many))).error?.name).toBe('BadArgument');
  });

  it('a closed collection lets makers make only', async () => {
    const closed = await world.deploy(items.artifact, { name: 'Closed', openToAll: false });
    const args = { to: text('A'), salt: salt(1), terms: TERMS };
    expect((await world.call(closed, 'mint', args, account('A'))).error?.name).toBe('MissingRole');
    await world.call(closed, 'grantRole', { role: roleOf('maker'), account: text('A') });
    expect((await world.call(closed, 'mint', args, account('A'))).receipt.status).toBe('OK');
  });
});

describe('units', () => {
  it('are made by the class’s maker up to its ceiling, and burned', async () => {
    const id = await units('A', 900n);
    expect(id).toEqual(itemId('class', text('A'), salt(0)));
    const more = (amount: bigint) => ({ id, to: text('A'), amount });
    expect((await as('B', 'mintUnits', more(1n))).error?.name).toBe('NotMaker');
    expect((await as('A', 'mintUnits', more(101n))).error).toMatchObject({ name: 'CeilingExceeded' });
    expect((await as('A', 'mintUnits', more(2n ** 128n - 1n))).error?.name).toBe('CeilingExceeded');
    expect((await as('A', 'burnUnits', { id, amount: 901n })).error?.name).toBe('InsufficientUnits');
    expect((await as('A', 'burnUnits', { id, amount: 100n })).receipt.status).toBe('OK');
    expect([await view('supplyOf', { id }), await view('unitsOf', { id, owner: text('A') })]).toEqual([
      800n,
      800n,
    ]);
  });

  it('nobody makes units of a class that is not there', async () => {
    const args = { id: salt(3), to: text('A'), amount: 0n };
    expect((await as('A', 'mintUnits', args)).error?.name).toBe('NotMaker');
  });

  it('move by owner and operator, alone and in batches', async () => {
    const id = await units('A', 100n);
    const some = (amount: bigint) => ({ ...move(id, 'A', 'B'), amount });
    expect((await as('B', 'transferUnits', some(1n))).error?.name).toBe('NotAllowed');
    expect((await as('A', 'transferUnits', some(101n))).error?.name).toBe('InsufficientUnits');
    expect((await as('A', 'transferUnits', some(40n))).receipt.status).toBe('OK');
    const batch = {
      from: text('A'),
      to: text('C'),
      moved: [
        { id, amount: 10n },
        { id, amount: 20n },
      ],
    };
    expect((await as('A', 'batchTransferUnits', batch)).receipt.status).toBe('OK');
    const held = await Promise.all(['A', 'B', 'C'].map((name) => view('unitsOf', { id, owner: text(name) })));
    expect(held).toEqual([30n, 40n, 30n]);
  });

  it('royalties are a share of the price, rounded down, never above it', async () => {
    const id = await item('A', 1);
    const royalty = (price: bigint) => view('royaltyOf', { id, price });
    expect(await royalty(1_000n)).toEqual({ to: text('artist'), amount: 25n });
    expect(await royalty(39n)).toEqual({ to: text('artist'), amount: 0n });
    expect(await royalty(2n ** 128n - 1n)).toMatchObject({ amount: ((2n ** 128n - 1n) * 250n) / 10_000n });
    const greedy = { to: text('A'), salt: salt(2), terms: { ...TERMS, royaltyPoints: 10_001 } };
    expect((await as('A', 'mint', greedy)).error?.name).toBe('BadArgument');
  });
});

describe('safe transfers', () => {
  const arm = (payload: Uint8Array, refuses = false): Promise<Done> =>
    world.call(receiver, 'arm', { target: items.text, payload, refuses });
  const give = (moved: NamedValues[], to = receiver.text): Promise<Done> =>
    as('A', 'safeBatchTransferFrom', { from: text('A'), to, moved });

  it('items and units go together to a contract that agrees', async () => {
    const [id, kind] = [await item('A', 1), await units('A', 10n)];
    const keeper = await world.deploy(await compileText(KEEPER), {});
    const both = [
      { id, amount: 1n },
      { id: kind, amount: 4n },
    ];
    const done = await give(both, keeper.text);
    expect([done.receipt.status, done.receipt.phase]).toEqual(['OK', 'ordered']);
    expect(await view('ownerOf', { id })).toBe(keeper.text);
    expect(await view('unitsOf', { id: kind, owner: keeper.text })).toBe(4n);
    expect((await give([{ id, amount: 2n }])).error?.name).toBe('BadArgument');
  });

  it('nothing moves to a contract that refuses, or to what is no receiver', async () => {
    const id = await item('A', 1);
    await arm(new Uint8Array(0), true);
    expect((await give([{ id, amount: 1n }])).error?.name).toBe('ReceiverRefused');
    expect((await give([{ id, amount: 1n }], text('B'))).receipt.status).not.toBe('OK');
    expect(await view('ownerOf', { id })).toBe(text('A'));
  });

  it('a receiver that calls back is refused, and nothing moves', async () => {
    const id = await item('A', 1);
    const args = { from: receiver.text, to: text('thief'), id };
    await arm(encodePayload(items.artifact.abi, 'transferFrom', args));
    expect((await give([{ id, amount: 1n }])).receipt.failure?.code).toBe(FAILURE_CODE.REENTERED);
    expect(await view('ownerOf', { id })).toBe(text('A'));
  });
});

describe('items under load', () => {
  it('makers never wait for each other, nor holders of one class', async () => {
    const made = Array.from({ length: 30 }, (_, index) => ({
      to: items,
      method: 'mint',
      args: { to: text('gallery'), salt: salt(index), terms: TERMS },
    }));
    const { outcome } = await world.block(made);
    expect([outcome.criticalPathGas, await view('totalItems')]).toEqual([GAS_LIMIT, 30n]);
    const id = await units('A', 1000n);
    const sales = Array.from({ length: 30 }, (_, index) => ({
      to: items,
      method: 'transferUnits',
      args: { ...move(id, 'A', `B${index}`), amount: 10n },
      sender: account('A'),
    }));
    expect((await world.block(sales)).outcome.criticalPathGas).toBe(GAS_LIMIT);
  });
});
