// The simulator: its model on plans whose times are known, and a small run of the whole.
import type { ExplainRecord } from '@weft/runtime/types/explain-record';
import { describe, expect, it } from 'vitest';
import { costsOf, predict } from './model.js';
import { parseWorkers, simulate } from './simulate.js';
import { type BlockTimes, STAGE_NAMES, totalMs } from './stages.js';

/** A block of writers: transaction i writes key i, or all of them one key. */
function recordOf(count: number, oneKey: boolean): ExplainRecord {
  const used = (t: number) => (oneKey ? 0 : t);
  const transactions = Array.from({ length: count }, (_, t) => ({
    id: `0x${t}`,
    status: 'OK',
    phase: 'ordered',
    sender: '',
    calls: [],
    gasLimit: 100,
    gasUsed: 100,
    chainGas: oneKey ? 100 * (t + 1) : 100,
    uses: [{ resource: used(t), mode: 'write' as const }],
    waits:
      oneKey && t > 0
        ? [{ resource: 0, reason: 'WAIT_WRITE_AFTER_WRITE' as const, after: t - 1, behind: t, gas: 100 * t }]
        : [],
  }));
  const key = (t: number) => `0x00${'11'.repeat(32)}${'22'.repeat(8)}0100${t.toString(16).padStart(2, '0')}`;
  const resources = Array.from({ length: oneKey ? 1 : count }, (_, t) => ({
    kind: 'key' as const,
    key: key(t),
  }));
  const serial = oneKey ? 100 * count : 100;
  return {
    version: 1,
    height: 1,
    hash: '0x',
    resources,
    transactions,
    criticalPath: [],
    criticalPathGas: serial,
    tailGas: 0,
    gas: 100 * count,
    parallelism: (100 * count) / serial,
  };
}

const times = (run: number, each: number): BlockTimes =>
  Object.fromEntries(STAGE_NAMES.map((name) => [name, name === 'run' ? run : each])) as BlockTimes;

/** `two`: the run on two workers, the other stages as on one. */
const measured = (record: ExplainRecord, one: BlockTimes, two: number) => ({
  record,
  one,
  two: { ...one, run: two },
});

describe('simulate', () => {
  it('independent transactions share the workers, and what is left binds', () => {
    const record = recordOf(64, false);
    const costs = costsOf([measured(record, times(64, 1), 32)]);
    expect(predict(record, costs, 1)).toMatchObject({ totalMs: totalMs(times(64, 1)), binding: 'run' });
    for (const workers of [2, 4, 64]) {
      const { times: found } = predict(record, costs, workers);
      expect(found.run).toBeCloseTo(64 / workers);
      expect(found.plan).toBeCloseTo(1);
    }
    expect(predict(record, costs, 128).binding).not.toBe('run');
    expect(predict(record, costs, 4, new Set(['resolve'])).times.resolve).toBeCloseTo(0.25);
  });

  it('a chain takes as long on any number of workers, and says why', () => {
    const record = recordOf(32, true);
    const costs = costsOf([measured(record, times(32, 0.1), 32)]);
    for (const workers of [1, 2, 128]) expect(predict(record, costs, workers).times.run).toBeCloseTo(32);
    expect(predict(record, costs, 128).binding).toBe('run (critical path)');
  });

  it('costs are medians: one interrupted block does not count', () => {
    const record = recordOf(10, false);
    const blocks = [1, 1, 500].map((each) => measured(record, times(5, each), 2.5));
    expect(costsOf(blocks).perTransactionUs.commit).toBeCloseTo(100);
  });

  it('what two workers lose to each other is learned, and applied to more', () => {
    const record = recordOf(64, false);
    const costs = costsOf([measured(record, times(64, 1), 40)]);
    expect(costs.contention).toBeCloseTo(1.25);
    expect(predict(record, costs, 1).times.run).toBeCloseTo(64);
    expect(predict(record, costs, 2).times.run).toBeCloseTo(40);
    expect(predict(record, costs, 64).times.run).toBeCloseTo(1.25);
  });

  it('reads worker counts, and refuses what is none', () => {
    expect(parseWorkers('1..8')).toEqual([1, 2, 3, 4, 6, 8]);
    expect(parseWorkers('1,2,5')).toEqual([1, 2, 5]);
    for (const wrong of ['0..4', '4,2', 'many', '']) expect(() => parseWorkers(wrong)).toThrow(RangeError);
  });

  it('measures a small workload whole, stage by stage, and holds the model against it', async () => {
    const options = { workers: [1, 2, 128], accounts: 20, blocks: 2, size: 40, spread: new Set<never>() };
    const report = await simulate(options);
    expect(report.rows).toHaveLength(6);
    for (const row of report.rows) expect(row['executeSpeedUp']).toBeGreaterThan(0);
    expect(report['checks']).toHaveLength(4);
    const costs = report['costs'] as Record<string, Record<string, number>>;
    for (const stage of ['signaturesUs', 'reserveUs', 'resolveUs', 'planUs', 'runUs', 'rootUs', 'commitUs'])
      expect(costs['uniform']?.[stage], stage).toBeGreaterThan(0);
  });
});
