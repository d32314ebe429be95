// Replay from genesis: the same headers from an honest store, a coded error from any other.

import { ed25519Sign } from '@weft/runtime/base/signature';
import { replayChain } from '@weft/runtime/chain/replay';
import { isSealed, sealMessage } from '@weft/runtime/consensus/seal/seal';
import { DEVELOPMENT_VALIDATOR_SEED } from '@weft/runtime/node/development';
import type { Store } from '@weft/runtime/ports/store';
import type { BlockRecord } from '@weft/runtime/types/block';
import { headerHash } from '@weft/runtime/types/header-codec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countingExecutor, startChain, type TestChain } from '../support/test-chain.js';
import { testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
const executor = countingExecutor();
let test: TestChain;

beforeAll(async () => {
  test = await startChain(genesis, executor);
  for (let sequence = 0n; sequence < 3n; sequence++) {
    const transactions = [transfer(genesis, { sequence }), transfer(genesis, { from: 1, to: 2, sequence })];
    const block = await test.chain.finalize(test.next(), transactions);
    await test.chain.commit(ed25519Sign(DEVELOPMENT_VALIDATOR_SEED, sealMessage(block.hash)));
  }
});
afterAll(() => executor.close());

/** The store with one record changed on its way out. */
function tampered(height: number, change: (record: BlockRecord) => BlockRecord): Store {
  async function* records(from: number, to: number): AsyncIterable<BlockRecord> {
    for await (const record of test.store.records(from, to)) {
      yield record.block.header.height === height ? change(record) : record;
    }
  }
  return new Proxy(test.store, {
    get(target, name) {
      if (name === 'records') return records;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('replay', () => {
  it('reaches the same head and reports each block', async () => {
    const heights: number[] = [];
    const report = await replayChain(test.store, executor, {
      isSealed,
      onBlock: ({ height }) => heights.push(height),
    });
    expect(report).toMatchObject({ height: 3, transactions: 6, hash: test.chain.info().hash });
    expect(report.stateRoot).toEqual(test.chain.opened?.state.root());
    expect(heights).toEqual([1, 2, 3]);
  });

  it('stops at a height where told so', async () => {
    expect((await replayChain(test.store, executor, { to: 2 })).height).toBe(2);
  });

  it('checks signatures again', async () => {
    const forged = tampered(2, (record) => {
      const [first = new Uint8Array(0), ...rest] = record.block.transactions;
      const bytes = first.slice();
      bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
      return { ...record, block: { ...record.block, transactions: [bytes, ...rest] } };
    });
    await expect(replayChain(forged, executor)).rejects.toMatchObject({ code: 'REPLAY_HEADER_MISMATCH' });
  });

  it('names the field of a header that is not what execution gives', async () => {
    const other = tampered(3, (record) => {
      const header = { ...record.block.header, gasUsed: record.block.header.gasUsed + 1 };
      return { ...record, block: { ...record.block, header, hash: headerHash(header) } };
    });
    const refusal = { code: 'REPLAY_HEADER_MISMATCH', context: { place: 'gasUsed at height 3' } };
    await expect(replayChain(other, executor)).rejects.toMatchObject(refusal);
  });

  it('refuses a seal that is not a validator’s', async () => {
    const unsealed = tampered(1, (record) => ({ ...record, seal: new Uint8Array(64) }));
    await expect(replayChain(unsealed, executor, { isSealed })).rejects.toMatchObject({
      code: 'REPLAY_SEAL',
    });
    await expect(replayChain(unsealed, executor)).resolves.toMatchObject({ height: 3 });
  });
});
