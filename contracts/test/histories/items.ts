// Histories of Items: every item has one owner, counts are live items, units add up, approvals end with a move.
import { itemId } from '@weft/contracts/items/client/ids';
import { encodeAddress } from '@weft/runtime/types/address';
import fc from 'fast-check';
import { account, ContractWorld, text, type WorldCall } from '../support/contract-world.js';
import { type CreateScene, type HistoryBlock, Sums, same } from '../support/histories.js';
import { readyArtifact } from '../support/ready-contract.js';

const NOBODY = encodeAddress(new Uint8Array(32));
const CEILING = 100n;
const NAMES = ['A', 'B', 'C'];
const SALTS = [1, 2].map((n) => new Uint8Array(32).fill(n));
const TERMS = { content: new Uint8Array(32), royaltyTo: NOBODY, royaltyPoints: 0 };
const hex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex');

export const itemsHistories: CreateScene = async (executor) => {
  const world = new ContractWorld(executor);
  const items = await world.deploy(await readyArtifact('items'), { name: 'Things', openToAll: true });
  await world.call(items, 'createClass', { salt: SALTS[0]!, ceiling: CEILING, terms: TERMS }, account('A'));
  const itemIds = NAMES.flatMap((name) => SALTS.map((salt) => itemId('item', text(name), salt)));
  const classIds = [itemId('class', text('A'), SALTS[0]!), itemId('class', text('B'), SALTS[0]!)];

  const name = fc.constantFrom(...NAMES.map(text));
  const receiver = fc.oneof({ weight: 9, arbitrary: name }, fc.constant(NOBODY));
  const id = fc.constantFrom(...itemIds);
  const kind = fc.constantFrom(...classIds);
  const salt = fc.constantFrom(...SALTS);
  const amount = fc.oneof(fc.bigInt(0n, 60n), fc.constant(2n ** 128n - 1n));
  const unit = fc.record({ id: kind, amount });
  const by = (method: string, args: fc.Arbitrary<WorldCall['args']>): fc.Arbitrary<WorldCall> =>
    fc
      .tuple(fc.constantFrom(...NAMES).map(account), args)
      .map(([sender, given]) => ({ to: items, method, args: given, sender }));
  const call = fc.oneof(
    {
      weight: 5,
      arbitrary: by('mint', fc.record({ to: receiver, salt, terms: fc.constant(TERMS) })),
    },
    { weight: 5, arbitrary: by('transferFrom', fc.record({ from: name, to: receiver, id })) },
    by('batchTransferFrom', fc.record({ from: name, to: name, ids: fc.array(id, { maxLength: 3 }) })),
    by('approve', fc.record({ id, spender: receiver })),
    by('setApprovalForAll', fc.record({ operator: name, allowed: fc.boolean() })),
    by('burn', fc.record({ id })),
    by('createClass', fc.record({ salt, ceiling: amount, terms: fc.constant(TERMS) })),
    { weight: 3, arbitrary: by('mintUnits', fc.record({ id: kind, to: receiver, amount })) },
    { weight: 3, arbitrary: by('transferUnits', fc.record({ from: name, to: name, id: kind, amount })) },
    by('batchTransferUnits', fc.record({ from: name, to: name, moved: fc.array(unit, { maxLength: 3 }) })),
    by('burnUnits', fc.record({ id: kind, amount })),
  );

  const check = (state: ContractWorld, blocks: readonly HistoryBlock[]): void => {
    const owners = new Map<string, string>();
    const units = new Sums();
    const supply = new Sums();
    for (const { name: event, fields } of blocks.flatMap(({ done }) => done.flatMap((one) => one.events))) {
      if (event !== 'ItemMoved' && event !== 'UnitsMoved') continue;
      const {
        id: at,
        from,
        to,
        amount: moved,
      } = fields as { id: unknown; from: string; to: string; amount: bigint };
      const key = hex(at);
      if (event === 'ItemMoved') {
        same(owners.get(key), from === NOBODY ? undefined : from, `owner of ${key}`);
        owners.set(key, to === NOBODY ? 'burned' : to);
      } else {
        if (from === NOBODY) supply.add(key, moved);
        else units.add(`${key} ${from}`, -moved);
        if (to === NOBODY) supply.add(key, -moved);
        else units.add(`${key} ${to}`, moved);
      }
    }
    let live = 0n;
    for (const owner of NAMES.map(text)) {
      const held = BigInt([...owners.values()].filter((one) => one === owner).length);
      same(state.cell(items, 'counts', owner), held, `items of ${owner}`);
      live += held;
      for (const one of classIds)
        same(state.cell(items, 'units', one, owner), units.get(`${hex(one)} ${owner}`), 'units');
    }
    same(state.cell(items, 'total'), live, 'live items');
    for (const one of classIds) same(state.cell(items, 'supplies', one), supply.get(hex(one)), 'supply');
    const first = supply.get(hex(classIds[0]));
    if (first > CEILING) throw new RangeError(`a supply of ${first} above its ceiling`);
  };
  return { world, call, check };
};
