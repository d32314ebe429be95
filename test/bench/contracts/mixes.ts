// Blocks of the ready contracts as their users would fill them. Everything repeats by its seed.
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import { encodeAddress } from '@weft/runtime/types/address';
import type { BlockInput, ReadState } from '@weft/runtime/types/outcome';
import { account, ContractWorld, type WorldCall } from '../../../contracts/test/support/contract-world.js';
import {
  createOrderScene,
  eventArgs,
  idOf,
  usualOrder,
  ZERO,
} from '../../../contracts/test/support/orders.js';
import { readyArtifact } from '../../../contracts/test/support/ready-contract.js';
import { createRandom, zipf } from './random.js';

export interface MixOptions {
  readonly executor: BlockExecutor;
  readonly transactions: number;
  readonly seed: number;
}
/** A block ready to be run over a state. */
export interface Mixed {
  readonly input: BlockInput;
  readonly read: ReadState;
  /** Of the whole block, by the sequential executor. */
  readonly gasUsed: number;
  readonly accounts: number;
  readonly skew: string;
}
export type Mix = (options: MixOptions) => Promise<Mixed>;

const ACCOUNTS = 2_000;
/** Set-up runs in blocks of this many calls. */
const CHUNK = 1_000;

/** By the name of the figure. */
export const MIXES: Readonly<Record<string, Mix>> = {
  tokenReceive: (options) => tokenMix(options, () => 'in'),
  tokenPay: (options) => tokenMix(options, () => 'out'),
  tokenBoth: (options) => tokenMix(options, (random) => (random() < 0.5 ? 'in' : 'out')),
  traceLedger600: (options) => ledgerMix(options, 600),
  traceLedger10k: (options) => ledgerMix(options, 10_000),
  items: itemsMix,
  orderEscrow: ordersMix,
};

/** One exchange wallet that holders pay, or that pays them; holders by Zipf. */
async function tokenMix(
  { executor, transactions, seed }: MixOptions,
  way: (random: () => number) => 'in' | 'out',
): Promise<Mixed> {
  const world = new ContractWorld(executor);
  const init = { name: 'Coin', symbol: 'C', decimals: 6, supply: 10n ** 18n };
  const token = await world.deploy(await readyArtifact('token'), init, account('exchange'));
  const holders = Array.from({ length: ACCOUNTS }, (_, index) => account(`holder ${index}`));
  const transfer = (from: Uint8Array, to: Uint8Array, amount: bigint): WorldCall => ({
    to: token,
    method: 'transfer',
    args: { to: encodeAddress(to), amount },
    sender: from as never,
    gasLimit: 250_000,
  });
  await setUp(
    world,
    holders.map((holder) => transfer(account('exchange'), holder, 10n ** 12n)),
  );
  const random = createRandom(seed);
  const pick = zipf(ACCOUNTS, 1, random);
  const calls = Array.from({ length: transactions }, () => {
    const holder = holders[pick()]!;
    const amount = BigInt(1 + Math.floor(random() * 1_000_000));
    return way(random) === 'in'
      ? transfer(holder, account('exchange'), amount)
      : transfer(account('exchange'), holder, amount);
  });
  return mixed(world, calls, ACCOUNTS, 'zipf s=1');
}

/** Observations of 1, 1, 1, 2 or 5 goods, each of them any of the units. */
async function ledgerMix({ executor, transactions, seed }: MixOptions, units: number): Promise<Mixed> {
  const world = new ContractWorld(executor);
  const ledger = await world.deploy(await readyArtifact('trace-ledger'), { strict: false });
  const random = createRandom(seed);
  const sizes = [1, 1, 1, 2, 5];
  const calls = Array.from({ length: transactions }, (_, number): WorldCall => {
    const size = sizes[Math.floor(random() * sizes.length)]!;
    const goods = new Set<number>();
    while (goods.size < size) goods.add(Math.floor(random() * units));
    const { event } = eventArgs('observing', number, 0, number);
    const named = [...goods].map((unit) => ({
      epc: `https://id.gs1.org/01/09521141004005/21/${unit}`,
      lot: false,
    }));
    return { to: ledger, method: 'record', args: { event: { ...event, goods: named } }, gasLimit: 1_000_000 };
  });
  return mixed(world, calls, transactions, `uniform over ${units} units`);
}

