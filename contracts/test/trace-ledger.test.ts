// TraceLedger on the real machine: every sample is recorded, each rule has its finding, strict mode refuses, and
// events about different goods do not wait for each other.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LEDGER_LIMITS, type LedgerEvent } from '@weft/contracts/trace-ledger/client/ledger-event';
import { readLedgerFiles } from '@weft/contracts/trace-ledger/client/read-documents';
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { type Artifact, compileContract } from '@weft/sdk/compiler/compile';
import { assertSameOutcome } from '@weft/sdk/testing/schedule-fuzzer';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ContractChain, type Done, GAS_LIMIT } from './support/contract-chain.js';
import {
  epc,
  events,
  handover,
  type Json,
  kept,
  nesting,
  object,
  packing,
  pallet,
  transformation,
} from './support/epcis-events.js';

const FOLDER = fileURLToPath(new URL('../trace-ledger/', import.meta.url));
const SAMPLES = readdirSync(`${FOLDER}samples`)
  .sort()
  .map((file) => `${FOLDER}samples/${file}`);
const RULES = {
  DELETE_WITHOUT_ADD: 1,
  ADDED_TWICE: 2,
  ADDED_AFTER_USE: 4,
  USED_AFTER_DELETE: 8,
  CONSUMED_TWICE: 16,
  USED_AFTER_CONSUMED: 32,
  IN_OTHER_PARENT: 64,
  NOT_IN_PARENT: 128,
  BEFORE_HEAD: 256,
  REPEATED: 512,
  WRONG_CUSTODIAN: 1024,
  PARENT_LOOP: 4096,
} as const;

const oracle = createSequentialExecutor();
let artifact: Artifact;
let ledger: ContractChain;
beforeAll(async () => {
  artifact = await compileContract({ entry: FOLDER });
});
beforeEach(async () => {
  ledger = await ContractChain.deploy(artifact, oracle, { strict: false });
});
afterAll(() => oracle.close());

/** Records events one a block; the rules each breaks. */
async function recordAll(list: readonly LedgerEvent[], chain = ledger): Promise<number[]> {
  const found: number[] = [];
  for (const { args } of list) {
    const done = await chain.call('record', args);
    expect(done.receipt.status).toBe('OK');
    expect(done.receipt.phase).toBe('ordered');
    found.push(done.result as number);
  }
  return found;
}
const recordBlock = async (list: readonly LedgerEvent[], chain = ledger) =>
  chain.block(list.map(({ args }) => ({ method: 'record', args })));

describe('trace-ledger', () => {
  it('records every sample event, with findings only in the irregular document', async () => {
    let recorded = 0;
    for (const file of SAMPLES) {
      const list = await readLedgerFiles([file]);
      const { done } = await recordBlock(list);
      recorded += done.filter(({ receipt }) => receipt.status === 'OK' && receipt.phase === 'ordered').length;
      const broken = done.filter(({ result }) => result !== 0).length;
      if (file.endsWith('irregular.jsonld')) expect(broken).toBeGreaterThan(0);
      else expect(broken).toBe(0);
    }
    expect(recorded).toBe(112);
    expect((await ledger.view('eventCount')).result).toBe(112n);
  });

  it('finds in the irregular sample what its events break', async () => {
    const found = await recordAll(await readLedgerFiles([`${FOLDER}samples/irregular.jsonld`]));
    const {
      DELETE_WITHOUT_ADD,
      CONSUMED_TWICE,
      ADDED_TWICE,
      USED_AFTER_CONSUMED,
      IN_OTHER_PARENT,
      NOT_IN_PARENT,
    } = RULES;
    expect(found).toEqual([
      DELETE_WITHOUT_ADD,
      0,
      0,
      CONSUMED_TWICE,
      ADDED_TWICE | USED_AFTER_CONSUMED,
      0,
      IN_OTHER_PARENT,
      NOT_IN_PARENT,
    ]);
    expect((await ledger.view('findingCount')).result).toBe(6n);
  });
});

