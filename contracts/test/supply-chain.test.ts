// The supply-chain application whole: documents recorded by several companies, an order paid by their events, a bottle
// traced to its olives and a lot recalled with every value proven, and the page in a real browser.
import { type Application, startApplication } from '@weft/contracts/apps/supply-chain/src/application';
import { walkPage } from '@weft/contracts/apps/supply-chain/src/browser';
import { companyAccounts } from '@weft/contracts/apps/supply-chain/src/companies';
import { ProvenLedger } from '@weft/contracts/apps/supply-chain/src/proven-ledger';
import { recordDocument } from '@weft/contracts/apps/supply-chain/src/recording';
import { readSample } from '@weft/contracts/apps/supply-chain/src/scenario';
import { goodOf, recall, traceOrigin } from '@weft/contracts/apps/supply-chain/src/trace';
import { createSession } from '@weft/sdk/client/session';
import type { Transport } from '@weft/sdk/client/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BOTTLE = 'urn:epc:id:sgtin:9521142.000301.A3';
const OTHER_BOTTLE = 'urn:epc:id:sgtin:9521142.000301.B2';
const LOT = 'urn:epc:class:lgtin:9521141.000101.L1';
const lot = (name: string): string => goodOf(`urn:epc:class:lgtin:9521141.000101.${name}`);

let application: Application;
beforeAll(async () => {
  application = await startApplication();
}, 120_000);
afterAll(() => application?.stop());

const newest = (transport: Transport = application.transport): Promise<ProvenLedger> =>
  ProvenLedger.newest(application.node, transport, application.addresses.ledger);
/** Lots a good was made of, from the events without a predecessor. */
async function originsOf(epc: string): Promise<string[]> {
  const { events, hops } = await traceOrigin(await newest(), epc);
  const later = new Set(hops.map(({ to }) => to));
  return [...events]
    .filter(([id]) => !later.has(id))
    .flatMap(([, { trace }]) => trace.goods.map(({ epc: good }) => good))
    .sort();
}

describe('the story', () => {
  it('every company records its document, and no event breaks a rule', () => {
    const { recorded } = application.report;
    expect(Object.fromEntries(Object.entries(recorded).map(([name, list]) => [name, list.length]))).toEqual({
      grove: 4,
      mill: 9,
      carrier: 2,
      shop: 4,
    });
    expect(
      Object.values(recorded)
        .flat()
        .every(({ findings }) => findings === 0),
    ).toBe(true);
  });

  it('the shipping event pays the first part, the receiving event the rest', () => {
    const { paid, held } = application.report;
    expect([paid.atFirst, paid.shipped, paid.received, held]).toEqual([0n, 40_000n, 100_000n, 0n]);
  });

  it('recording a document again changes nothing', async () => {
    const session = createSession(application.node, companyAccounts().grove);
    const had = await (await newest()).entries();
    const text = await readSample('cold-chain.jsonld');
    const document = { name: 'cold-chain', text };
    const first = await recordDocument(session, application.addresses.ledger, document);
    expect(first.length).toBeGreaterThan(0);
    expect(await recordDocument(session, application.addresses.ledger, document)).toEqual([]);
    const has = await (await newest()).entries();
    expect(has).toHaveLength(had.length + first.length);
  });
});

describe('tracing', () => {
  it('a bottle leads back to the olives it was pressed from, and to no others', async () => {
    expect(await originsOf(BOTTLE)).toEqual([lot('L1'), lot('L2')]);
    expect(await originsOf(OTHER_BOTTLE)).toEqual([lot('L3')]);
  });

  it('what carried a bottle is part of its history, still packed or not', async () => {
    const steps = async (epc: string): Promise<string[]> => {
      const { events } = await traceOrigin(await newest(), epc);
      return [...events.values()].map(({ trace }) => trace.bizStep);
    };
    expect(await steps(BOTTLE)).toEqual(expect.arrayContaining(['departing', 'arriving', 'retail_selling']));
    expect(await steps(OTHER_BOTTLE)).toEqual(expect.arrayContaining(['departing', 'arriving', 'packing']));
  });

  it('every value is proven, and a node that lies is found out', async () => {
    const ledger = await newest();
    const { events } = await traceOrigin(ledger, BOTTLE);
    expect(ledger.proofs).toBeGreaterThanOrEqual(events.size);
    const { node, transport, addresses } = application;
    const lying = {
      ...node,
      async proof(key: Uint8Array, height?: number) {
        const file = await node.proof(key, height);
        if (file.proof.kind !== 'present') throw new RangeError('the bottle is known');
        const { value } = file.proof.existence;
        const forged = value.map((byte, index) => (index === value.length - 1 ? byte ^ 1 : byte));
        const existence = { ...file.proof.existence, value: forged };
        return { ...file, proof: { ...file.proof, existence } };
      },
    };
    const fooled = await ProvenLedger.newest(lying, transport, addresses.ledger);
    await expect(fooled.head(goodOf(BOTTLE))).rejects.toMatchObject({
      code: expect.stringMatching(/^PROOF_/),
    });
  });

  it('an unknown good is refused by its name', async () => {
    const refused = traceOrigin(await newest(), 'urn:epc:id:sgtin:9521142.000301.Z9');
    await expect(refused).rejects.toMatchObject({ code: 'SUPPLY_GOOD_UNKNOWN' });
  });
});

describe('recall', () => {
  it('finds everything made of a lot, and nothing else', async () => {
    const affected = await recall(await newest(), LOT);
    const bottles = ['A1', 'A2', 'A3', 'A4'].map((name) => goodOf(`urn:epc:id:sgtin:9521142.000301.${name}`));
    const oil = goodOf('urn:epc:class:lgtin:9521142.000201.A');
    expect(affected.map(({ epc }) => epc).sort()).toEqual([lot('L1'), oil, ...bottles].sort());
    const sold = affected.find(({ epc }) => epc === goodOf(BOTTLE));
    expect(sold?.last.trace.bizStep).toBe('retail_selling');
  });

  it('an event the node leaves out is missed', async () => {
    const { transport } = application;
    const hiding: Transport = {
      ...transport,
      async request(method, params) {
        const answer = (await transport.request(method, params)) as { events?: unknown[] };
        return method === 'weft_getEvents' ? { ...answer, events: answer.events?.slice(1) } : answer;
      },
    };
    await expect(recall(await newest(hiding), LOT)).rejects.toMatchObject({ code: 'SUPPLY_EVENTS_MISSING' });
  });
});

describe('the page', () => {
  it('shows the paid order, draws the history, lists the recall and records a file, in a browser', async () => {
    const walk = await walkPage(application.page.url, {
      bottle: BOTTLE,
      lot: LOT,
      file: { name: 'coffee.jsonld', text: await readSample('coffee.jsonld') },
    });
    expect(walk).toMatchObject({ traced: 15, origins: ['L1', 'L2'], loaded: 48, errors: [] });
    expect(walk.order).toContain('paid');
    expect(walk.affected).toHaveLength(6);
    expect(walk.proofs).toBeGreaterThanOrEqual(15);
  }, 120_000);
});