/** Makers by Zipf, everything received by one gallery. */
async function itemsMix({ executor, transactions, seed }: MixOptions): Promise<Mixed> {
  const world = new ContractWorld(executor);
  const items = await world.deploy(await readyArtifact('items'), { name: 'Things', openToAll: true });
  const random = createRandom(seed);
  const pick = zipf(ACCOUNTS, 1, random);
  const terms = { content: ZERO, royaltyTo: encodeAddress(account('artist')), royaltyPoints: 500 };
  const calls = Array.from({ length: transactions }, (_, number): WorldCall => {
    const salt = new Uint8Array(32);
    new DataView(salt.buffer).setUint32(0, number);
    const args = { to: encodeAddress(account('gallery')), salt, terms };
    return { to: items, method: 'mint', args, sender: account(`maker ${pick()}`), gasLimit: 500_000 };
  });
  return mixed(world, calls, ACCOUNTS, 'makers zipf s=1, one receiver');
}

/** Orders of one buyer and one seller: each call is the next step of any of them, an invoice and then milestones. */
async function ordersMix({ executor, transactions, seed }: MixOptions): Promise<Mixed> {
  const scene = await createOrderScene(executor);
  const { world, token, ledger, escrow } = scene;
  const count = Math.max(1, Math.round(transactions / 10));
  const random = createRandom(seed);
  const steps = Array.from({ length: transactions }, () => Math.floor(random() * count));
  const taken = new Array<number>(count).fill(0);
  for (const order of steps) taken[order]!++;
  const most = Math.min(32, Math.max(...taken) + 1);
  const milestones = Array.from({ length: most }, () => ({
    bizStep: 'receiving',
    recorder: encodeAddress(account('buyer')),
    amount: 1n,
  }));
  const orders = Array.from({ length: count }, (_, number) => {
    const salt = new Uint8Array(32);
    new DataView(salt.buffer).setUint32(0, number);
    return { ...usualOrder(scene, { total: BigInt(most), quantity: 1n }), milestones, salt };
  });
  const buyer = account('buyer');
  const gasLimit = 3_000_000;
  await setUp(world, [
    { to: token, method: 'grantRole', args: grant('minter', buyer), sender: buyer, gasLimit },
    {
      to: token,
      method: 'mint',
      args: { to: encodeAddress(buyer), amount: 10n ** 9n },
      sender: buyer,
      gasLimit,
    },
    {
      to: escrow,
      method: 'addStock',
      args: { lot: orders[0]!.terms.lot, quantity: 10n ** 9n },
      sender: account('seller'),
      gasLimit,
    },
  ]);
  const to = escrow;
  await setUp(
    world,
    orders.map((order) => ({ to, method: 'open', args: order as never, sender: buyer, gasLimit })),
  );
  await setUp(
    world,
    orders.map((order) => ({ to, method: 'fund', args: { id: idOf(order) }, sender: buyer, gasLimit })),
  );
  const proofs = Array.from({ length: transactions }, (_, number) => eventArgs('receiving', number, 1));
  await setUp(
    world,
    proofs.map(({ event }) => ({ to: ledger, method: 'record', args: { event }, sender: buyer, gasLimit })),
  );
  const next = new Array<number>(count).fill(-1);
  const calls = steps.map((order, number): WorldCall => {
    const id = idOf(orders[order]!);
    const milestone = next[order]!++;
    if (milestone < 0 || milestone >= most - 1) {
      const invoice = { document: ZERO, quantity: 1n, amount: BigInt(most) };
      return { to, method: 'invoice', args: { id, invoice }, sender: account('seller'), gasLimit: 600_000 };
    }
    const args = { id, milestone, amount: 1n, proof: proofs[number]!.id };
    return { to, method: 'reach', args, gasLimit: 1_200_000 };
  });
  return mixed(world, calls, 2, `uniform over ${count} orders of one buyer and one seller`);
}

const grant = (_role: string, to: Uint8Array) => ({ role: ZERO, account: encodeAddress(to) });

/** Runs calls the block to be measured builds on. @throws RangeError where one failed */
async function setUp(world: ContractWorld, calls: readonly WorldCall[]): Promise<void> {
  for (let at = 0; at < calls.length; at += CHUNK) {
    const { receipts } = await world.run(calls.slice(at, at + CHUNK));
    const failed = receipts.find(({ status }) => status !== 'OK');
    if (failed !== undefined) throw new RangeError(`setting up ended ${failed.status}`);
  }
}

async function mixed(
  world: ContractWorld,
  calls: readonly WorldCall[],
  accounts: number,
  skew: string,
): Promise<Mixed> {
  const input = world.prepare(calls);
  const { gasUsed } = await world.executor.execute(input, world.read);
  return { input, read: world.read, gasUsed, accounts, skew };
}
