// The EPCIS reader against the sample set and against each rule of the standard it checks.
import { readdirSync, readFileSync } from 'node:fs';
import { canonicalLink } from '@weft/contracts/trace-ledger/client/digital-link';
import { parseEpcisDocument } from '@weft/contracts/trace-ledger/client/epcis';
import { preHash } from '@weft/contracts/trace-ledger/client/event-hash';
import { namespacesOf } from '@weft/contracts/trace-ledger/client/namespaces';
import { WeftError } from '@weft/runtime/base/errors';
import { describe, expect, it } from 'vitest';

const SAMPLES = new URL('../trace-ledger/samples/', import.meta.url);

type Json = Record<string, unknown>;
const objectEvent = (): Json => ({
  type: 'ObjectEvent',
  eventTime: '2025-01-01T00:00:00Z',
  eventTimeZoneOffset: '+00:00',
  action: 'OBSERVE',
  epcList: ['urn:epc:id:sgtin:9521141.000400.1'],
});
const document = (...events: Json[]): Json => ({
  '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: '2025-01-01T00:00:00Z',
  epcisBody: { eventList: events },
});
const parse = (value: unknown) => parseEpcisDocument(JSON.stringify(value));
const without = (value: Json, name: string): Json =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));

/** The refusal of a document: its code and the field it names. */
function refused(value: unknown): { code: string; place: unknown } {
  try {
    parse(value);
  } catch (error) {
    if (error instanceof WeftError) return { code: error.code, place: error.context.place };
    throw error;
  }
  return { code: 'accepted', place: undefined };
}

describe('parseEpcisDocument', () => {
  it('reads every sample', () => {
    const files = readdirSync(SAMPLES);
    expect(files.length).toBeGreaterThan(0);
    const counts = files.map(
      (file) => parseEpcisDocument(readFileSync(new URL(file, SAMPLES), 'utf8')).length,
    );
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(112);
  });

  it('keeps goods, parents, inputs and outputs apart', () => {
    const [event] = parse(
      document({
        ...without(without(objectEvent(), 'action'), 'epcList'),
        type: 'TransformationEvent',
        inputEPCList: ['urn:epc:id:sgtin:9521141.000400.1'],
        outputQuantityList: [{ epcClass: 'urn:epc:class:lgtin:9521141.000400.L', quantity: 2 }],
      }),
    );
    expect(event).toMatchObject({
      action: undefined,
      goods: [],
      inputs: [{ epc: 'https://id.gs1.org/01/09521141004005/21/1', lot: false }],
      outputs: [{ epc: 'https://id.gs1.org/01/09521141004005/10/L', lot: true }],
    });
  });

  it('reads times with any offset as UTC', () => {
    const [event] = parse(document({ ...objectEvent(), eventTime: '2020-04-01T15:00:00+01:00' }));
    expect(event?.eventTime).toBe(Date.UTC(2020, 3, 1, 14));
  });

  it('refuses what is not an EPCIS document', () => {
    expect(() => parseEpcisDocument('not json')).toThrow(expect.objectContaining({ code: 'EPCIS_NOT_JSON' }));
    expect(refused([])).toMatchObject({ code: 'EPCIS_NOT_DOCUMENT' });
    expect(refused({ type: 'Invoice' })).toMatchObject({ code: 'EPCIS_NOT_DOCUMENT' });
    for (const field of ['@context', 'schemaVersion', 'creationDate', 'epcisBody']) {
      expect(refused(without(document(objectEvent()), field))).toEqual({
        code: 'EPCIS_FIELD_MISSING',
        place: `document.${field}`,
      });
    }
    expect(refused({ ...document(), schemaVersion: '1.2' })).toMatchObject({ code: 'EPCIS_FIELD_INVALID' });
  });

  const at = 'document.epcisBody.eventList[0]';
  const place = (event: Json) => refused(document(event));
  it('names the missing field of an event', () => {
    for (const field of ['eventTime', 'eventTimeZoneOffset', 'action', 'epcList']) {
      expect(place(without(objectEvent(), field))).toEqual({
        code: 'EPCIS_FIELD_MISSING',
        place: `${at}.${field}`,
      });
    }
    const aggregation = { ...without(objectEvent(), 'epcList'), type: 'AggregationEvent', action: 'ADD' };
    expect(place(aggregation).place).toBe(`${at}.parentID`);
    expect(place({ ...aggregation, parentID: 'urn:epc:id:sscc:9521141.1000000001' }).place).toBe(
      `${at}.childEPCs`,
    );
    expect(place({ ...objectEvent(), type: 'TransactionEvent' }).place).toBe(`${at}.bizTransactionList`);
    expect(
      place({ ...without(without(objectEvent(), 'action'), 'epcList'), type: 'TransformationEvent' }).place,
    ).toBe(`${at}.inputEPCList`);
    expect(place({ ...objectEvent(), quantityList: [{ quantity: 1 }] }).place).toBe(
      `${at}.quantityList[0].epcClass`,
    );
    expect(place({ ...objectEvent(), sensorElementList: [{}] }).place).toBe(
      `${at}.sensorElementList[0].sensorReport`,
    );
  });

  it('names the malformed field of an event', () => {
    const broken: [Json, string][] = [
      [{ eventTime: '2025-01-01' }, 'eventTime'],
      [{ eventTime: '2025-02-30T00:00:00Z' }, 'eventTime'],
      [{ parentID: 'no uri' }, 'parentID'],
      [{ bizStep: '\ud800' }, 'bizStep'],
      [{ eventTimeZoneOffset: '+15:00' }, 'eventTimeZoneOffset'],
      [{ action: 'MOVE' }, 'action'],
      [{ epcList: ['no uri'] }, 'epcList[0]'],
      [{ epcList: 'urn:x:y' }, 'epcList'],
      [{ readPoint: 'urn:x:y' }, 'readPoint'],
      [{ quantityList: [{ epcClass: 'urn:x:y', quantity: -1 }] }, 'quantityList[0].quantity'],
    ];
    for (const [change, field] of broken) {
      expect(place({ ...objectEvent(), ...change })).toEqual({
        code: 'EPCIS_FIELD_INVALID',
        place: `${at}.${field}`,
      });
    }
    expect(place({ ...objectEvent(), type: 'PartyEvent' })).toEqual({
      code: 'EPCIS_EVENT_TYPE',
      place: `${at}.type`,
    });
  });
});

