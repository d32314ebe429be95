// Snapshots: what is exported is imported elsewhere and continues with the same roots; anything changed on the way is
// refused with a code and leaves the store new.
import { sha256 } from '@weft/runtime/base/hash';
import { createChain } from '@weft/runtime/chain/apply';
import { exportSnapshot, type SnapshotSink } from '@weft/runtime/chain/snapshot/export-snapshot';
import { decodeManifest, encodeManifest } from '@weft/runtime/chain/snapshot/format';
import {
  importSnapshot,
  type SnapshotSource,
  verifySnapshot,
} from '@weft/runtime/chain/snapshot/import-snapshot';
import { createMemoryStore } from '@weft/runtime/store/memory/memory-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySpool } from '../support/memory-spool.js';
import { countingExecutor, startChain, type TestChain } from '../support/test-chain.js';
import { testGenesis, transfer } from '../support/transfers.js';

const genesis = testGenesis();
const executor = countingExecutor();
afterAll(() => executor.close());
let test: TestChain;

/** A snapshot in memory. */
class MemorySnapshot {
  bytes: Uint8Array = new Uint8Array(0);
  chunks = new Map<number, Uint8Array>();

  sink(): SnapshotSink {
    return {
      spool: async () => memorySpool(),
      chunk: async (prefix, bytes) => {
        this.chunks.set(prefix, bytes);
      },
      manifest: async (bytes) => {
        this.bytes = bytes.slice();
      },
    };
  }

  source(): SnapshotSource {
    return {
      chunk: async ({ prefix }) => this.chunks.get(prefix)!.slice(),
      manifest: async () => this.bytes.slice(),
    };
  }
}

async function exported(prefixBits: number): Promise<MemorySnapshot> {
  const snapshot = new MemorySnapshot();
  await exportSnapshot(test.store, snapshot.sink(), { prefixBits });
  return snapshot;
}
const code = (name: string): unknown => expect.objectContaining({ code: name });

beforeAll(async () => {
  test = await startChain(genesis, executor);
  for (let sequence = 0n; sequence < 6n; sequence++)
    await test.block([transfer(genesis, { sequence }), transfer(genesis, { from: 1, to: 2, sequence })]);
  await test.store.flush(4);
});

describe('snapshot', () => {
  it.each([0, 1, 3, 8])('cut by %s bits: continues elsewhere with the same roots', async (prefixBits) => {
    const snapshot = await exported(prefixBits);
    const store = createMemoryStore();
    const manifest = await importSnapshot(snapshot.source(), store);
    expect(manifest.header.height).toBe(4);
    const chain = await createChain({ store, executor });
    for await (const record of test.store.records(5, 6)) {
      const { height, time, proposer } = record.block.header;
      const block = await chain.finalize({ height, time, proposer }, record.block.transactions);
      expect(block.hash).toEqual(record.block.hash);
      await chain.commit(record.seal);
    }
    expect(chain.info()).toMatchObject({ height: 6, hash: test.chain.info().hash });
    await chain.close();
    await store.close();
  });

  it('every flipped bit of every file is refused, and the store stays new', async () => {
    const snapshot = await exported(2);
    const store = createMemoryStore();
    const files = [
      ['manifest', snapshot.bytes] as const,
      ...[...snapshot.chunks].map(([prefix, bytes]) => [prefix, bytes] as const),
    ];
    for (const [name, bytes] of files) {
      for (let offset = 0; offset < bytes.length; offset += name === 'manifest' ? 7 : 23) {
        const damaged = new MemorySnapshot();
        damaged.bytes = snapshot.bytes.slice();
        damaged.chunks = new Map([...snapshot.chunks].map(([prefix, chunk]) => [prefix, chunk.slice()]));
        const target = name === 'manifest' ? damaged.bytes : damaged.chunks.get(name)!;
        target[offset]! ^= 1 << (offset % 8);
        await expect(importSnapshot(damaged.source(), store), `${name} byte ${offset}`).rejects.toMatchObject(
          {
            code: expect.stringMatching(/^SNAPSHOT_/),
          },
        );
      }
    }
    expect(await store.genesis()).toBeUndefined();
    await importSnapshot(snapshot.source(), store);
    expect(await store.head()).toBe(4);
  });

  it('a chunk with consistent hashes and other content is not proven; one left out is missed', async () => {
    const snapshot = await exported(2);
    const manifest = decodeManifest(snapshot.bytes);
    const forged = new MemorySnapshot();
    forged.chunks = new Map(snapshot.chunks);
    const [chunk] = manifest.chunks;
    const bytes = snapshot.chunks.get(chunk!.prefix)!.slice();
    bytes[bytes.length - 1]! ^= 1;
    forged.chunks.set(chunk!.prefix, bytes);
    const rehashed = { ...chunk!, hash: sha256(bytes) };
    forged.bytes = encodeManifest({ ...manifest, chunks: [rehashed, ...manifest.chunks.slice(1)] });
    await expect(verifySnapshot(forged.source())).rejects.toEqual(code('SNAPSHOT_ROOT'));
    forged.chunks = snapshot.chunks;
    forged.bytes = encodeManifest({ ...manifest, chunks: manifest.chunks.slice(1) });
    await expect(verifySnapshot(forged.source())).rejects.toEqual(code('SNAPSHOT_ROOT'));
  });

  it('is of the block that is trusted, and sealed', async () => {
    const snapshot = await exported(1);
    await verifySnapshot(snapshot.source(), { trustedHash: (await test.store.record(4)).block.hash });
    const untrusted = code('SNAPSHOT_UNTRUSTED');
    await expect(verifySnapshot(snapshot.source(), { trustedHash: new Uint8Array(32) })).rejects.toEqual(
      untrusted,
    );
    await expect(verifySnapshot(snapshot.source(), { isSealed: () => false })).rejects.toEqual(untrusted);
    snapshot.bytes[0] = 9;
    await expect(verifySnapshot(snapshot.source())).rejects.toEqual(code('SNAPSHOT_VERSION'));
  });

  it('goes into a new store only', async () => {
    await expect(importSnapshot((await exported(1)).source(), test.store)).rejects.toEqual(
      code('STORE_INITIALISED'),
    );
  });
});
