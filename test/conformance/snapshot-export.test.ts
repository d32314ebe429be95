// Snapshots made while blocks go on: the same bytes as at rest, and as a tree in memory gives them; nothing half after a
// failure at any step; and what is held in memory does not grow with the state.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareBytes, textBytes, toHex } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { exportSnapshot, type SnapshotSink } from '@weft/runtime/chain/snapshot/export-snapshot';
import { decodeManifest, encodeChunk, prefixOf } from '@weft/runtime/chain/snapshot/format';
import { createSnapshotArchive } from '@weft/runtime/node/snapshot-archive';
import { createSnapshotFolder, openSnapshotFolder } from '@weft/runtime/node/snapshot-folder';
import type { StateEntry, Store } from '@weft/runtime/ports/store';
import { createTree } from '@weft/runtime/state/tree';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { createMemoryStore } from '@weft/runtime/store/memory/memory-store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSampleChain, type SampleChain } from '../support/sample-chain.js';

const SEED = Number(process.env['WEFT_SEED'] ?? Date.now() % 2 ** 31);
const BLOCKS = 12;
const AT = 7;
const BUFFER_BYTES = 8192;
let chain: SampleChain;
let root: string;
let folders = 0;

beforeAll(async () => {
  console.info(`snapshot export: WEFT_SEED=${SEED}`);
  chain = createSampleChain({ seed: SEED, blocks: BLOCKS, transactions: 300, keys: 4000, valueBytes: 60 });
  root = await mkdtemp(join(tmpdir(), 'weft-snapshot-export-'));
});
afterAll(() => rm(root, { recursive: true }));

const newFolder = (): string => join(root, `${folders++}`);

async function filled(store: Store, head: number, flushed: number): Promise<Store> {
  await store.initialise(chain.base, chain.genesisState);
  for (const record of chain.records.slice(0, head)) await store.append(record);
  await store.flush(flushed);
  return store;
}

/** The files of a folder by name. */
async function filesOf(folder: string): Promise<Map<string, string>> {
  const source = openSnapshotFolder(folder);
  const manifest = await source.manifest();
  const files = new Map([['manifest', toHex(manifest)]]);
  for (const chunk of decodeManifest(manifest).chunks)
    files.set(`${chunk.prefix}`, toHex(await source.chunk(chunk)));
  return files;
}

/** Exports to a new folder; `at` is told of every step of it. */
async function exportTo(
  store: Store,
  prefixBits: number,
  at: (step: string) => Promise<void> = async () => undefined,
): Promise<Map<string, string>> {
  const folder = newFolder();
  const inner = await createSnapshotFolder(folder);
  const sink: SnapshotSink = {
    async spool() {
      const spool = await inner.spool();
      return {
        ...spool,
        async append(bytes) {
          await at('append');
          return spool.append(bytes);
        },
      };
    },
    async chunk(prefix, bytes) {
      await at('chunk');
      await inner.chunk(prefix, bytes);
    },
    manifest: (bytes) => inner.manifest(bytes),
  };
  await exportSnapshot(store, sink, { height: AT, prefixBits, bufferBytes: BUFFER_BYTES });
  return filesOf(folder);
}

/** Chunks with paths out of the whole tree. */
function chunksInMemory(prefixBits: number): Map<string, string> {
  const content = [...chain.states[AT]!].map(([text, value]) => ({ key: textBytes(text), value }));
  const tree = createTree();
  tree.apply(content);
  const stepsIn = (one: typeof tree, key: Uint8Array) => {
    const proof = one.prove(key);
    return proof.kind === 'present' ? proof.existence.steps : [];
  };
  const groups = new Map<number, typeof content>();
  for (const entry of content) {
    const prefix = prefixOf(sha256(entry.key), prefixBits);
    groups.set(prefix, [...(groups.get(prefix) ?? []), entry]);
  }
  const files = new Map<string, string>();
  for (const [prefix, entries] of groups) {
    entries.sort((a, b) => compareBytes(sha256(a.key), sha256(b.key)));
    const part = createTree();
    part.apply(entries);
    const [{ key }] = entries as [(typeof entries)[0]];
    const path = stepsIn(tree, key).slice(stepsIn(part, key).length);
    files.set(`${prefix}`, toHex(encodeChunk(prefix, entries, path)));
  }
  return files;
}

