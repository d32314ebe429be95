// The profile of a contract with every habit that makes transactions wait: what it names, what it says to change, and that
// the report is the same each time.
import { readFile } from 'node:fs/promises';
import type { Abi } from '@weft/runtime/types/abi';
import { asHash32 } from '@weft/runtime/types/address';
import type { ExplainRecord } from '@weft/runtime/types/explain-record';
import { encodeArguments, methodOf } from '@weft/sdk/client/contract-codec';
import { createCall } from '@weft/sdk/client/create-call';
import { fromNodeHex } from '@weft/sdk/client/node-client';
import type { AbiOf } from '@weft/sdk/client/profile/names';
import { type Profile, Profiler } from '@weft/sdk/client/profile/profile';
import { blockStory, transactionStory } from '@weft/sdk/client/profile/story';
import { profileText } from '@weft/sdk/client/profile/text';
import { TraceWriter } from '@weft/sdk/client/profile/trace';
import { buildTransaction } from '@weft/sdk/client/transaction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNode, type TestNode } from '../client/token-node.js';
import { compileText } from '../compiler/compile-text.js';
import { EXCHANGE_SOURCE } from './exchange.js';

const GOLDEN = new URL('./exchange.golden.txt', import.meta.url);
const GAS = 600_000;
let test: TestNode;
let record: ExplainRecord;
let profile: Profile;
let abiOf: AbiOf;
let ids: readonly string[];

type Order = readonly [method: string, argument: number];
const times = (count: number, method: string, argument: (index: number) => number): Order[] =>
  Array.from({ length: count }, (_, index) => [method, argument(index)]);

beforeAll(async () => {
  const { wasm, abi } = await compileText(EXCHANGE_SOURCE);
  test = await startNode('manual');
  const deploying = test.session(9).deploy(wasm, new Uint8Array(0), { abi, gasLimit: 50_000_000 });
  const address = (await sealUntil(deploying)).address;
  abiOf = (contract) => (contract === address ? abi : undefined);
  await sendBlock(address, abi, [['put', 100]]);
  ids = await sendBlock(address, abi, [
    ...times(48, 'swap', () => 5),
    ...times(6, 'quote', () => 50),
    ['setPrice', 7],
    ...times(6, 'quote', () => 50),
    ...times(5, 'take', () => 30),
    ...times(4, 'note', (index) => index),
    ...times(6, 'sit', (index) => index % 2),
  ]);
  record = await test.client.explainBlock();
  const profiler = new Profiler();
  profiler.add(record);
  profile = profiler.finish(abiOf);
});
afterAll(() => test.node.stop());

