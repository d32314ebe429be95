// What a contract can try while it runs, attacks 16 to 30: each ends with its code, and everything that comes out is
// the same on the oracle and on 1, 2, 4 and 8 workers, under both compilers of the engine and in its default mode. The
// list and its rules: runtime/docs/spec/threats.md.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FAILURE_CODE, failureName } from '@weft/runtime/vm/failure';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Expected } from './execute/case.js';
import { CASES } from './execute/cases.js';
import { COLD_CONTRACTS } from './execute/cold-contracts.js';
import { POINTER_CASES } from './execute/pointers.js';
import type { BlockReport, End, Report } from './execute/run-blocks.js';

const FILE = fileURLToPath(new URL('./execute/run-blocks.ts', import.meta.url));
/** V8's own choice, its baseline compiler alone, its optimising compiler alone. */
const MODES = ['default', '--liftoff-only', '--no-liftoff'] as const;
const reports = new Map<string, Report>();

async function runUnder(mode: (typeof MODES)[number]): Promise<void> {
  const flags = mode === 'default' ? [] : [mode];
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [...flags, '--import', 'tsx', FILE], {
    maxBuffer: 64 * 1024 * 1024,
  });
  reports.set(mode, JSON.parse(stdout) as Report);
}

beforeAll(async () => {
  await Promise.all(MODES.map(runUnder));
}, 600_000);

function block(name: string, mode: string = 'default'): BlockReport {
  const found = reports.get(mode)?.blocks.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no block ${name} under ${mode}`);
  return found;
}

function check(end: End, expected: Expected): void {
  expect({ status: end.status, failure: nameOf(end), phase: end.phase }).toEqual({
    status: expected.status,
    failure: expected.failure,
    phase: expected.phase ?? 'ordered',
  });
  if (expected.allGas) expect(end.gasUsed).toBe(end.gasLimit);
  if (expected.gasMin !== undefined) expect(end.gasUsed).toBeGreaterThan(expected.gasMin);
  if (expected.result !== undefined) {
    const bytes = Buffer.from(end.results[0] ?? '', 'hex');
    const numbers = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readInt32LE(4 * index));
    expect(numbers).toEqual(expected.result);
  }
}
const nameOf = (end: End) => (end.failure === undefined ? undefined : failureName(end.failure));

describe('execute: the same everywhere', () => {
  test.each(['cases', 'pointers', 'cold contracts', 'cold contracts in the tail'])('%s', (name) => {
    const digests = MODES.flatMap((mode) =>
      Object.entries(block(name, mode).digests).map(([executor, digest]) => [`${mode}, ${executor}`, digest]),
    );
    expect(digests).toHaveLength(15);
    expect(digests.filter(([, digest]) => digest !== digests[0]![1])).toEqual([]);
  });
});

describe('execute: how each attack ends', () => {
  let at = 0;
  const rows = CASES.map((one) => {
    const start = at;
    at += one.expected.length;
    return [one.name, start, one.expected] as const;
  });
  test.each(rows)('%s', (_name, start, expected) => {
    expected.forEach((one, index) => {
      check(block('cases').ends[start + index]!, one);
    });
  });

  test('18 the deepest recursion is the same everywhere, of narrow frames and of wide ones', () => {
    const deepest = MODES.map((mode) => reports.get(mode)?.deepest);
    expect(deepest[1]).toEqual(deepest[0]);
    expect(deepest[2]).toEqual(deepest[0]);
    expect(deepest[0]?.['narrow']).toBeGreaterThan(100_000);
    expect(deepest[0]?.['wide']).toBeGreaterThan(1_000);
  });

  test('26 a pointer or length that no memory has ends with a code, never with an error of the host', () => {
    const { ends } = block('pointers');
    expect(ends).toHaveLength(POINTER_CASES.length);
    const wrong = POINTER_CASES.flatMap(({ name, badPointer }, index) => {
      const end = ends[index]!;
      const ended = `${end.status} ${nameOf(end) ?? ''}`;
      const codes = ['BAD_POINTER', 'TOO_LARGE', 'BAD_KEY', 'BAD_CELL', 'BAD_EVENT', 'CONTRACT_ERROR'];
      const coded = end.status === 'REVERT' && end.failure !== FAILURE_CODE.BAD_POINTER;
      if (badPointer) return ended === 'REVERT BAD_POINTER' ? [] : [`${name}: ${ended}`];
      if (['OK', 'OUT_OF_GAS'].includes(end.status) || !coded) return [];
      return [...codes, 'ABORTED', 'UNKNOWN_CONTRACT'].includes(nameOf(end) ?? '')
        ? []
        : [`${name}: ${ended}`];
    });
    expect(wrong).toEqual([]);
  });

  test('2,000 contracts of cold code in one block, each run once', () => {
    const { ends, millis } = block('cold contracts');
    expect(ends).toHaveLength(COLD_CONTRACTS);
    const gas = new Set(ends.map(({ gasUsed }) => gasUsed));
    expect([...new Set(ends.map(({ status, phase }) => `${status} ${phase}`))]).toEqual(['OK ordered']);
    expect(gas.size).toBe(1);
    // Room for a slow machine: unbounded recompiling takes minutes.
    for (const [executor, took] of Object.entries(millis)) expect(took, executor).toBeLessThan(60_000);
  });

  test('2,000 contracts of cold code in the tail pay for their bytes', () => {
    const { ends } = block('cold contracts in the tail');
    const ran = ends.filter(({ status, phase }) => status === 'OK' && phase === 'tail');
    expect(ran.length).toBeGreaterThan(0);
    expect(Math.min(...ran.map(({ gasUsed }) => gasUsed))).toBeGreaterThan(
      block('cold contracts').ends[0]!.gasUsed,
    );
    const others = new Set(ends.filter((end) => !ran.includes(end)).map(({ status }) => status));
    expect([...others].filter((status) => status !== 'ACCESS_TAIL_FULL')).toEqual([]);
  });
});
