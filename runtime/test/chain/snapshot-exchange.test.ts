// Snapshots between nodes: made beside new blocks, offered, proven chunk by chunk, restored into a chain that goes on.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChain } from '@weft/runtime/chain/apply';
import type { Chain } from '@weft/runtime/chain/chain';
import type { SnapshotArchive } from '@weft/runtime/chain/snapshot/exchange';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { createSnapshotArchive } from '@weft/runtime/node/snapshot-archive';
import type { SnapshotOffer } from '@weft/runtime/ports/snapshots';
import { createMemoryStore } from '@weft/runtime/store/memory/memory-store';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
const executor = createSequentialExecutor();
const EVERY = 4;
let folder: string;
let giver: Chain;
let offer: SnapshotOffer;
let trusted: Uint8Array;

const context = (height: number) => ({ height, time: genesis.time + height, proposer: new Uint8Array(32) });

async function openAt(name: string): Promise<{ chain: Chain; archive: SnapshotArchive }> {
  const store = createMemoryStore();
  const archive = createSnapshotArchive(join(folder, name), store);
  const plan = { archive, everyBlocks: EVERY, keep: 2, genesisHash: genesisHash(genesis) };
  return { chain: await createChain({ store, executor, snapshots: plan }), archive };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-exchange-'));
  const opened = await openAt('giver');
  giver = opened.chain;
  await giver.initChain(genesis);
  const hashes: Uint8Array[] = [];
  for (let height = 1; height <= 3 * EVERY; height++) {
    const block = await giver.finalize(context(height), [
      transfer(genesis, { sequence: BigInt(height - 1) }),
    ]);
    hashes[height] = block.hash;
    await giver.commit(new Uint8Array(0));
    if (height % EVERY === 0) {
      while (!(await opened.archive.heights()).includes(height)) await new Promise(setImmediate);
    }
  }
  // The third has made the first superfluous.
  while ((await opened.archive.heights()).length > 2) await new Promise(setImmediate);
  [offer] = (await giver.snapshots.list()) as [SnapshotOffer];
  trusted = hashes[offer.height]!;
});
afterAll(async () => {
  await giver.close();
  await executor.close();
  await rm(folder, { recursive: true });
});

describe('snapshot exchange', () => {
  it('offers the newest ones first and forgets the oldest', async () => {
    const heights = (await giver.snapshots.list()).map(({ height }) => height);
    expect(heights).toEqual([3 * EVERY, 2 * EVERY]);
    expect(await giver.snapshots.load(EVERY, offer.format, 0)).toBeUndefined();
    expect(await giver.snapshots.load(offer.height, offer.format + 1, 0)).toBeUndefined();
    expect(await giver.snapshots.load(offer.height, offer.format, offer.chunks)).toBeUndefined();
  });

  it('restores a chain that gives the next block the same hash', async () => {
    const { chain } = await openAt('taker');
    expect(await chain.snapshots.offer(offer, trusted)).toBe('accepted');
    const verdicts: string[] = [];
    for (let index = 0; index < offer.chunks; index++) {
      const chunk = await giver.snapshots.load(offer.height, offer.format, index);
      verdicts.push(await chain.snapshots.apply(index, chunk!));
    }
    expect(verdicts.at(-1)).toBe('restored');
    expect(chain.info()).toMatchObject({ height: offer.height, hash: trusted });
    const next = context(offer.height + 1);
    const transactions = [transfer(genesis, { sequence: BigInt(offer.height) })];
    const here = await chain.finalize(next, transactions);
    expect(here.hash).toEqual((await giver.finalize(next, transactions)).hash);
    await chain.close();
  });

  it('refuses what the trusted hash does not commit to', async () => {
    const { chain } = await openAt('refusing');
    const { snapshots } = chain;
    expect(await snapshots.offer(offer, new Uint8Array(32))).toBe('refused');
    expect(await snapshots.offer({ ...offer, height: offer.height + 1 }, trusted)).toBe('refused');
    expect(await snapshots.offer({ ...offer, chunks: offer.chunks + 1 }, trusted)).toBe('refused');
    expect(await snapshots.offer({ ...offer, metadata: offer.metadata.slice(1) }, trusted)).toBe('refused');
    expect(await snapshots.offer({ ...offer, format: 9 }, trusted)).toBe('unknown format');
    expect(await snapshots.apply(0, new Uint8Array(4))).toBe('refused');
    expect(chain.initialised).toBe(false);
  });

  it('a chunk that was changed is damaged, and the right one is taken after it', async () => {
    const { chain } = await openAt('damaged');
    await chain.snapshots.offer(offer, trusted);
    const chunk = (await giver.snapshots.load(offer.height, offer.format, 0))!;
    const changed = chunk.slice();
    changed[chunk.length - 1]! ^= 1;
    expect(await chain.snapshots.apply(0, changed)).toBe('damaged');
    expect(await chain.snapshots.apply(offer.chunks, chunk)).toBe('refused');
    expect(['accepted', 'restored']).toContain(await chain.snapshots.apply(0, chunk));
    await chain.close();
  });
});