describe.each([
  ['memory', async () => createMemoryStore()],
  ['level', () => openLevelStore(newFolder())],
] as const)('a snapshot, %s store', (_, open) => {
  it.each([0, 3, 9])('of %i bits is what a tree in memory gives', async (prefixBits) => {
    const store = await filled(await open(), AT, AT);
    const files = await exportTo(store, prefixBits);
    files.delete('manifest');
    expect(new Map([...files].sort())).toEqual(new Map([...chunksInMemory(prefixBits)].sort()));
    await store.close();
  });

  it.each([
    [AT, 3],
    [AT, AT],
    [BLOCKS, 10],
  ])('of height 7, while blocks follow %i and flushes follow %i: as at rest', async (head, flushed) => {
    const resting = await filled(await open(), AT, AT);
    const expected = await exportTo(resting, 4);
    await resting.close();
    const store = await filled(await open(), head, flushed);
    const steps = { append: 0, chunk: 0 };
    const files = await exportTo(store, 4, async (step) => {
      steps[step as keyof typeof steps]++;
      const next = (await store.head()) + 1;
      if (next > BLOCKS) return;
      await store.append(chain.records[next - 1]!);
      await store.flush(next);
      // The records it began with are not needed any more.
      if (step === 'chunk') await store.prune(next);
    });
    expect(files).toEqual(expected);
    expect(steps.append).toBeGreaterThan(10);
    expect(steps.chunk).toBe(16);
    await store.close();
  });
});

/** A store whose n-th step fails: a question, or an entry read. */
function failingAt(store: Store, step: { left: number }): Store {
  const count = (): void => {
    if (step.left-- === 0) throw new Error('this step');
  };
  return new Proxy(store, {
    get(target, name: keyof Store) {
      if (name === 'entries')
        return async function* (): AsyncIterable<StateEntry> {
          let index = 0;
          for await (const entry of target.entries()) {
            if (index++ % 500 === 0) count();
            yield entry;
          }
        };
      const method = target[name].bind(target) as (...given: unknown[]) => unknown;
      return (...given: unknown[]) => {
        count();
        return method(...given);
      };
    },
  });
}

it('a snapshot that fails at any step leaves none; what a crash left is no part of the next', async () => {
  const store = await filled(createMemoryStore(), BLOCKS, 4);
  const folder = newFolder();
  const step = { left: 0 };
  const archive = createSnapshotArchive(folder, failingAt(store, step));
  for (let at = 0; ; at++) {
    step.left = at;
    const failed = await archive.make(AT).then(
      () => false,
      () => true,
    );
    if (!failed) {
      expect(at).toBeGreaterThan(8);
      break;
    }
    expect(await archive.heights()).toEqual([]);
    // As a process that ended in the middle leaves it.
    for (const name of ['spool', 'chunk-ffff', 'manifest'])
      await writeFile(join(folder, 'making', name), 'begun').catch(() => undefined);
  }
  expect(await archive.heights()).toEqual([AT]);
  expect((await readdir(join(folder, `${AT}`))).sort()).toEqual(['chunk-0000', 'manifest']);
  expect(await readdir(folder)).toEqual([`${AT}`]);
  const resting = await filled(createMemoryStore(), AT, AT);
  expect((await filesOf(join(folder, `${AT}`))).get('0')).toBe((await exportTo(resting, 0)).get('0'));
});

it('a snapshot holds its buffer while the state comes, and one chunk while it goes', async () => {
  const store = await filled(createMemoryStore(), BLOCKS, AT);
  let waiting = 0;
  let mostWaiting = 0;
  let read = Number.NEGATIVE_INFINITY;
  let mostRead = 0;
  let mostWritten = 0;
  const counted = new Proxy(store, {
    get(target, name: keyof Store) {
      if (name !== 'entries') return target[name].bind(target);
      return async function* (): AsyncIterable<StateEntry> {
        for await (const entry of target.entries()) {
          waiting += 9 + entry.key.length + (entry.value?.length ?? 0);
          mostWaiting = Math.max(mostWaiting, waiting);
          yield entry;
        }
      };
    },
  });
  const inner = await createSnapshotFolder(newFolder());
  let total = 0;
  await exportSnapshot(
    counted,
    {
      async spool() {
        const spool = await inner.spool();
        return {
          ...spool,
          append(bytes) {
            total += bytes.length;
            waiting -= bytes.length;
            return spool.append(bytes);
          },
          read(from, length) {
            read += length;
            mostRead = Math.max(mostRead, read);
            return spool.read(from, length);
          },
        };
      },
      async chunk(_prefix, bytes) {
        // From the first chunk on: what is read for one of them.
        read = 0;
        mostWritten = Math.max(mostWritten, bytes.length);
      },
      manifest: async () => undefined,
    },
    { prefixBits: 8, bufferBytes: BUFFER_BYTES },
  );
  expect(total).toBeGreaterThan(20 * BUFFER_BYTES);
  expect(mostWaiting).toBeLessThan(BUFFER_BYTES + 2000);
  expect(mostRead).toBeGreaterThan(0);
  expect(mostRead).toBeLessThan(total / 50);
  expect(mostWritten).toBeLessThan(total / 50);
});
