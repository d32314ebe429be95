// The page: asks the node through its own origin, believes one header hash, and checks every value it shows of the ledger.
import { orderEscrowAbi } from '@weft/contracts/order-escrow/client/order-escrow.abi';
import { WeftError } from '@weft/runtime/base/errors';
import { createContractClient } from '@weft/sdk/client/contract-client';
import { createNodeClient } from '@weft/sdk/client/node-client';
import { createSession } from '@weft/sdk/client/session';
import { httpTransport } from '@weft/sdk/client/transport';
import type { Addresses } from '../src/addresses.js';
import { COMPANIES, type Company, companyAccounts, companyOf, TITLES } from '../src/companies.js';
import { ProvenLedger } from '../src/proven-ledger.js';
import { recordDocument } from '../src/recording.js';
import { recall, traceOrigin } from '../src/trace.js';
import { byId, element, shortName } from './elements.js';
import { dayOf, drawGraph, stepOf } from './graph.js';

const STATES = ['unknown', 'open', 'funded', 'disputed', 'paid', 'refunded', 'resolved', 'cancelled'];

const transport = httpTransport(new URL('/rpc', location.href).href);
const node = createNodeClient(transport, { pollMs: 50 });
const addresses = (await (await fetch('/addresses.json')).json()) as Addresses;

/** The ledger as the newest block left it. */
async function newest(): Promise<ProvenLedger> {
  const ledger = await ProvenLedger.newest(node, transport, addresses.ledger);
  const { height, hash } = ledger.trusted;
  byId('trusted').textContent =
    `Histories and recalls are proven, value by value, against the header of block ${height}: ${hash}`;
  return ledger;
}

async function showOrder(): Promise<void> {
  const opened = (await transport.request('weft_getEvents', {
    contract: addresses.escrow,
    event: `0x${orderEscrowAbi.events.find(({ name }) => name === 'OrderOpened')?.id}`,
    order: 'newest',
    limit: 1,
  })) as { readonly events: readonly { readonly topics: readonly string[] }[] };
  const id = opened.events[0]?.topics[0];
  const place = byId('order');
  if (id === undefined) {
    place.textContent = 'No order yet.';
    return;
  }
  const session = createSession(node, companyAccounts().shop);
  const escrow = createContractClient({ abi: orderEscrowAbi, address: addresses.escrow, session });
  const bytes = Uint8Array.from(id.slice(2).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const [order, state, held, reached] = await Promise.all([
    escrow.read.orderOf({ id: bytes }),
    escrow.read.stateOf({ id: bytes }),
    escrow.read.heldFor({ id: bytes }),
    escrow.read.reachedOf({ id: bytes }),
  ]);
  const { seller, total } = order.terms;
  const money = (cents: bigint): string => (Number(cents) / 100).toFixed(2);
  const steps = order.milestones.map(({ bizStep, amount }, index) => {
    const mark = index < reached ? 'paid' : 'open';
    return `${bizStep} ${money(amount)} (${mark})`;
  });
  const parties = `${nameOf(order.buyer)} buys from ${nameOf(seller)} for ${money(total)}`;
  place.textContent = `${parties}: ${STATES[state]}. ${steps.join(', ')}. Held: ${money(held)}.`;
  place.dataset['state'] = STATES[state] ?? '';
}

const nameOf = (address: string): string => {
  const company = companyOf(address);
  return company === undefined ? shortName(address) : TITLES[company];
};

/** Runs what a form asks for; its result says how it went. */
function onSubmit(form: string, work: (place: HTMLElement) => Promise<void>): void {
  byId(form).addEventListener('submit', async (event) => {
    event.preventDefault();
    const place = byId(`${form}-result`);
    const button = byId(form).querySelector('button');
    place.dataset['state'] = 'busy';
    place.classList.remove('failed');
    place.textContent = '…';
    if (button) button.disabled = true;
    try {
      await work(place);
      place.dataset['state'] = 'done';
    } catch (error) {
      place.textContent = error instanceof WeftError ? error.message : String(error);
      place.classList.add('failed');
      place.dataset['state'] = 'failed';
    } finally {
      if (button) button.disabled = false;
    }
  });
}

const typed = (form: string): string => byId(form).querySelector('input')?.value ?? '';

onSubmit('trace', async (place) => {
  byId('graph').replaceChildren();
  const ledger = await newest();
  const graph = await traceOrigin(ledger, typed('trace'));
  const times = [...graph.events.values()].map(({ trace }) => Number(trace.time));
  const days = Math.round((Math.max(...times) - Math.min(...times)) / 86_400_000);
  place.textContent = `${graph.events.size} events over ${days} days, ${ledger.proofs} proofs checked`;
  place.dataset['proofs'] = String(ledger.proofs);
  byId('graph').replaceChildren(drawGraph(graph, nameOf));
});

onSubmit('recall', async (place) => {
  const ledger = await newest();
  const affected = await recall(ledger, typed('recall'));
  const titles = ['good', 'last seen', 'on', 'by', 'inside', 'still there'];
  const head = element(
    'tr',
    titles.map((title) => element('th', [title])),
  );
  const rows = affected.map(({ epc, head: at, last }) => {
    const there = (at.flags & 6) === 0 ? 'yes' : 'used up';
    const seen = [stepOf(last), dayOf(last), nameOf(last.recorder)];
    const cells = [shortName(epc), ...seen, shortName(at.container), there];
    return element(
      'tr',
      cells.map((text) => element('td', [text])),
    );
  });
  place.replaceChildren(element('table', [element('thead', [head]), element('tbody', rows)]));
});

onSubmit('load', async (place) => {
  const file = byId('load').querySelector<HTMLInputElement>('input')?.files?.[0];
  const company = byId('load').querySelector('select')?.value as Company;
  if (file === undefined) {
    place.textContent = 'Choose a file.';
    return;
  }
  const session = createSession(node, companyAccounts()[company]);
  const document = { name: file.name, text: await file.text() };
  const recorded = await recordDocument(session, addresses.ledger, document);
  const flawed = recorded.filter(({ findings }) => findings !== 0).length;
  place.textContent = `${recorded.length} events recorded by ${TITLES[company]}, ${flawed} with findings`;
  place.dataset['recorded'] = String(recorded.length);
  await newest();
});

byId('load')
  .querySelector('select')
  ?.replaceChildren(...COMPANIES.map((name) => new Option(TITLES[name], name)));
await newest();
await showOrder();