describe('canonicalLink', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['urn:epc:id:sgtin:4012345.011111.9876', '01/04012345111118/21/9876'],
    ['urn:epc:id:sgtin:4012345.011111.a/b!', '01/04012345111118/21/a/b%21'],
    ['urn:epc:idpat:sgtin:4012345.066666.*', '01/04012345666663'],
    ['urn:epc:class:lgtin:4054739.099914.20160711', '01/04054739999148/10/20160711'],
    ['urn:epc:id:sscc:4047023.0111111122', '00/040470231111111229'],
    ['urn:epc:id:sgln:4012345.00005.0', '414/4012345000054'],
    ['urn:epc:id:sgln:4012345.00000.5', '414/4012345000009/254/5'],
    ['urn:epc:id:pgln:4000001.98765', '417/4000001987658'],
    ['urn:epc:id:gdti:4012345.55555.1234', '253/40123455555541234'],
    ['urn:epc:id:giai:4000001.111', '8004/4000001111'],
    ['urn:epc:id:grai:4012345.12345.67', '8003/0401234512345667'],
    ['urn:epc:id:gsrn:4012345.0000000001', '8018/401234500000000012'],
    ['urn:epc:id:itip:4012345.011111.01.02.7', '8006/040123451111180102/21/7'],
    ['urn:epc:id:cpi:4012345.AB12.5', '8010/4012345AB12/8011/5'],
    ['https://example.com/shop/gtin/4012345111118/lot/L1/ser/9876?x=1', '01/04012345111118/21/9876'],
    ['https://example.com/01/04012345111118/10/L1', '01/04012345111118/10/L1'],
    ['https://example.com/414/4012345000054/254/5', '414/4012345000054/254/5'],
    ['https://example.com/about', undefined],
    ['urn:epc:id:sgtin:4012345.11111.9876', undefined],
    ['urn:uuid:1', undefined],
  ];
  it.each(cases)('%s', (uri, path) => {
    expect(canonicalLink(uri)).toBe(path === undefined ? undefined : `https://id.gs1.org/${path}`);
  });
});

describe('the event hash', () => {
  const namespaces = namespacesOf([
    'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld',
    { ex: 'https://ns.example.com/epcis/' },
  ]);
  const text = (change: Json) => preHash({ ...objectEvent(), ...change } as never, namespaces);

  it('is the same however the event is written', () => {
    const base = { bizStep: 'shipping', epcList: ['urn:epc:id:sgtin:4012345.011111.1'] };
    const same: Json[] = [
      { ...base, bizStep: 'urn:epcglobal:cbv:bizstep:shipping' },
      { ...base, bizStep: 'cbv:BizStep-shipping' },
      { ...base, bizStep: ' https://ref.gs1.org/cbv/BizStep-shipping ' },
      { ...base, eventTime: '2025-01-01T01:00:00.0004+01:00' },
      { ...base, epcList: ['https://example.org/01/4012345111118/10/L/21/1'] },
      { ...base, eventID: 'urn:uuid:1', recordTime: '2026-01-01T00:00:00Z', certificationInfo: 'urn:x:y' },
      { ...base, errorDeclaration: { declarationTime: '2026-01-01T00:00:00Z' } },
    ];
    for (const change of same) expect(text(change)).toBe(text(base));
    for (const change of [{ bizStep: 'receiving' }, { eventTime: '2025-01-01T00:00:00.001Z' }, { 'ex:a': 1 }])
      expect(text({ ...base, ...change })).not.toBe(text(base));
  });

  it('writes numbers plainly, sorts by UTF-8, and nests extensions', () => {
    const extended = text({ 'ex:b': { 'ex:d': [2.5, 1e-7, 1e21] }, 'ex:a': 'é', ilmd: { 'ex:c': true } });
    expect(extended).toMatch(
      /ilmd\{https:\/\/ns\.example\.com\/epcis\/\}c=true\{https:\/\/ns\.example\.com\/epcis\/\}a=é/,
    );
    const ex = '{https://ns.example.com/epcis/}';
    expect(extended.endsWith(`${ex}b${ex}d=0.0000001${ex}d=1000000000000000000000${ex}d=2.5`)).toBe(true);
  });

  it('refuses what is nested too deep', () => {
    let value: Json = {};
    for (let level = 0; level < 100; level++) value = { 'ex:a': value };
    expect(() => text({ 'ex:a': value })).toThrow(expect.objectContaining({ code: 'EPCIS_TOO_LARGE' }));
  });
});
