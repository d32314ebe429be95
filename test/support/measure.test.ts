// The figures benchmarks report.
import { describe, expect, test } from 'vitest';
import { alternate, geomean, rounded, spreadOf } from './measure.js';

describe('measure', () => {
  test('spread: median of odd and even counts, extremes', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, minimum: 1, maximum: 3, runs: 3 });
    expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, minimum: 1, maximum: 4, runs: 4 });
  });

  test('alternate: cases take turns after one round that does not count', async () => {
    const order: string[] = [];
    const spreads = await alternate({ a: () => order.push('a'), b: () => order.push('b') }, 2);
    expect(order.join('')).toBe('ababab');
    expect(spreads['a']?.runs).toBe(2);
  });

  test('geomean and rounding', () => {
    expect(geomean([1, 4])).toBeCloseTo(2);
    expect([rounded(1234.5), rounded(0.012345)]).toEqual([1235, 0.0123]);
  });
});
