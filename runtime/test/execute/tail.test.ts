import { runTail, type TailEntry } from '@weft/runtime/execute/phases/tail';
import type { Address } from '@weft/runtime/types/address';
import type { TransactionOutcome } from '@weft/runtime/types/outcome';
import { expect, test } from 'vitest';

const PARAMETERS = { tailGasMax: 400, tailGasFactor: 2 };

function address(number: number): Address {
  return new Uint8Array(32).fill(number) as Address;
}

function entry(
  index: number,
  sender: number,
  contracts: readonly number[],
  gasLimit: number,
  attemptGas = 0,
): TailEntry {
  const calls = contracts.map((number) => ({
    contract: address(number),
    selector: 0,
    args: new Uint8Array(0),
    value: 0n,
  }));
  return { index, attemptGas, transaction: { sender: address(sender), calls, gasLimit } };
}

function outcome(gas: number): TransactionOutcome {
  const nothing = { results: [], failure: undefined, events: [], writes: new Map(), deltas: new Map() };
  return { status: 'OK', gas, ...nothing, touched: new Set() };
}

/** Runs entries that use `used` gas each; returns allotments by index and gas by index. */
function run(entries: readonly TailEntry[], used: number) {
  const allotted: Record<number, number> = {};
  const result = runTail(entries, PARAMETERS, (one, gas) => {
    allotted[one.index] = gas;
    return outcome(Math.min(gas, used));
  });
  return { allotted, gasUsed: result.results.map((one) => one.gasUsed), total: result.gasUsed };
}

test('tail: the allotment is what the attempt left, over the factor, rounded down', () => {
  const { allotted, gasUsed } = run([entry(0, 1, [9], 101, 10)], 30);
  expect(allotted).toEqual({ 0: 45 });
  expect(gasUsed).toEqual([10 + 2 * 30]);
});

test('tail: an allotment above the quota of its sender or of a named contract does not run', () => {
  // A quarter of 400: 100 for a sender, 100 for a contract.
  expect(run([entry(0, 1, [9], 202)], 1)).toEqual({ allotted: {}, gasUsed: [0], total: 0 });
  const sameSender = [entry(0, 1, [9], 200), entry(1, 1, [8], 200), entry(2, 1, [7], 100)];
  expect(run(sameSender, 50).allotted).toEqual({ 0: 100, 2: 50 });
  const sameContract = [entry(0, 1, [9, 8, 9], 200), entry(1, 2, [8], 200), entry(2, 3, [9], 100)];
  expect(run(sameContract, 50).allotted).toEqual({ 0: 100, 2: 50 });
});

test('tail: what was used is subtracted, and a later smaller one still fits', () => {
  const entries = [1, 2, 3, 4, 5].map((number) => entry(number, number, [number + 10], 200));
  const last = entry(6, 6, [16], 20);
  const { allotted, total } = run([...entries, last], 95);
  // 4 × 95 used leaves 20: the fifth does not fit, the sixth does.
  expect(allotted).toEqual({ 1: 100, 2: 100, 3: 100, 4: 100, 6: 10 });
  expect(total).toBe(390);
});

test('tail: one that does not fit keeps the gas of its attempt', () => {
  expect(run([entry(0, 1, [9], 1000, 70)], 1).gasUsed).toEqual([70]);
});
