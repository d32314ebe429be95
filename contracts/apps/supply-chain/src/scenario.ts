// What happens: an order is opened and funded, companies record their documents, the events pay the mill, a lot is recalled.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { orderEscrowAbi } from '@weft/contracts/order-escrow/client/order-escrow.abi';
import { tokenAbi } from '@weft/contracts/token/client/token.abi';
import { type ContractClient, createContractClient } from '@weft/sdk/client/contract-client';
import type { NodeClient } from '@weft/sdk/client/node-client';
import { createSession, type Session } from '@weft/sdk/client/session';
import type { Addresses } from './addresses.js';
import { COMPANIES, type Company, companyAccounts } from './companies.js';
import { SupplyChainError } from './errors.js';
import { applicationFolder, packageFolder } from './folders.js';
import { type Recorded, recordDocument } from './recording.js';

/** Each company's document, in the order they are recorded. */
export const DOCUMENTS: readonly (readonly [company: Company, file: string])[] = [
  ['grove', 'grove.jsonld'],
  ['mill', 'mill.jsonld'],
  ['carrier', 'carrier.jsonld'],
  ['shop', 'shop.jsonld'],
];
const PRICE = { shipping: 40_000n, receiving: 60_000n } as const;
/** Cases that were ordered. */
const QUANTITY = 2n;
const DEADLINE = BigInt(Date.UTC(2026, 5, 1));
const LOT = new Uint8Array(32).fill(7);

export interface ScenarioReport {
  readonly order: Uint8Array;
  readonly recorded: Readonly<Record<string, readonly Recorded[]>>;
  /** What the mill had after each step, in cents. */
  readonly paid: { readonly atFirst: bigint; readonly shipped: bigint; readonly received: bigint };
  readonly held: bigint;
}

/** Plays the story on a chain where the contracts are. */
export async function playScenario(node: NodeClient, addresses: Addresses): Promise<ScenarioReport> {
  const accounts = companyAccounts();
  const sessions = Object.fromEntries(
    COMPANIES.map((name) => [name, createSession(node, accounts[name])]),
  ) as Record<Company, Session>;
  const escrow = (name: Company) =>
    createContractClient({ abi: orderEscrowAbi, address: addresses.escrow, session: sessions[name] });
  const token = createContractClient({ abi: tokenAbi, address: addresses.token, session: sessions.shop });
  const millHas = () => token.read.balanceOf({ owner: accounts.mill.text });

  const order = await openOrder(addresses, escrow('shop'), escrow('mill'), token);
  const atFirst = await millHas();
  const recorded: Record<string, readonly Recorded[]> = {};
  for (const [company, file] of DOCUMENTS) {
    const document = { name: file, text: await readDocument(file) };
    recorded[company] = await recordDocument(sessions[company], addresses.ledger, document);
  }

  await escrow('carrier').write.reach({
    id: order,
    milestone: 0,
    amount: PRICE.shipping,
    proof: eventOf(recorded['mill'], 'shipping'),
  });
  const shipped = await millHas();
  const total = PRICE.shipping + PRICE.receiving;
  const invoice = { document: new Uint8Array(32), quantity: QUANTITY, amount: total };
  await escrow('mill').write.invoice({ id: order, invoice });
  await escrow('carrier').write.reach({
    id: order,
    milestone: 1,
    amount: PRICE.receiving,
    proof: eventOf(recorded['shop'], 'receiving'),
  });
  const received = await millHas();
  const held = await escrow('shop').read.heldFor({ id: order });
  return { order, recorded, paid: { atFirst, shipped, received }, held };
}

type Escrow = ContractClient<typeof orderEscrowAbi>;
type Token = ContractClient<typeof tokenAbi>;

/** The shop orders two cases from the mill, and pays the price into the escrow. The order's id. */
async function openOrder(
  addresses: Addresses,
  shop: Escrow,
  mill: Escrow,
  token: Token,
): Promise<Uint8Array> {
  const accounts = companyAccounts();
  const total = PRICE.shipping + PRICE.receiving;
  await mill.write.addStock({ lot: LOT, quantity: 10n });
  const terms = {
    seller: accounts.mill.text,
    arbiter: accounts.arbiter.text,
    token: addresses.token,
    ledger: addresses.ledger,
    lot: LOT,
    quantity: QUANTITY,
    total,
    deadline: DEADLINE,
  };
  const milestones = [
    { bizStep: 'shipping', recorder: accounts.mill.text, amount: PRICE.shipping },
    { bizStep: 'receiving', recorder: accounts.shop.text, amount: PRICE.receiving },
  ];
  const salt = new Uint8Array(32);
  const { result: id } = await shop.write.open({ terms, milestones, salt });
  await token.write.approve({ spender: addresses.escrow, amount: total });
  await shop.write.fund({ id });
  return id;
}

function eventOf(recorded: readonly Recorded[] | undefined, bizStep: string): Uint8Array {
  const found = recorded?.find(({ event }) => event.event.bizStep === bizStep);
  if (found === undefined) throw new SupplyChainError('SUPPLY_NOT_RECORDED', { got: bizStep });
  return found.event.id;
}

/** A document of the application's folder, as text. */
export function readDocument(file: string): Promise<string> {
  return readFile(fileURLToPath(new URL(`documents/${file}`, applicationFolder())), 'utf8');
}

/** A sample of the ledger's, as text: a document the story knows nothing of. */
export function readSample(file: string): Promise<string> {
  return readFile(fileURLToPath(new URL(`trace-ledger/samples/${file}`, packageFolder())), 'utf8');
}