describe('rules', () => {
  const cases: readonly (readonly [keyof typeof RULES, readonly Json[]])[] = [
    ['DELETE_WITHOUT_ADD', [object('DELETE', 'A')]],
    ['ADDED_TWICE', [object('ADD', 'A'), object('ADD', 'A')]],
    ['ADDED_TWICE', [object('ADD', 'A'), transformation(['B'], ['A'])]],
    ['ADDED_TWICE', [packing('ADD', 'P', 'A'), packing('ADD', 'P', 'A')]],
    ['ADDED_AFTER_USE', [object('OBSERVE', 'A'), object('ADD', 'A')]],
    ['USED_AFTER_DELETE', [object('ADD', 'A'), object('DELETE', 'A'), object('OBSERVE', 'A')]],
    ['CONSUMED_TWICE', [transformation(['A'], ['B']), transformation(['A'], ['C'])]],
    ['USED_AFTER_CONSUMED', [transformation(['A'], ['B']), object('OBSERVE', 'A')]],
    ['IN_OTHER_PARENT', [packing('ADD', 'P', 'A'), packing('ADD', 'Q', 'A')]],
    ['IN_OTHER_PARENT', [packing('ADD', 'P', 'A'), packing('OBSERVE', 'Q', 'A')]],
    ['NOT_IN_PARENT', [packing('DELETE', 'P', 'A')]],
    [
      'BEFORE_HEAD',
      [object('OBSERVE', 'A'), { ...object('OBSERVE', 'A'), eventTime: '2024-01-01T00:00:00Z' }],
    ],
    ['REPEATED', [object('OBSERVE', 'A', 'A')]],
    ['PARENT_LOOP', [nesting('A', 'B'), nesting('B', 'C'), nesting('C', 'A')]],
    ['REPEATED', [nesting('A', 'A')]],
    ['WRONG_CUSTODIAN', [handover('urn:p:X', 'urn:p:Y', 'A'), handover('urn:p:X', 'urn:p:Z', 'A')]],
  ];

  it.each(cases)('%s: is found with the event that breaks it and nowhere before', async (rule, list) => {
    const made = events(...list);
    const found = await recordAll(made);
    expect(found).toEqual([...made.slice(1).map(() => 0), RULES[rule]]);
    const last = made.at(-1) as LedgerEvent;
    const { result } = await ledger.view('eventOf', { id: last.id });
    const { findings } = result as { findings: readonly number[] };
    expect(findings.reduce((rules, one) => rules | one, 0)).toBe(RULES[rule]);
    expect((await ledger.view('findingCount')).result).toBe(1n);
  });

  it.each(cases)('%s: a strict ledger refuses it and changes nothing', async (rule, list) => {
    const strict = await ContractChain.deploy(artifact, oracle, { strict: true });
    const made = events(...list);
    expect(await recordAll(made.slice(0, -1), strict)).toEqual(made.slice(1).map(() => 0));
    const before = new Map(strict.state);
    const last = made.at(-1) as LedgerEvent;
    const done = await strict.call('record', last.args);
    expect(done.receipt.status).toBe('REVERT');
    expect(done.error).toEqual({ name: 'RuleBroken', fields: { rule, epc: kept('A') } });
    expect(changedOf(before, strict)).toEqual([]);
    expect((await strict.view('eventCount')).result).toBe(BigInt(made.length - 1));
  });

  it('a life without contradiction breaks none', async () => {
    const life = events(
      object('ADD', 'A', 'B'),
      packing('ADD', 'P', 'A', 'B'),
      packing('OBSERVE', 'P', 'A'),
      object('OBSERVE', 'A'),
      packing('DELETE', 'P', 'A'),
      packing('ADD', 'Q', 'A'),
      packing('DELETE', 'Q', 'A'),
      transformation(['A', 'B'], ['C']),
      object('DELETE', 'C'),
    );
    expect(await recordAll(life)).toEqual(life.map(() => 0));
  });

  it('lots are chained and free of rules: any amount of a lot may be added, used and consumed again', async () => {
    const lot = { quantityList: [{ epcClass: 'urn:epc:class:lgtin:9521141.000100.L', quantity: 5 }] };
    const inputs = { inputQuantityList: lot.quantityList, outputEPCList: [epc('Z')] };
    const list = events(
      { type: 'ObjectEvent', action: 'ADD', ...lot },
      { type: 'ObjectEvent', action: 'ADD', ...lot, bizStep: 'receiving' },
      { type: 'TransformationEvent', ...inputs },
      { type: 'ObjectEvent', action: 'OBSERVE', ...lot },
    );
    expect(await recordAll(list)).toEqual([0, 0, 0, 0]);
    const { result } = await ledger.view('eventOf', { id: list[3]?.id as Uint8Array });
    expect((result as { previous: readonly Uint8Array[] }).previous).toEqual([list[2]?.id]);
  });

  it('a container emptied without naming goods lets them go, and only those it held then', async () => {
    const empty = { type: 'AggregationEvent', action: 'DELETE', parentID: pallet('P') };
    const list = events(
      packing('ADD', 'P', 'A', 'B'),
      empty,
      packing('ADD', 'Q', 'A'),
      packing('DELETE', 'P', 'B'),
      packing('ADD', 'P', 'B'),
      packing('ADD', 'Q', 'B'),
    );
    expect(list[2]?.args.event['formerParents']).toEqual([pallet('P')]);
    const { NOT_IN_PARENT, IN_OTHER_PARENT } = RULES;
    expect(await recordAll(list)).toEqual([0, 0, 0, NOT_IN_PARENT, 0, IN_OTHER_PARENT]);
  });

  it('a former parent that was never emptied excuses nothing', async () => {
    const [first, second] = events(packing('ADD', 'P', 'A'), packing('ADD', 'Q', 'A')) as [
      LedgerEvent,
      LedgerEvent,
    ];
    const claimed = { ...second, args: { event: { ...second.args.event, formerParents: [pallet('P')] } } };
    expect(await recordAll([first, claimed])).toEqual([0, RULES.IN_OTHER_PARENT]);
  });

  it('what contains a parent is checked: a forged chain is refused, and a loop leaves no trace in containers', async () => {
    const list = events(nesting('B', 'A'), nesting('C', 'B'), nesting('A', 'C'));
    expect(await recordAll(list.slice(0, 2))).toEqual([0, 0]);
    const loop = list[2]!.args.event;
    expect(loop['ancestors']).toEqual([kept('B'), kept('C')]);
    for (const ancestors of [
      [],
      [kept('B')],
      [kept('C')],
      [kept('B'), kept('D')],
      [kept('B'), kept('C'), kept('A')],
    ]) {
      const done = await ledger.call('record', { event: { ...loop, ancestors } });
      expect(done.error).toEqual({ name: 'BadEvent', fields: { field: 'ancestors' } });
    }
    expect(await recordAll([list[2]!])).toEqual([RULES.PARENT_LOOP]);
    expect((await ledger.view('head', { epc: kept('C') })).result).toMatchObject({ container: '' });
  });

  it('a container emptied or gone is no ancestor', async () => {
    const empty = { type: 'AggregationEvent', action: 'DELETE', parentID: epc('C') };
    const list = events(
      nesting('C', 'B'),
      empty,
      nesting('B', 'C'),
      object('ADD', 'X'),
      nesting('Y', 'X'),
      object('DELETE', 'X'),
      nesting('X', 'Y'),
    );
    expect(await recordAll(list)).toEqual([0, 0, 0, 0, 0, 0, RULES.USED_AFTER_DELETE]);
  });

  it('an event that declares an error is chained and judged by no rule', async () => {
    const wrong = object('DELETE', 'A');
    const list = events(object('ADD', 'A'), {
      ...wrong,
      errorDeclaration: { declarationTime: '2025-01-02T00:00:00Z' },
    });
    expect(
      await recordAll([...list, ...events({ ...object('OBSERVE', 'A'), eventTime: '2025-01-03T00:00:00Z' })]),
    ).toEqual([0, 0, 0]);
  });
});