/** Seals until it is done. */
async function sealUntil<T>(work: Promise<T>): Promise<T> {
  let done = false;
  const end = () => {
    done = true;
  };
  work.then(end, end);
  while (!done) {
    await test.client.seal();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return work;
}

/** One block of calls, each by the next of nine accounts; ids in order. */
async function sendBlock(address: string, abi: Abi, orders: readonly Order[]): Promise<readonly string[]> {
  const { genesisHash } = await test.client.status();
  const sent = orders.map(async ([name, argument], index) => {
    const account = test.accounts[index % 9];
    if (account === undefined) throw new Error('there are nine accounts');
    const method = methodOf(abi, name);
    const values = Object.fromEntries(
      method.args.map(({ name: arg, type }) => [arg, type === 'u64' ? argument : BigInt(argument)]),
    );
    const call = createCall(address, method.selector, encodeArguments(abi, method.args, values));
    const sequence = (await test.client.nextSequence(account.text)) + BigInt(Math.floor(index / 9));
    return buildTransaction(account, [call], {
      genesisHash: asHash32(fromNodeHex(genesisHash)),
      nonce: { kind: 'lane', lane: 0, sequence },
      gasLimit: GAS,
      gasPrice: 1n,
      expiry: 1000,
    });
  });
  const answers = await test.client.sendTransactions(await Promise.all(sent));
  await test.client.seal();
  return answers.map((answer) => {
    if ('error' in answer) throw answer.error;
    return answer.id;
  });
}

const hot = (name: string) => profile.hot.find((field) => field.name === name);

describe('profile', () => {
  it('ranks fields by the gas that waits over them, and says what to change', () => {
    const [first] = profile.hot;
    expect(first).toMatchObject({
      name: 'Exchange.totalVolume',
      transactions: 47,
      costGas: 47 * GAS,
      uses: [{ method: 'swap', mode: 'write', transactions: 48 }],
      advice: expect.stringContaining(
        '`totalVolume` is written by every swap: an Accumulator would make these',
      ),
    });
    expect(hot('Exchange.price')?.advice).toMatch(/^quote reads `price` while setPrice changes it: past\(\)/);
    expect(hot('Exchange.vault')).toMatchObject({
      reasons: [{ reason: 'WAIT_ADD_BOUNDS' }],
      advice: expect.stringContaining('may be more than it held'),
    });
    expect(hot('Exchange.journal')?.advice).toContain('locks every key of `journal`');
    expect(hot('Exchange.seats')?.keys).toEqual([
      { name: 'Exchange.seats[0]', costGas: 2 * GAS },
      { name: 'Exchange.seats[1]', costGas: 2 * GAS },
    ]);
    expect(profile.parallelism).toBeCloseTo(76 / 48);
    expect(profile.hot.map(({ parallelismWithout }) => parallelismWithout)).toEqual(
      profile.hot.map(({ parallelismWithout }) => parallelismWithout).sort((a, b) => a - b),
    );
    expect(profile.hot.at(-1)?.parallelismWithout).toBeCloseTo(76);
  });

  it('its report is the golden one', async () => {
    expect(`${profileText(profile)}\n`).toBe(await readFile(GOLDEN, 'utf8'));
  });

  it('tells the sender of a transaction whom it waited for', async () => {
    const third = await test.client.explainTransaction(ids[2] as string);
    const story = third && transactionStory(third, abiOf);
    expect(story).toContain('It could not start before 1.2M gas of others had run');
    expect(story).toContain(
      'WAIT_WRITE_AFTER_WRITE: writes what an earlier one writes (#1, the last of 2 in line',
    );
    expect(story).toContain('#0  Exchange.swap, 600k gas: waited for nobody');
    const debit = await test.client.explainTransaction(ids[65] as string);
    expect(debit && transactionStory(debit, abiOf).replace(/\s+/g, ' ')).toContain(
      "it held 100 at the block's start; those before it may take 120 and add 0. This one may take 30 and must leave 0.",
    );
    expect(blockStory(record, abiOf)).toContain('* #47  Exchange.swap  after #46 over Exchange.totalVolume');
  });

  it('its trace has a row a worker, nobody on two at once, and an arrow into whoever waited', () => {
    const trace = new TraceWriter({ workers: 3, clock: 'gas' });
    trace.add(record, abiOf);
    const { traceEvents } = trace.finish();
    const spans = traceEvents.filter(({ ph, tid }) => ph === 'X' && tid > 0);
    expect(spans).toHaveLength(76);
    for (const row of [1, 2, 3]) {
      const own = spans.filter(({ tid }) => tid === row).sort((a, b) => (a.ts ?? 0) - (b.ts ?? 0));
      own.forEach((span, at) => {
        const before = own[at - 1];
        if (before !== undefined)
          expect(span.ts).toBeGreaterThanOrEqual((before.ts ?? 0) + (before.dur ?? 0) - 0.01);
      });
    }
    const waited = record.transactions.filter(({ waits }) => waits.length > 0).length;
    expect(traceEvents.filter(({ ph }) => ph === 'f')).toHaveLength(waited);
    const ends = new Map(traceEvents.filter(({ ph }) => ph === 's').map(({ id, ts }) => [id, ts]));
    for (const { id, ts } of traceEvents.filter(({ ph }) => ph === 'f'))
      expect(ts).toBeGreaterThanOrEqual((ends.get(id) ?? 0) - 0.01);
  });
});
