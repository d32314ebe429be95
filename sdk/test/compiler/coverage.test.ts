// Coverage builds: the same contract to everybody but the counter, and counts that are right.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Artifact, compileContract } from '@weft/sdk/compiler/compile';
import type { CoverPoint } from '@weft/sdk/compiler/cover';
import { createTestChain } from '@weft/sdk/testing';
import type { TestReport } from '@weft/sdk/testing/report-file';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SOURCE = `import { Accumulator, Map, require, u128 } from '@weft/sdk/assembly';
import { helper } from './helper';
@contract export class Counted {
  total: Accumulator;
  names: Map<u64, u64>;
  @call run(n: u64): u64 {
    if (n > 5) return helper(n);
    for (let i: u64 = 0; i < n; i++)
      this.total.add(u128.from(i));
    switch (<i32>n) {
      case 1: this.names.set(n, n); break;
      default:
        this.names.set(n, 0);
    }
    return n;
  }
  @call fail(): void {
    require(this.total.get().isZero(), 'not zero');
    this.total.add(u128.from(1));
  }
  @view look(n: u64): u64 {
    return this.names.get(n);
  }
}`;
const HELPER = `export function helper(n: u64): u64 {
  const twice = n * 2;
  return twice;
}`;
let [entry, reports] = ['', ''];
beforeAll(async () => {
  entry = await mkdtemp(path.join(os.tmpdir(), 'weft-coverage-'));
  reports = await mkdtemp(path.join(os.tmpdir(), 'weft-reports-'));
  await writeFile(path.join(entry, 'contract.ts'), SOURCE);
  await writeFile(path.join(entry, 'helper.ts'), HELPER);
});
afterAll(async () => {
  delete process.env['WEFT_TEST_REPORTS'];
  await Promise.all([entry, reports].map((folder) => rm(folder, { recursive: true })));
});

async function build(): Promise<{ artifact: Artifact; points: readonly CoverPoint[] }> {
  let points: readonly CoverPoint[] = [];
  const coverage = (all: readonly CoverPoint[]) => {
    points = all;
  };
  return { artifact: await compileContract({ entry, coverage }), points };
}

describe('a coverage build', () => {
  it('has the ABI and access of the ordinary one, and another code', async () => {
    const plain = await compileContract({ entry });
    const { artifact: counting, points } = await build();
    expect(counting.abi).toEqual(plain.abi);
    expect(counting.access).toEqual(plain.access);
    expect(counting.wasm).not.toEqual(plain.wasm);
    const lines = new Set(points.map(({ file, line }) => `${file}:${line}`));
    for (const place of ['helper.ts:2', 'helper.ts:3', 'contract.ts:7', 'contract.ts:9', 'contract.ts:22'])
      expect(lines).toContain(place);
  });

  it('notes the statements that ran: in calls, failed ones, views and helpers', async () => {
    const { artifact, points } = await build();
    process.env['WEFT_TEST_REPORTS'] = reports;
    const printed: string[] = [];
    const chain = await createTestChain({ console: ({ text }) => printed.push(text) });
    const contract = await chain.deploy(artifact, {});
    await contract.write['run']?.({ n: 1n });
    await contract.read['look']?.({ n: 1n });
    await contract.write['run']?.({ n: 2n });
    await expect(contract.write['fail']?.()).rejects.toMatchObject({ code: 'CLIENT_SIMULATION_FAILED' });
    await chain.close();
    const [file = ''] = await readdir(reports);
    const { covered } = JSON.parse(await readFile(path.join(reports, file), 'utf8')) as TestReport;
    const ran = new Set(covered['Counted']?.map((point) => `${points[point]?.file}:${points[point]?.line}`));
    for (const line of [7, 8, 9, 10, 11, 13, 15, 18, 22]) expect(ran).toContain(`contract.ts:${line}`);
    expect(ran).not.toContain('contract.ts:19');
    expect([...ran].filter((place) => place.startsWith('helper'))).toEqual([]);
    expect(printed).toEqual([]);
  });
});