describe('records', () => {
  it('keeps a chain per good, in the order of recording', async () => {
    const list = events(object('ADD', 'A'), object('OBSERVE', 'A', 'B'), object('OBSERVE', 'B'));
    await recordAll(list);
    const zero = new Uint8Array(32);
    const previous = await Promise.all(
      list.map(
        async ({ id }) => ((await ledger.view('eventOf', { id })).result as { previous: unknown }).previous,
      ),
    );
    expect(previous).toEqual([[zero], [list[0]?.id, zero], [list[1]?.id]]);
    const head = (await ledger.view('head', { epc: kept('A') })).result;
    expect(head).toMatchObject({ last: list[1]?.id, flags: 1, container: '' });
  });

  it('keeps what was recorded, by whom and when', async () => {
    const [event] = events({ ...object('ADD', 'A'), bizStep: 'commissioning', readPoint: { id: 'urn:x:y' } });
    const done = await ledger.call('record', event?.args ?? {});
    const { result } = await ledger.view('eventOf', { id: event?.id as Uint8Array });
    expect(result).toMatchObject({ trace: event?.args.event, recordedAt: 3n, findings: [0] });
    expect(done.events).toMatchObject([
      { name: 'EventRecorded', fields: { id: event?.id, kind: 0, findings: 0 } },
    ]);
  });

  it('says each finding in an event of its own', async () => {
    const [event] = events(object('DELETE', 'A', 'B'));
    const done = await ledger.call('record', event?.args ?? {});
    expect(
      done.events.map(({ name, fields }) => [name, fields['epc'], fields['rules'] ?? fields['findings']]),
    ).toEqual([
      ['Finding', kept('A'), 1],
      ['Finding', kept('B'), 1],
      ['EventRecorded', undefined, 1],
    ]);
    expect((await ledger.view('findingCount')).result).toBe(2n);
  });

  it('refuses a second recording of an event and changes nothing', async () => {
    const [event] = events(object('ADD', 'A')) as [LedgerEvent];
    await recordAll([event]);
    const before = new Map(ledger.state);
    const done = await ledger.call('record', event.args);
    expect(done.error).toEqual({ name: 'AlreadyRecorded', fields: { id: event.id } });
    expect(changedOf(before, ledger)).toEqual([]);
  });

  it('refuses what is no EPCIS event, and names the field', async () => {
    const [event] = events(object('ADD', 'A')) as [LedgerEvent];
    const good = [{ epc: epc('B'), lot: false }];
    const changes: readonly (readonly [string, Json])[] = [
      ['id', { id: new Uint8Array(32) }],
      ['kind', { kind: 5 }],
      ['epc', { goods: [{ epc: '', lot: false }] }],
      ['action', { action: 3 }],
      ['action', { action: 9 }],
      ['action', { kind: 3 }],
      ['parents', { parents: [pallet('P')] }],
      ['parents', { kind: 1 }],
      ['parents', { kind: 2, parents: [pallet('P'), pallet('Q')] }],
      ['inputs', { inputs: good }],
      ['outputs', { outputs: good }],
      ['goods', { kind: 3, action: 3 }],
    ];
    for (const [field, change] of changes) {
      const done: Done = await ledger.call('record', { event: { ...event.args.event, ...change } as never });
      expect(done.error).toEqual({ name: 'BadEvent', fields: { field } });
    }
  });

  it('records the largest event the client lets through, in the ordered part', async () => {
    const names = Array.from({ length: LEDGER_LIMITS.goods }, (_, index) => `${index}`.padStart(60, '0'));
    const [event] = events(object('ADD', ...names)) as [LedgerEvent];
    const { receipt, result } = await ledger.call('record', event.args);
    expect([receipt.status, receipt.phase, result]).toEqual(['OK', 'ordered', 0]);
    const tooMany = () => events(object('ADD', ...names, '1more'));
    expect(tooMany).toThrow(expect.objectContaining({ code: 'EPCIS_TOO_LARGE' }));
    const tooLong = () => events(object('ADD', 'x'.repeat(LEDGER_LIMITS.textBytes)));
    expect(tooLong).toThrow(expect.objectContaining({ code: 'EPCIS_TOO_LARGE' }));
    const tooHeavy = () => events(object('ADD', ...names.map((name) => name.repeat(3))));
    expect(tooHeavy).toThrow(expect.objectContaining({ code: 'EPCIS_TOO_LARGE' }));
  });

  it('answers for what it does not know', async () => {
    expect((await ledger.view('eventOf', { id: new Uint8Array(32) })).error?.name).toBe('NotRecorded');
    expect((await ledger.view('head', { epc: epc('never') })).result).toMatchObject({
      last: new Uint8Array(32),
    });
    expect((await ledger.view('isStrict')).result).toBe(false);
  });
});

