// An escrow with its token and ledger, and what flows through it: orders, events that prove milestones.

import { orderId } from '@weft/contracts/order-escrow/client/order-id';
import { sha256 } from '@weft/runtime/base/hash';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import { encodeAddress } from '@weft/runtime/types/address';
import type { NamedValues } from '@weft/sdk/client/contract-codec';
import { account, ContractWorld, FIRST_TIME, type Placed, text } from './contract-world.js';
import { readyArtifact } from './ready-contract.js';

export const ZERO = new Uint8Array(32);
export const LOT = new Uint8Array(32).fill(7);
/** Before it milestones are paid, after it the rest goes back; ms. */
export const DEADLINE = FIRST_TIME + 1_000_000;
export const ARBITER_MS = 2_592_000_000;

export interface OrderScene {
  readonly world: ContractWorld;
  readonly token: Placed;
  readonly ledger: Placed;
  readonly escrow: Placed;
}

/** `buyer` holds 10,000 tokens and lets the escrow take them; `seller` has 100 pieces of the lot. */
export async function createOrderScene(executor: BlockExecutor): Promise<OrderScene> {
  const world = new ContractWorld(executor);
  const coin = { name: 'Coin', symbol: 'C', decimals: 0, supply: 10_000n };
  const token = await world.deploy(await readyArtifact('token'), coin, account('buyer'));
  const ledger = await world.deploy(await readyArtifact('trace-ledger'), { strict: false });
  const escrow = await world.deploy(await readyArtifact('order-escrow'), {});
  await world.call(token, 'approve', { spender: escrow.text, amount: 2n ** 128n - 1n }, account('buyer'));
  await world.call(escrow, 'addStock', { lot: LOT, quantity: 100n }, account('seller'));
  return { world, token, ledger, escrow };
}

/** Terms and milestones of a usual order: 40 for shipping by the seller, 60 for receiving by the buyer. */
export function usualOrder({ token, ledger }: OrderScene, change: NamedValues = {}) {
  const terms = {
    seller: text('seller'),
    arbiter: text('arbiter'),
    token: token.text,
    ledger: ledger.text,
    lot: LOT,
    quantity: 2n,
    total: 100n,
    deadline: BigInt(DEADLINE),
    ...change,
  };
  const milestones = [
    { bizStep: 'shipping', recorder: text('seller'), amount: 40n },
    { bizStep: 'receiving', recorder: text('buyer'), amount: 60n },
  ];
  return { terms, milestones, salt: ZERO };
}
export type UsualOrder = ReturnType<typeof usualOrder>;

/** The id of an order of the buyer's. */
export const idOf = (order: UsualOrder, buyer = account('buyer')): Uint8Array =>
  orderId(encodeAddress(buyer), order.terms, order.salt);

/** The arguments of `record` for an event about new goods, `number` making it another. */
export function eventArgs(bizStep: string, number: number, goods = 2, time = DEADLINE - 1) {
  const id = sha256(new TextEncoder().encode(`${bizStep} ${number}`));
  const event = {
    id,
    kind: 0,
    action: 1,
    correction: false,
    time: BigInt(time),
    document: ZERO,
    goods: Array.from({ length: goods }, (_, index) => ({
      epc: `urn:good:${bizStep}:${number}:${index}`,
      lot: false,
    })),
    parents: [],
    formerParents: [],
    ancestors: [],
    inputs: [],
    outputs: [],
    bizStep,
    disposition: '',
    readPoint: '',
    bizLocation: '',
    from: '',
    to: '',
    inputAmount: 0n,
    outputAmount: 0n,
  };
  return { id, event };
}
