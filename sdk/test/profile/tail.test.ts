// What is told of transactions in the tail: by the story of one, by a block's, and summed in a profile.
import { toHex } from '@weft/runtime/base/bytes';
import { encodeAddress } from '@weft/runtime/types/address';
import type { ExplainedTail, ExplainedTransaction, ExplainRecord } from '@weft/runtime/types/explain-record';
import { explainTransaction } from '@weft/runtime/types/explain-transaction';
import { encodeStateKey, fieldId } from '@weft/runtime/types/key';
import { Profiler } from '@weft/sdk/client/profile/profile';
import { blockStory, transactionStory } from '@weft/sdk/client/profile/story';
import { profileText } from '@weft/sdk/client/profile/text';
import { describe, expect, it } from 'vitest';

const CONTRACT = new Uint8Array(32).fill(5);
const address = encodeAddress(CONTRACT);
const ABI = {
  version: 1,
  name: 'Shop',
  methods: [
    { name: 'buy', kind: 'call', payable: false, selector: 7, args: [], access: [] },
    { name: 'stock', kind: 'call', payable: false, selector: 8, args: [], access: [] },
  ],
  events: [],
  errors: [],
  structs: [],
  fields: [{ name: 'shelf', id: toHex(fieldId('shelf')), kind: 0, keys: ['u8'], type: 'u64' }],
} as const;
const abiOf = (contract: string) => (contract === address ? ABI : undefined);
const shelf = `0x${toHex(encodeStateKey(0, CONTRACT, fieldId('shelf'), [Uint8Array.of(3)]))}`;

const transaction = (selector: number, tail: ExplainedTail): ExplainedTransaction => ({
  id: '0x00',
  status: tail.ran ? 'OK' : 'ACCESS_TAIL_FULL',
  phase: 'tail',
  sender: address,
  calls: [{ contract: address, selector }],
  gasLimit: 100_000,
  gasUsed: 60_000,
  chainGas: tail.reason === 'TAIL_NO_ACCESS' ? 0 : 100_000,
  uses: [],
  waits: [],
  tail,
});
const touched = { key: shelf, mode: 'write' };
const record: ExplainRecord = {
  version: 1,
  height: 9,
  hash: '0x',
  resources: [],
  transactions: [
    transaction(7, { reason: 'TAIL_VIOLATION', ran: true, touched }),
    transaction(7, { reason: 'TAIL_VIOLATION', ran: false, touched }),
    transaction(8, { reason: 'TAIL_NO_ACCESS', ran: true, refusal: 'ACCESS_METHOD' }),
    transaction(7, { reason: 'TAIL_SAME_SENDER', ran: true, after: 1 }),
    transaction(7, { reason: 'TAIL_VIOLATION', ran: true, touched: { key: address, mode: 'call' } }),
  ],
  criticalPath: [0],
  criticalPathGas: 100_000,
  tailGas: 240_000,
  gas: 640_000,
  parallelism: 640 / 340,
};
const storyOf = (index: number): string => {
  const explained = explainTransaction(record, index);
  return explained === undefined ? '' : transactionStory(explained, abiOf);
};

describe('the tail', () => {
  it.each([
    [0, 'It joined the tail: it touched what it had not declared (write Shop.shelf[3]). It ran alone'],
    [1, 'The tail was full, so it did not run.'],
    [2, 'its access could not be resolved (ACCESS_METHOD)'],
    [3, 'an earlier one of its sender that it conflicts with is in the tail (#1)'],
    [4, 'it touched what it had not declared (call Shop)'],
  ])('transaction %i is told why', (index, text) => {
    expect(storyOf(index).replace(/\s+/g, ' ')).toContain(text);
  });

  it('a block lists them', () => {
    const story = blockStory(record, abiOf);
    expect(story).toContain('5 transactions waited or ran in the tail');
    expect(story).toContain('#2  Shop.stock  tail: its access could not be resolved');
  });

  it('a profile sums them by method and reason, with advice', () => {
    const profiler = new Profiler();
    profiler.add(record);
    const profile = profiler.finish(abiOf);
    expect(profile.hot).toEqual([]);
    expect(profile.tail).toMatchObject([
      { method: 'Shop.buy', reason: 'TAIL_VIOLATION', what: 'write Shop.shelf', transactions: 2, full: 1 },
      { method: 'Shop.stock', reason: 'TAIL_NO_ACCESS', what: 'ACCESS_METHOD', transactions: 1, full: 0 },
      { method: 'Shop.buy', reason: 'TAIL_SAME_SENDER', transactions: 1 },
      { method: 'Shop.buy', reason: 'TAIL_VIOLATION', what: 'call Shop', transactions: 1 },
    ]);
    const text = profileText(profile);
    expect(text).toContain('Nobody waited for anybody.');
    expect(text).toContain(
      'Shop.buy: 2 transactions, it touched what it had not declared (write Shop.shelf), 1 found it full',
    );
    expect(text).toContain('extra access');
  });

  it('contracts without an ABI are shown by their address', () => {
    expect(blockStory(record, () => undefined)).toContain(`${address}.method 7`);
  });
});