describe('gas', () => {
  it('what the client offers is enough, and the quarter paid at least is not more than was used', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `${index}`);
    const list = events(
      object('ADD', 'A'),
      packing('ADD', 'P', 'A'),
      object('ADD', ...names),
      packing('ADD', 'Q', ...names),
      packing('ADD', 'R', ...names),
      object('DELETE', 'x'.repeat(LEDGER_LIMITS.textBytes - 40)),
      transformation(names, ['B']),
    );
    for (const event of [...(await readLedgerFiles(SAMPLES)), ...list]) {
      const { receipt } = await ledger.call('record', event.args);
      expect(receipt.status).toBe('OK');
      expect(receipt.gasUsed).toBeLessThan(event.gasLimit);
      expect(receipt.gasUsed).toBeGreaterThan(event.gasLimit / 4);
    }
  });
});

describe('access', () => {
  it('events about different goods never wait: the critical path is one event', async () => {
    const different = Array.from({ length: 40 }, (_, index) => [
      object('ADD', `I${index}`, `J${index}`),
      packing('ADD', `P${index}`, `K${index}`),
      object('DELETE', `L${index}`),
    ]).flat();
    const { outcome, done } = await recordBlock(events(...different));
    expect(done.every(({ receipt }) => receipt.status === 'OK' && receipt.phase === 'ordered')).toBe(true);
    expect(outcome.criticalPathGas).toBe(GAS_LIMIT);
  });

  it('events about the same good wait for each other', async () => {
    const { outcome } = await recordBlock(events(...Array.from({ length: 5 }, () => object('OBSERVE', 'A'))));
    expect(outcome.criticalPathGas).toBe(5 * GAS_LIMIT);
  });

  it('several workers record the samples as the oracle does', async () => {
    const parallel = createParallelExecutor({ workers: 2 });
    try {
      const list = await readLedgerFiles(SAMPLES);
      const other = await ContractChain.deploy(artifact, parallel, { strict: false });
      const { outcome: expected } = await recordBlock(list);
      const { outcome: got } = await recordBlock(list, other);
      assertSameOutcome(expected, got, 'two workers');
      expect(got.stats.ordered).toBe(expected.stats.ordered);
    } finally {
      await parallel.close();
    }
  });
});

/** The contract's own keys whose value differs; nonces and fees are the system's. */
function changedOf(before: ReadonlyMap<string, Uint8Array>, chain: ContractChain): string[] {
  const keys = new Set([...before.keys(), ...chain.state.keys()]);
  const own = [...keys].filter((key) => key.slice(1, 33) === chain.prefix);
  expect(own.length).toBeGreaterThan(0);
  return own.filter((key) => before.get(key) !== chain.state.get(key));
}
