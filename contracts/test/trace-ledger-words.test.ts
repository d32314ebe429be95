// What recorders say beside events: corrections, custody, yields.
import type { LedgerEvent } from '@weft/contracts/trace-ledger/client/ledger-event';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { account, ContractChain } from './support/contract-chain.js';
import { text } from './support/contract-world.js';
import { epc, events, handover, type Json, kept, object } from './support/epcis-events.js';
import { readyArtifact } from './support/ready-contract.js';

const oracle = createSequentialExecutor();
let ledger: ContractChain;
beforeEach(async () => {
  ledger = await ContractChain.deploy(await readyArtifact('trace-ledger'), oracle, { strict: false });
});
afterAll(() => oracle.close());

/** Records events one a block; the rules each breaks. */
async function recordAll(list: readonly LedgerEvent[]): Promise<number[]> {
  const found: number[] = [];
  for (const { args } of list) {
    const done = await ledger.call('record', args);
    expect(done.receipt.status).toBe('OK');
    found.push(done.result as number);
  }
  return found;
}

describe('corrections', () => {
  it('only the recorder corrects an event, once, and it is sound no more', async () => {
    const [event, right] = events(object('ADD', 'A'), object('ADD', 'B')) as [LedgerEvent, LedgerEvent];
    await recordAll([event]);
    const proof = async () => (await ledger.view('proofOf', { id: event.id })).result as { sound: boolean };
    expect(await proof()).toMatchObject({ sound: true, kind: 0, recorder: text('creator') });
    const args = { id: event.id, reason: 'wrong goods', by: right.id };
    expect((await ledger.call('correct', args, account('stranger'))).error?.name).toBe('NotRecorder');
    expect((await ledger.call('correct', { ...args, id: right.id })).error?.name).toBe('NotRecorded');
    expect((await ledger.call('correct', { ...args, by: event.id })).error?.name).toBe('BadEvent');
    expect((await ledger.call('correct', args)).events).toEqual([{ name: 'Corrected', fields: args }]);
    expect((await ledger.call('correct', args)).error?.name).toBe('AlreadyCorrected');
    expect((await proof()).sound).toBe(false);
    expect((await ledger.view('isSound', { id: right.id })).result).toBe(false);
  });

  it('an event with findings is not sound', async () => {
    const [event] = events(object('DELETE', 'A')) as [LedgerEvent];
    await recordAll([event]);
    expect((await ledger.view('isSound', { id: event.id })).result).toBe(false);
  });
});

describe('custody', () => {
  it('goods are with who they were handed to last', async () => {
    const done = await ledger.call('record', events(handover('urn:p:X', 'urn:p:Y', 'A'))[0]!.args);
    expect(done.events[0]).toMatchObject({
      name: 'CustodyChanged',
      fields: { epc: kept('A'), to: 'urn:p:Y' },
    });
    await recordAll(events({ ...handover('urn:p:Y', 'urn:p:Z', 'A'), eventTime: '2025-02-01T00:00:00Z' }));
    expect((await ledger.view('head', { epc: kept('A') })).result).toMatchObject({ custodian: 'urn:p:Z' });
  });
});

describe('yields', () => {
  const press = (input: number, output: number, day: number): Json => ({
    type: 'TransformationEvent',
    eventTime: `2025-03-0${day}T00:00:00Z`,
    bizStep: 'commissioning',
    inputQuantityList: [{ epcClass: 'urn:epc:class:lgtin:9521141.000100.I', quantity: input, uom: 'KGM' }],
    outputQuantityList: [{ epcClass: 'urn:epc:class:lgtin:9521141.000200.O', quantity: output, uom: 'KGM' }],
  });

  it('a transformation that gives more than its recorder declared is found; others are not', async () => {
    const list = events(press(100, 20, 1), press(100, 20.001, 2), press(0.001, 99, 3));
    await ledger.call('declareYield', { bizStep: 'commissioning', perMille: 200n });
    expect(await recordAll(list)).toEqual([0, 2048, 2048]);
    expect((await ledger.view('isSound', { id: list[1]!.id })).result).toBe(false);
    const [other] = events(press(100, 99, 4));
    expect((await ledger.call('record', other!.args, account('other'))).result).toBe(0);
    await ledger.call('declareYield', { bizStep: 'commissioning', perMille: 0n });
    expect(await recordAll(events(press(100, 99, 5)))).toEqual([0]);
  });

  it('amounts of different units, and huge ones, are compared by nobody or exactly', async () => {
    await ledger.call('declareYield', { bizStep: 'commissioning', perMille: 2n ** 64n - 1n });
    const [mixed] = events({ ...press(1, 99, 1), inputEPCList: [epc('A')] });
    expect(mixed!.args.event['inputAmount']).toBe(0n);
    const [made] = events(press(1, 1, 2));
    const huge = { event: { ...made!.args.event, inputAmount: 1n, outputAmount: 2n ** 64n - 1n } };
    expect((await ledger.call('record', huge)).receipt.status).toBe('OK');
  });
});
