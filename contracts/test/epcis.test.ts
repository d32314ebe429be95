// The EPCIS reader against the sample set and against each rule of the standard it checks.
import { readdirSync, readFileSync } from 'node:fs';
import { canonicalJson } from '@weft/contracts/trace-ledger/client/canonical-json';
import { parseEpcisDocument } from '@weft/contracts/trace-ledger/client/epcis';
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
      inputs: [{ epc: 'urn:epc:id:sgtin:9521141.000400.1', lot: false }],
      outputs: [{ epc: 'urn:epc:class:lgtin:9521141.000400.L', lot: true }],
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

describe('canonicalJson', () => {
  it('refuses what is nested too deep', () => {
    let value: Json[] = [];
    for (let level = 0; level < 100; level++) value = [value as unknown as Json];
    expect(() => canonicalJson(value as never)).toThrow(expect.objectContaining({ code: 'EPCIS_TOO_LARGE' }));
  });

  it('sorts members, drops white space and keeps lists in order', () => {
    expect(canonicalJson({ b: [3, 1], a: { d: null, c: 'é"' } })).toBe(
      '{"a":{"c":"é\\"","d":null},"b":[3,1]}',
    );
    expect(canonicalJson({ n: 1e21, z: -0, x: 0.1 })).toBe('{"n":1e+21,"x":0.1,"z":0}');
  });
});
